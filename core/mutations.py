"""A write is done once, however often the client sends it (lost answers, double clicks, retries)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.models import Mutation


@dataclass(frozen=True)
class Claim:
    """`done` holds the first result when this write was applied before; otherwise the caller keeps one."""

    id: UUID
    done: dict[str, Any] | None

    def keep(self, **result: Any) -> None:
        Mutation.objects.filter(pk=self.id).update(result=result)


def claim(mutation: UUID, *, person_id: int, verb: str) -> Claim:
    """Claim a client's mutation id inside the caller's transaction.

    The INSERT waits for a twin that is still under way, so two identical requests never both write.
    `verb` names the thing too: the same id for another thing is a mistake, and not "done". Raises RuleBroken
    when the id was used by another person or for another verb.
    """
    connection = transaction.get_connection()
    assert connection.in_atomic_block, "claim() belongs inside the transaction of the write"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_mutation (id, person_id, verb, result, at) VALUES (%s, %s, %s, '{}', now())"
            " ON CONFLICT (id) DO NOTHING",
            [str(mutation), person_id, verb],
        )
        if cursor.rowcount == 1:
            return Claim(mutation, None)
    row = Mutation.objects.get(pk=mutation)
    if row.person_id != person_id or row.verb != verb:
        raise RuleBroken(_("This form was already used for something else. Open the page again."))
    return Claim(mutation, row.result)
