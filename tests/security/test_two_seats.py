"""Somebody who runs a programme and also belongs to a laboratory: towards that laboratory she is the laboratory."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audits.enums import AuditState
from audits.models import Audit
from findings.enums import FindingState
from findings.models import Finding
from laboratories.enums import Role
from laboratories.services import add_member
from tests.factories import Network, build_audit, build_laboratory
from tests.permissions.world import add_finding


@pytest.fixture
def both(network: Network) -> Network:
    """Nurlan runs the programme of the ministry; now he also manages KARASU."""
    long_ago = timezone.localdate() - timedelta(days=900)
    add_member(
        network.nurlan, network.health, Role.LABORATORY_MANAGER, laboratory=network.karasu, valid_from=long_ago
    )
    return network


def test_nobody_plans_the_audit_of_her_own_laboratory(both: Network, sign_in: Callable[[User], Client]) -> None:
    other = build_laboratory(both.health, "OTHER", "Another laboratory of the ministry")
    form = {
        "mutation": str(uuid.uuid4()),
        "laboratory": both.karasu.pk,
        "purpose": "internal",
        "method": "on_site",
        "objectives": "o",
        "scope": "s",
        "starts_on": timezone.localdate(),
        "ends_on": timezone.localdate(),
        "language": "en",
        "scheme": both.scheme.pk,
        "checklist": both.checklist.pk,
        "leader": both.aigerim.pk,
    }
    client = sign_in(both.nurlan)
    assert client.post("/audits/new/", form).status_code == 200
    assert not Audit.objects.exists()
    assert client.post("/audits/new/", {**form, "laboratory": other.pk}).status_code == 302


def test_nor_reads_its_working_papers_nor_cancels_it(both: Network, sign_in: Callable[[User], Client]) -> None:
    audit = build_audit(both)
    client = sign_in(both.nurlan)
    assert client.get(f"/audits/{audit.code}/").status_code == 200
    assert client.get(f"/audits/{audit.code}/checklist/").status_code == 403
    form = {"mutation": str(uuid.uuid4()), "version": "1", "reason": "It does not suit me."}
    assert client.post(f"/audits/{audit.code}/cancel/", form).status_code == 403
    assert client.post(f"/audits/{audit.code}/edit/", form).status_code == 403


def test_nor_sees_a_draft_about_it(both: Network, sign_in: Callable[[User], Client]) -> None:
    draft = add_finding(both, build_audit(both), FindingState.DRAFT)
    raised = add_finding(both, build_audit(both, state=AuditState.REPORTED, code="IA-2026-02"), FindingState.RAISED)
    access = both.access("nurlan")
    assert list(Finding.objects.visible_to(access)) == [raised]
    client = sign_in(both.nurlan)
    assert client.get(f"/findings/{draft.pk}/").status_code == 404
    assert client.get(f"/findings/{raised.pk}/").status_code == 200
