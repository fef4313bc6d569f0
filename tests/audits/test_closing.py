from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audits.enums import AuditState, Degree, MeetingKind
from audits.models import Audit, AuditFinding, Meeting
from audits.services.closing import Conclusion, Held, close_audit, conclude_audit, start_audit
from core.errors import Moved, RuleBroken
from core.history import lines_of
from findings.enums import FindingState
from findings.models import Finding
from findings.services import write_draft
from tests.factories import Network, build_audit, grade, new_mutation

PRESENT = "Әсел Нұрланқызы, head of laboratory\nИрина Соколова, quality manager"


def held(**changes: Any) -> Held:
    return Held(**{"held_on": timezone.localdate(), "attendance": PRESENT, "minutes": "All agreed.", **changes})


def concluded(degree: str = Degree.MET_EXCEPT) -> Conclusion:
    return Conclusion(text="The system works; the control of results is its weak side.", degree=degree)


def conclude(net: Network, audit: Audit, **changes: Any) -> Audit:
    values = {
        "audit": audit,
        "by": net.access("aigerim"),
        "mutation": new_mutation(),
        "seen_version": audit.version,
        "closing": held(),
        "conclusion": concluded(),
        **changes,
    }
    return conclude_audit(**values)


def answer_all(audit: Audit) -> Audit:
    """As the checklist does: verdicts and counter together."""
    audit.answers.update(verdict="conforming", answered_at=timezone.now(), answered_by=audit.planned_by)
    Audit.objects.filter(pk=audit.pk).update(items_answered=audit.items_total)
    audit.refresh_from_db()
    return audit


def draft(net: Network, audit: Audit, number: str = "NC-01", grade_code: str = "minor") -> Finding:
    finding = write_draft(
        organisation_id=audit.organisation_id,
        laboratory_id=audit.laboratory_id,
        source="audit",
        source_ref=audit.code,
        number=number,
        title="Control charts were not kept",
        requirement="Validity of results is watched with control material.",
        evidence="Chart QC-7: no point between 3 August and 2 October 2026; 14 of 14 series.",
        statement="The validity of results was not monitored.",
        grade=grade(net, grade_code),
        clauses=[(net.checklist.items.get(clause_number="7.7").clause, "a", "")],
        reviewers=[(net.aigerim.pk, True), (net.dauren.pk, True)],
        by=net.access("aigerim"),
    )
    AuditFinding.objects.create(audit=audit, finding=finding)
    return finding


def test_the_opening_meeting_starts_the_audit(network: Network) -> None:
    audit = build_audit(network, state=AuditState.PLANNED)
    started = start_audit(
        audit=audit, by=network.access("aigerim"), mutation=new_mutation(), seen_version=1, opening=held()
    )
    meeting = started.meetings.get()
    assert (started.state, meeting.kind, meeting.attendance) == (AuditState.UNDER_WAY, MeetingKind.OPENING, PRESENT)
    assert [line.step for line in lines_of(audit)] == ["start"]


def test_a_meeting_of_tomorrow_is_not_recorded(network: Network) -> None:
    audit = build_audit(network, state=AuditState.PLANNED)
    tomorrow = held(held_on=timezone.localdate() + timedelta(days=1))
    with pytest.raises(RuleBroken) as broken:
        start_audit(
            audit=audit, by=network.access("aigerim"), mutation=new_mutation(), seen_version=1, opening=tomorrow
        )
    assert broken.value.field == "held_on"
    audit.refresh_from_db()
    assert (audit.state, audit.meetings.count()) == (AuditState.PLANNED, 0)


def test_open_questions_hold_the_closing_meeting_up(network: Network) -> None:
    audit = build_audit(network)
    finding = draft(network, audit)
    with pytest.raises(RuleBroken, match="4 questions are still open"):
        conclude(network, audit)
    finding.refresh_from_db()
    assert (audit.meetings.count(), finding.state) == (0, FindingState.DRAFT)


