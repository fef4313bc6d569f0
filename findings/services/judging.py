"""What the auditors decide about a finding: accept, return, close, ask for more, withdraw."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from core import mutations
from core.errors import RuleBroken
from findings.enums import Decision, Side
from findings.models import Finding
from findings.workflow import FINDING

if TYPE_CHECKING:
    from laboratories.access import Access


def accept(finding: Finding, *, comment: str, by: "Access", mutation: UUID, seen_version: int) -> Finding:
    """The answer is good. Its actions are now due: within the grade's time, else at the last planned date."""
    changes = {"due_on": evidence_due(finding)}
    return _take(
        "accept", finding, reason=comment, by=by, mutation=mutation, seen_version=seen_version, changes=changes
    )


def return_answer(
    finding: Finding, *, reason: str, due_on: date, by: "Access", mutation: UUID, seen_version: int
) -> Finding:
    """The answer is not good enough yet, and why. The laboratory answers again until `due_on`."""
    return _take(
        "return",
        finding,
        reason=reason,
        by=by,
        mutation=mutation,
        seen_version=seen_version,
        changes={"due_on": _ahead(due_on)},
    )


def reopen(
    finding: Finding, *, reason: str, due_on: date, by: "Access", mutation: UUID, seen_version: int
) -> Finding:
    """The evidence does not show it yet: the laboratory brings more until `due_on`."""
    return _take(
        "reopen",
        finding,
        reason=reason,
        by=by,
        mutation=mutation,
        seen_version=seen_version,
        changes={"due_on": _ahead(due_on)},
    )


def close(finding: Finding, *, comment: str, by: "Access", mutation: UUID, seen_version: int) -> Finding:
    return _take("close", finding, reason=comment, by=by, mutation=mutation, seen_version=seen_version)


def acknowledge(finding: Finding, *, comment: str, by: "Access", mutation: UUID, seen_version: int) -> Finding:
    """Close without an answer, where the grade asks for none."""
    return _take("acknowledge", finding, reason=comment, by=by, mutation=mutation, seen_version=seen_version)


def withdraw(finding: Finding, *, reason: str, by: "Access", mutation: UUID, seen_version: int) -> Finding:
    return _take("withdraw", finding, reason=reason, by=by, mutation=mutation, seen_version=seen_version)


def evidence_due(finding: Finding) -> date | None:
    """When the actions have to be shown, if the answer is accepted today."""
    days = finding.grade.evidence_days
    if days is not None:
        return timezone.localdate() + timedelta(days=days)
    last: date | None = finding.actions.aggregate(last=Max("due_on"))["last"]
    return last


@transaction.atomic
def _take(
    step: str,
    finding: Finding,
    *,
    reason: str,
    by: "Access",
    mutation: UUID,
    seen_version: int,
    changes: dict[str, Any] | None = None,
) -> Finding:
    claim = mutations.claim(mutation, person_id=by.person_id, verb=f"findings.{step} {finding.pk}")
    if claim.done is not None:
        return Finding.objects.get(pk=finding.pk)
    row = FINDING.take(
        step, finding, by=by, reason=reason, seen_version=seen_version, side=Side.TEAM, changes=changes
    )
    if step in DECISIONS:
        _decide(row, DECISIONS[step], reason, by)
    claim.keep(finding=row.pk)
    return row


DECISIONS = {"accept": Decision.ACCEPTED, "return": Decision.RETURNED}


def _decide(finding: Finding, decision: Decision, reason: str, by: "Access") -> None:
    answer = finding.responses.get(decision=Decision.PENDING)
    answer.decision, answer.decision_reason = decision, reason.strip()
    answer.decided_at, answer.decided_by_id = timezone.now(), by.person_id
    answer.save(update_fields=["decision", "decision_reason", "decided_at", "decided_by"])


def _ahead(due_on: date) -> date:
    if due_on < timezone.localdate():
        raise RuleBroken(_("Give a date that is not in the past."), "due_on")
    return due_on
