"""Who changed what, when and why: one line per step here, every field by pghistory's triggers."""

from typing import Any

from django.db import models
from pghistory.middleware import HistoryMiddleware as PgHistoryMiddleware

from core.models import HistoryLine

HistoryMiddleware = PgHistoryMiddleware


def subject_of(thing: models.Model) -> str:
    return thing._meta.model_name or ""


def record(
    thing: models.Model,
    *,
    by: Any,
    step: str,
    from_state: str = "",
    to_state: str = "",
    reason: str = "",
    side: str = "",
    detail: dict[str, Any] | None = None,
) -> HistoryLine:
    """Append one line about `thing`, in the caller's transaction. `by` has person_id and person_name."""
    return HistoryLine.objects.create(
        subject=subject_of(thing),
        subject_id=thing.pk,
        organisation_id=getattr(thing, "organisation_id", None),
        by_id=by.person_id,
        by_name=by.person_name,
        side=side,
        step=step,
        from_state=from_state,
        to_state=to_state,
        reason=reason.strip(),
        detail=detail or {},
    )


def lines_of(thing: models.Model) -> models.QuerySet[HistoryLine]:
    return HistoryLine.objects.filter(subject=subject_of(thing), subject_id=thing.pk).order_by("id")
