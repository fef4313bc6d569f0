"""Who has a seat in a laboratory and one elsewhere sees what both give, and nothing twice."""

import pytest

from audits.enums import TeamRole
from audits.models import Audit, TeamMember
from findings.enums import FindingState
from findings.models import Finding, Reviewer
from laboratories.enums import Role
from laboratories.services import add_member
from tests.factories import Network, build_audit
from tests.permissions.world import add_finding


@pytest.fixture
def audits(network: Network) -> dict[str, Audit]:
    """One audit of each laboratory, each with a raised finding and a draft."""
    built = {
        "KARASU": build_audit(network),
        "TIRKEU": build_audit(
            network, laboratory=network.tirkeu, leader="botagoz", auditors=(), trainees=(), code="IA-2026-02"
        ),
    }
    for audit in built.values():
        add_finding(network, audit, FindingState.RAISED)
        add_finding(network, audit, FindingState.DRAFT)
    return built


def seen(network: Network, name: str) -> tuple[list[str], list[str]]:
    access = network.access(name)
    audits = Audit.objects.visible_to(access).with_my_role(access).order_by("code").values_list("code", flat=True)
    findings = Finding.objects.visible_to(access).order_by("source_ref", "number")
    return list(audits), [str(finding) for finding in findings]


@pytest.mark.django_db
def test_the_laboratory_sees_its_own_and_no_draft(network: Network, audits: dict[str, Audit]) -> None:
    assert seen(network, "elena") == (["IA-2026-01"], ["IA-2026-01/NC-01"])


@pytest.mark.django_db
def test_a_laboratory_manager_on_a_team_elsewhere_sees_both(network: Network, audits: dict[str, Audit]) -> None:
    TeamMember.objects.create(audit=audits["TIRKEU"], person=network.elena, role=TeamRole.EXPERT)
    for finding in Finding.objects.filter(source_ref="IA-2026-02"):
        Reviewer.objects.create(finding=finding, person=network.elena)
    assert seen(network, "elena") == (
        ["IA-2026-01", "IA-2026-02"],
        ["IA-2026-01/NC-01", "IA-2026-02/NC-01", "IA-2026-02/NC-02"],
    )


@pytest.mark.django_db
def test_a_team_member_who_also_works_in_the_laboratory_sees_all_once(
    network: Network, audits: dict[str, Audit]
) -> None:
    add_member(network.dauren, network.health, Role.LABORATORY_STAFF, laboratory=network.karasu)
    assert seen(network, "dauren") == (["IA-2026-01"], ["IA-2026-01/NC-01", "IA-2026-01/NC-02"])


@pytest.mark.django_db
def test_a_programme_manager_with_a_seat_in_a_foreign_laboratory_sees_both(
    network: Network, audits: dict[str, Audit]
) -> None:
    add_member(network.nurlan, network.agriculture, Role.LABORATORY_MANAGER, laboratory=network.tirkeu)
    assert seen(network, "nurlan") == (
        ["IA-2026-01", "IA-2026-02"],
        ["IA-2026-01/NC-01", "IA-2026-01/NC-02", "IA-2026-02/NC-01"],
    )
