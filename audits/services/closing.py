"""The two meetings and the end of an audit (ISO 19011 6.4.3, 6.4.10, 6.6)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audits.enums import Degree, MeetingKind
from audits.models import Audit, Meeting
from audits.workflow import AUDIT
from core import mutations
from core.errors import RuleBroken
from findings.enums import FindingState, Side
from findings.models import Finding
from findings.services import raise_finding
from laboratories.access import Access
from standards.enums import GradeMeaning

NONCONFORMITIES = (GradeMeaning.NONCONFORMITY_MAJOR, GradeMeaning.NONCONFORMITY_MINOR)


@dataclass(frozen=True, kw_only=True)
class Held:
    """What is recorded of a meeting. `attendance` names one person a line: name, function."""

    held_on: date
    attendance: str
    minutes: str = ""


@dataclass(frozen=True, kw_only=True)
class Conclusion:
    text: str
    degree: str
    diverging_opinions: str = ""


def start_audit(*, audit: Audit, by: Access, mutation: UUID, seen_version: int, opening: Held) -> Audit:
    """Record the opening meeting; from now on answers are recorded."""
    with transaction.atomic():
        claim = mutations.claim(mutation, person_id=by.person_id, verb=f"start_audit {audit.pk}")
        if claim.done is not None:
            return Audit.objects.get(pk=audit.pk)
        check_not_ahead(opening)
        audit = AUDIT.take("start", audit, by=by, seen_version=seen_version, side=Side.TEAM)
        record_meeting(audit, MeetingKind.OPENING, opening, by)
        claim.keep(audit=audit.pk)
    return audit


def conclude_audit(
    *, audit: Audit, by: Access, mutation: UUID, seen_version: int, closing: Held, conclusion: Conclusion
) -> Audit:
    """Record the closing meeting, freeze the answers and hand every draft finding to the laboratory."""
    with transaction.atomic():
        claim = mutations.claim(mutation, person_id=by.person_id, verb=f"conclude_audit {audit.pk}")
        if claim.done is not None:
            return Audit.objects.get(pk=audit.pk)
        check_not_ahead(closing)
        check_after_opening(audit, closing)
        check_degree(audit, conclusion)
        changes = {
            "conclusion": conclusion.text,
            "degree": conclusion.degree,
            "diverging_opinions": conclusion.diverging_opinions,
        }
        audit = AUDIT.take("conclude", audit, by=by, seen_version=seen_version, side=Side.TEAM, changes=changes)
        record_meeting(audit, MeetingKind.CLOSING, closing, by)
        for finding in drafts_of(audit):
            raise_finding(finding, by=by, on=closing.held_on)
        claim.keep(audit=audit.pk)
    return audit


def close_audit(*, audit: Audit, by: Access, mutation: UUID, seen_version: int) -> Audit:
    """Close once every finding is settled."""
    with transaction.atomic():
        claim = mutations.claim(mutation, person_id=by.person_id, verb=f"close_audit {audit.pk}")
        if claim.done is not None:
            return Audit.objects.get(pk=audit.pk)
        audit = AUDIT.take("close", audit, by=by, seen_version=seen_version, side=Side.TEAM)
        claim.keep(audit=audit.pk)
    return audit


def record_meeting(audit: Audit, kind: MeetingKind, held: Held, by: Access) -> Meeting:
    return Meeting.objects.create(
        audit=audit,
        organisation_id=audit.organisation_id,
        kind=kind,
        held_on=held.held_on,
        attendance=held.attendance,
        minutes=held.minutes,
        recorded_by_id=by.person_id,
    )


def drafts_of(audit: Audit) -> list[Finding]:
    """In the order in which they were written, so that numbers and due dates follow it."""
    mine = audit.audit_findings.filter(finding__state=FindingState.DRAFT).select_related("finding__grade")
    return [link.finding for link in mine.order_by("id")]


def check_not_ahead(held: Held) -> None:
    if held.held_on > timezone.localdate():
        raise RuleBroken(_("A meeting is recorded after it was held: this day has not come yet."), "held_on")


def check_after_opening(audit: Audit, closing: Held) -> None:
    opening = audit.meetings.filter(kind=MeetingKind.OPENING).first()
    if opening is not None and closing.held_on < opening.held_on:
        raise RuleBroken(_("The closing meeting lies before the opening meeting."), "held_on")


def check_degree(audit: Audit, conclusion: Conclusion) -> None:
    """“Met” without exception contradicts a nonconformity that is handed over in the same meeting."""
    if conclusion.degree != Degree.MET:
        return
    links = audit.audit_findings.filter(finding__grade__meaning__in=NONCONFORMITIES)
    if links.exclude(finding__state__in=[FindingState.WITHDRAWN]).exists():
        raise RuleBroken(_("Nonconformities were found: the criteria are not met without exception."), "degree")
