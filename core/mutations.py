"""A write is done once, however often the client sends it (lost answers, double clicks, retries)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from core.models import Mutation


@dataclass(frozen=True)
class Claim:
    """`done` holds the first result when this write was applied before; otherwise the caller writes and keeps one."""

    id: UUID
    done: dict[str, Any] | None

    def keep(self, **result: Any) -> None:
        Mutation.objects.filter(pk=self.id).update(result=result)


def claim(mutation: UUID, *, person_id: int, verb: str) -> Claim:
    """Claim a client's mutation id inside the caller's transaction.

    The INSERT waits for a twin that is still under way, so two identical requests never both write.
    A mutation id that another person used answers like a new one would not: it raises ValueError.
    """
    assert transaction.get_connection().in_atomic_block, "claim() belongs inside the transaction of the write"
    rows = Mutation.objects.bulk_create(
        [Mutation(id=mutation, person_id=person_id, verb=verb)], ignore_conflicts=True
    )
    row = Mutation.objects.select_for_update().get(pk=rows[0].pk)
    if row.person_id != person_id or row.verb != verb:
        raise ValueError("this mutation id belongs to another write")
    return Claim(mutation, row.result or None)
