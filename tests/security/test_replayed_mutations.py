"""The id of one write, sent again for another thing, never reports success for what was not done."""

import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audits.enums import AuditState
from audits.services import closing, planning
from core.errors import RuleBroken
from findings import services
from findings.enums import FindingState
from tests.factories import Network, build_audit
from tests.permissions.world import add_finding

pytestmark = pytest.mark.django_db


def test_a_start_is_not_replayed_on_another_audit(network: Network, sign_in: Callable[[User], Client]) -> None:
    first = build_audit(network, state=AuditState.PLANNED)
    second = build_audit(network, state=AuditState.PLANNED, code="IA-2026-02")
    client, mutation = sign_in(network.aigerim), str(uuid.uuid4())
    form = {"mutation": mutation, "version": "1", "held_on": timezone.localdate(), "attendance": "A, b"}
    assert client.post(f"/audits/{first.code}/start/", form).status_code == 302
    answer = client.post(f"/audits/{second.code}/start/", form)
    assert answer.status_code == 200
    assert "already used for something else" in answer.content.decode()
    second.refresh_from_db()
    assert second.state == AuditState.PLANNED
    assert client.post(f"/audits/{first.code}/start/", form).status_code == 302  # a true retry is still a retry


def test_closing_and_cancelling_name_their_audit(network: Network) -> None:
    access, mutation = network.access("aigerim"), uuid.uuid4()
    audits = [build_audit(network, state=AuditState.PLANNED, code=code) for code in ("IA-2026-01", "IA-2026-02")]
    planning.cancel_audit(audit=audits[0], by=access, mutation=mutation, seen_version=1, reason="no")
    with pytest.raises(RuleBroken):
        planning.cancel_audit(audit=audits[1], by=access, mutation=mutation, seen_version=1, reason="no")
    done = [build_audit(network, state=AuditState.REPORTED, code=code) for code in ("IA-2026-03", "IA-2026-04")]
    mutation = uuid.uuid4()
    closing.close_audit(audit=done[0], by=access, mutation=mutation, seen_version=1)
    with pytest.raises(RuleBroken):
        closing.close_audit(audit=done[1], by=access, mutation=mutation, seen_version=1)


def test_a_decision_names_its_finding(network: Network) -> None:
    audit = build_audit(network, state=AuditState.REPORTED)
    findings = [add_finding(network, audit, FindingState.ANSWERED) for _ in range(2)]
    access, mutation = network.access("aigerim"), uuid.uuid4()
    services.accept(findings[0], comment="", by=access, mutation=mutation, seen_version=1)
    with pytest.raises(RuleBroken):
        services.accept(findings[1], comment="", by=access, mutation=mutation, seen_version=1)


def test_a_done_action_names_its_action(network: Network) -> None:
    audit = build_audit(network, state=AuditState.REPORTED)
    actions = [add_finding(network, audit, FindingState.ACCEPTED).actions.get() for _ in range(2)]
    access, mutation = network.access("elena"), uuid.uuid4()
    services.report_done(actions[0], note="done", uploads=[], by=access, mutation=mutation, seen_version=1)
    with pytest.raises(RuleBroken):
        services.report_done(actions[1], note="done", uploads=[], by=access, mutation=mutation, seen_version=1)
