"""The laboratory's answer: one round of correction, extent, cause, actions and check of effect."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import mutations
from core.errors import RuleBroken
from findings.enums import ActionState, Side
from findings.models import Action, Finding, Response
from findings.workflow import FINDING

if TYPE_CHECKING:
    from laboratories.access import Access

MOST_ACTIONS = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """An action as the laboratory plans it."""

    what: str
    responsible: str
    due_on: date


@transaction.atomic
def submit_answer(
    finding: Finding,
    *,
    correction: str,
    extent: str,
    cause: str,
    effectiveness: str,
    actions: Sequence[Plan],
    by: "Access",
    mutation: UUID,
    seen_version: int,
) -> Finding:
    """Send the next round to the auditors. Actions that nobody carried out yet are replaced by the new ones."""
    claim = mutations.claim(mutation, person_id=by.person_id, verb=f"findings.submit_answer {finding.pk}")
    if claim.done is not None:
        return Finding.objects.get(pk=finding.pk)
    parts = {"correction": correction, "extent": extent, "cause": cause, "effectiveness": effectiveness}
    _check_complete(parts, actions)
    row = FINDING.take("answer", finding, by=by, seen_version=seen_version, side=Side.LABORATORY)
    answer = Response.objects.create(
        finding=row,
        organisation_id=row.organisation_id,
        round=row.responses.count() + 1,
        submitted_by_id=by.person_id,
        **parts,
    )
    _replace_actions(row, actions, by)
    claim.keep(finding=row.pk, round=answer.round)
    return row


def _replace_actions(finding: Finding, actions: Sequence[Plan], by: "Access") -> None:
    finding.actions.filter(state=ActionState.OPEN, files__isnull=True).delete()
    Action.objects.bulk_create(
        Action(
            finding=finding,
            organisation_id=finding.organisation_id,
            what=plan.what,
            responsible=plan.responsible,
            due_on=plan.due_on,
            created_by_id=by.person_id,
        )
        for plan in actions
    )


def _check_complete(parts: dict[str, str], actions: Sequence[Plan]) -> None:
    for name, text in parts.items():
        if not text.strip():
            raise RuleBroken(_("An answer needs all its parts; this one is empty."), name)
    if not 1 <= len(actions) <= MOST_ACTIONS:
        raise RuleBroken(_("Name at least one action, and at most %(most)s.") % {"most": MOST_ACTIONS})
    if all(plan.due_on < timezone.localdate() for plan in actions):
        raise RuleBroken(_("At least one action must have a date that is not in the past."))
