"""What waits for each person, and for nobody else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audits.enums import AuditState
from audits.models import Answer, Audit
from findings.enums import FindingState
from findings.models import Finding
from insight.queries import my_work_page
from tests.factories import Network, build_audit
from tests.permissions.world import add_finding


def rows(network: Network, name: str) -> list[str]:
    page = my_work_page(network.access(name), timezone.localdate())
    return [row.what for group in page.groups for row in group.rows]


def test_the_team_continues_the_checklist(network: Network) -> None:
    build_audit(network)
    assert rows(network, "aigerim") == ["Continue the checklist of IA-2026-01"]
    assert rows(network, "dauren") == ["Continue the checklist of IA-2026-01"]
    assert rows(network, "tomas") == []  # in training: reads, does not record
    assert rows(network, "botagoz") == []


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (AuditState.PLANNED, "Start IA-2026-01 with the opening meeting"),
        (AuditState.CONCLUDED, "Issue the report of IA-2026-01"),
        (AuditState.REPORTED, "Close IA-2026-01: all its findings are settled"),
    ],
)
def test_the_leader_takes_the_next_step(network: Network, state: str, words: str) -> None:
    build_audit(network, state=state)
    assert rows(network, "aigerim") == [words]
    assert rows(network, "dauren") == []


def test_a_full_checklist_leads_to_the_closing_meeting(network: Network) -> None:
    audit = build_audit(network)
    Answer.objects.filter(audit=audit).update(
        verdict="conforming", answered_at=timezone.now(), answered_by=network.aigerim
    )
    Audit.objects.update(items_answered=audit.items_total)
    assert rows(network, "aigerim") == ["Hold the closing meeting of IA-2026-01"]


def test_an_audit_with_open_findings_is_not_offered_for_closing(network: Network) -> None:
    add_finding(network, build_audit(network, state=AuditState.REPORTED), FindingState.RAISED)
    assert rows(network, "aigerim") == []


@pytest.mark.parametrize(
    ("state", "manager", "reviewer"),
    [
        (FindingState.DRAFT, None, None),
        (FindingState.RAISED, "Answer NC-01", None),
        (FindingState.RETURNED, "Answer NC-01 again: it was returned", None),
        (FindingState.ANSWERED, None, "Decide on the answer to NC-01"),
        (FindingState.ACCEPTED, "Carry out the actions of NC-01", None),
        (FindingState.IMPLEMENTED, None, "Check the evidence for NC-01"),
        (FindingState.CLOSED, None, None),
    ],
)
def test_whose_turn_a_finding_is(
    network: Network, state: FindingState, manager: str | None, reviewer: str | None
) -> None:
    audit = build_audit(network, state=AuditState.REPORTED, auditors=("dauren",))
    add_finding(network, audit, state)
    assert rows(network, "elena") == ([manager] if manager else [])
    assert rows(network, "dauren") == ([reviewer] if reviewer else [])
    assert rows(network, "olga") == []


def test_staff_carry_out_but_do_not_answer(network: Network) -> None:
    audit = build_audit(network, state=AuditState.REPORTED)
    add_finding(network, audit, FindingState.RAISED)
    add_finding(network, audit, FindingState.ACCEPTED)
    assert rows(network, "marat") == ["Carry out the actions of NC-02"]


def test_the_programme_manager_sees_what_runs_late(network: Network) -> None:
    audit = build_audit(network, state=AuditState.REPORTED)
    late = build_audit(network, code="IA-2026-02", state=AuditState.PLANNED)
    long_ago = timezone.localdate() - timedelta(days=40)
    Audit.objects.filter(pk=late.pk).update(starts_on=long_ago, ends_on=long_ago)
    add_finding(network, audit, FindingState.RAISED)
    Finding.objects.update(due_on=long_ago)
    assert rows(network, "nurlan") == ["1 finding is overdue", "IA-2026-02 has not started"]
    assert rows(network, "saule") == []


def test_late_things_come_first_and_are_counted(network: Network) -> None:
    audit = build_audit(network, state=AuditState.REPORTED)
    add_finding(network, audit, FindingState.RAISED)
    add_finding(network, audit, FindingState.RAISED)
    Finding.objects.filter(number="NC-02").update(due_on=timezone.localdate() - timedelta(days=3))
    page = my_work_page(network.access("elena"), timezone.localdate())
    assert [group.title for group in page.groups] == ["Late", "This week"]
    assert (page.total, page.late) == (2, 1)


def test_an_empty_page_says_what_will_come(network: Network, sign_in: Callable[[User], Client]) -> None:
    assert "Plan an audit" in sign_in(network.nurlan).get("/").content.decode()
    assert "Load a standard" in sign_in(network.adil).get("/").content.decode()
    assert "Open the register" in sign_in(network.saule).get("/").content.decode()