def test_the_closing_meeting_raises_every_draft_and_freezes(network: Network) -> None:
    audit = answer_all(build_audit(network))
    minor, observation = draft(network, audit), draft(network, audit, "NC-02", "observation")
    audit = conclude(network, audit)
    for finding in (minor, observation):
        finding.refresh_from_db()
        assert finding.state == FindingState.RAISED
    assert minor.due_on == timezone.localdate() + timedelta(days=30)
    assert observation.due_on is None
    assert (audit.state, audit.degree) == (AuditState.CONCLUDED, Degree.MET_EXCEPT)
    assert audit.is_frozen
    assert audit.meetings.get().kind == MeetingKind.CLOSING


def test_all_of_the_closing_meeting_or_nothing(network: Network) -> None:
    """The meeting is refused by the database after the state moved: the state moves back."""
    audit = answer_all(build_audit(network))
    finding = draft(network, audit)
    values = {"organisation": audit.organisation, "held_on": timezone.localdate(), "recorded_by": network.aigerim}
    Meeting.objects.create(audit=audit, kind=MeetingKind.CLOSING, attendance=PRESENT, **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        conclude(network, audit)
    audit.refresh_from_db()
    finding.refresh_from_db()
    assert (audit.state, finding.state) == (AuditState.UNDER_WAY, FindingState.DRAFT)
    assert not lines_of(audit).exists()


def test_an_audit_is_concluded_once(network: Network) -> None:
    audit = conclude(network, answer_all(build_audit(network)))
    with pytest.raises(RuleBroken, match="not possible"):
        conclude(network, audit)
    assert (audit.meetings.count(), lines_of(audit).count()) == (1, 1)


def test_the_same_closing_form_sent_twice_is_one_meeting(network: Network) -> None:
    audit = answer_all(build_audit(network))
    mutation = new_mutation()
    first = conclude(network, audit, mutation=mutation)
    again = conclude(network, audit, mutation=mutation)
    assert (first.version, again.version, audit.meetings.count()) == (2, 2, 1)


def test_a_stale_page_does_not_conclude(network: Network) -> None:
    audit = answer_all(build_audit(network))
    with pytest.raises(Moved):
        conclude(network, audit, seen_version=audit.version - 1)


def test_met_without_exception_contradicts_a_nonconformity(network: Network) -> None:
    audit = answer_all(build_audit(network))
    draft(network, audit)
    with pytest.raises(RuleBroken) as broken:
        conclude(network, audit, conclusion=concluded(Degree.MET))
    assert broken.value.field == "degree"


def test_an_observation_leaves_the_criteria_met(network: Network) -> None:
    audit = answer_all(build_audit(network))
    draft(network, audit, grade_code="observation")
    assert conclude(network, audit, conclusion=concluded(Degree.MET)).degree == Degree.MET


def test_the_closing_meeting_follows_the_opening_meeting(network: Network) -> None:
    audit = build_audit(network, state=AuditState.PLANNED)
    by = network.access("aigerim")
    audit = start_audit(audit=audit, by=by, mutation=new_mutation(), seen_version=1, opening=held())
    audit = answer_all(audit)
    with pytest.raises(RuleBroken, match="before the opening"):
        conclude(network, audit, closing=held(held_on=timezone.localdate() - timedelta(days=1)))


def test_open_findings_hold_the_closure_up(network: Network) -> None:
    audit = build_audit(network, state=AuditState.REPORTED)
    finding = draft(network, audit)
    by = network.access("aigerim")
    with pytest.raises(RuleBroken, match="1 finding is still open"):
        close_audit(audit=audit, by=by, mutation=new_mutation(), seen_version=audit.version)
    Finding.objects.filter(pk=finding.pk).update(
        state=FindingState.CLOSED, closed_at=timezone.now(), closed_by=network.aigerim
    )
    closed = close_audit(audit=audit, by=by, mutation=new_mutation(), seen_version=audit.version)
    assert (closed.state, closed.closed_by) == (AuditState.CLOSED, network.aigerim)
