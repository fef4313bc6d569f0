import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from auditors.models import Qualification
from audits.enums import AuditState, TeamRole
from audits.models import Audit, Programme
from audits.services.planning import Plan, cancel_audit, change_plan, plan_audit
from core.errors import Moved, RuleBroken
from core.history import lines_of
from laboratories.access import Access
from tests.factories import Network, build_audit, new_mutation

PLAN = Plan(
    method="on_site",
    objectives="See whether results can be relied on.",
    scope="Water testing, records of 2026.",
    starts_on=date(2026, 11, 23),
    ends_on=date(2026, 11, 25),
    language="en",
)


def team(net: Network, **parts: str) -> dict[int, str]:
    return {net.people[name].pk: part for name, part in parts.items()}


def plan(net: Network, by: str | Access = "aigerim", **changes: object) -> Audit:
    values = {
        "by": net.access(by) if isinstance(by, str) else by,
        "mutation": new_mutation(),
        "laboratory": net.karasu,
        "purpose": "internal",
        "checklist": net.checklist,
        "scheme": net.scheme,
        "plan": PLAN,
        "team": team(net, aigerim=TeamRole.LEADER, dauren=TeamRole.AUDITOR),
        **changes,
    }
    return plan_audit(**values)  # type: ignore[arg-type]


def test_answers_are_the_questions_that_apply_to_the_laboratory_numbered_without_gaps(network: Network) -> None:
    audit = plan(network)
    # 7.6 is asked of calibration only; this laboratory tests and samples.
    rows = audit.answers.order_by("position").values_list("position", "item__clause_number", "verdict")
    assert list(rows) == [(1, "7.1", ""), (2, "7.3", ""), (3, "7.7", ""), (4, "7.10", "")]
    assert audit.items_total == 4
    assert (audit.state, audit.code) == (AuditState.PLANNED, "IA-2026-01")
    assert audit.organisation == network.health


def test_codes_count_up_within_the_year_of_the_first_day(network: Network) -> None:
    next_year = replace(PLAN, starts_on=date(2027, 2, 1), ends_on=date(2027, 2, 2))
    codes = [plan(network).code, plan(network).code, plan(network, plan=next_year).code]
    assert codes == ["IA-2026-01", "IA-2026-02", "IA-2027-01"]


def test_planning_takes_at_most_fifteen_statements(network: Network) -> None:
    by = network.access("aigerim")
    with CaptureQueriesContext(connection) as queries:
        plan(network, by=by)
    assert len(queries) <= 15
    written = [query["sql"] for query in queries if "audits_answer" in query["sql"]]
    assert len(written) == 1


def test_the_same_form_sent_twice_plans_one_audit(network: Network) -> None:
    mutation = new_mutation()
    assert plan(network, mutation=mutation).pk == plan(network, mutation=mutation).pk
    assert Audit.objects.count() == 1


def test_the_programme_decides_how_findings_are_graded(network: Network) -> None:
    programme = programme_of(network.root, network)
    assert plan(network, programme=programme, scheme=None).scheme == network.scheme
    with pytest.raises(RuleBroken, match="grading scheme"):
        plan(network, scheme=None)


def test_a_programme_of_another_ministry_is_refused(network: Network) -> None:
    with pytest.raises(RuleBroken, match="does not cover") as broken:
        plan(network, programme=programme_of(network.agriculture, network))
    assert broken.value.field == "programme"


def programme_of(organisation: object, net: Network) -> Programme:
    return Programme.objects.create(
        organisation=organisation,  # type: ignore[misc]
        code=f"p-{uuid.uuid4().hex[:6]}",
        title="Programme of 2026",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        scheme=net.scheme,
    )


def test_nobody_audits_her_own_laboratory(network: Network) -> None:
    with pytest.raises(RuleBroken, match="Marat belongs to this laboratory"):
        plan(network, team=team(network, aigerim=TeamRole.LEADER, marat=TeamRole.OBSERVER))
    assert not Audit.objects.exists()


def test_the_leader_is_qualified_on_the_first_day(network: Network) -> None:
    with pytest.raises(RuleBroken, match="team leader") as broken:
        plan(network, team=team(network, dauren=TeamRole.LEADER, aigerim=TeamRole.AUDITOR))
    assert broken.value.field == "leader"
    Qualification.objects.filter(person=network.aigerim).update(valid_until=PLAN.starts_on - timedelta(days=1))
    with pytest.raises(RuleBroken, match="first day"):
        plan(network)


def test_a_trainee_is_no_auditor(network: Network) -> None:
    with pytest.raises(RuleBroken) as broken:
        plan(network, team=team(network, aigerim=TeamRole.LEADER, tomas=TeamRole.AUDITOR))
    assert broken.value.field == f"part_{network.tomas.pk}"
    assert plan(network, team=team(network, aigerim=TeamRole.LEADER, tomas=TeamRole.TRAINEE)).team.count() == 2


def test_a_team_has_one_leader(network: Network) -> None:
    for wrong in (team(network, dauren=TeamRole.AUDITOR), {}):
        with pytest.raises(RuleBroken, match=r"exactly one leader|part in the team"):
            plan(network, team=wrong)


def test_a_lead_auditor_does_not_plan_what_she_could_not_see(network: Network) -> None:
    Qualification.objects.filter(person=network.dauren).update(qualified_as="leader")
    others = team(network, dauren=TeamRole.LEADER)
    with pytest.raises(RuleBroken, match="part in the team"):
        plan(network, team=others)
    assert plan(network, by="nurlan", team=others).planned_by == network.nurlan


def test_dates_run_forward(network: Network) -> None:
    backwards = replace(PLAN, ends_on=PLAN.starts_on - timedelta(days=1))
    with pytest.raises(RuleBroken) as broken:
        plan(network, plan=backwards)
    assert broken.value.field == "ends_on"


def test_a_changed_plan_names_what_changed(network: Network) -> None:
    audit = plan(network)
    changed = change_plan(
        audit=audit,
        by=network.access("aigerim"),
        mutation=new_mutation(),
        seen_version=1,
        plan=replace(PLAN, scope="Only the chemistry section."),
        team=team(network, aigerim=TeamRole.LEADER, tomas=TeamRole.TRAINEE),
    )
    assert (changed.scope, changed.version) == ("Only the chemistry section.", 2)
    parts = dict(changed.team.values_list("person__name", "role"))
    assert parts == {"Aigerim": "leader", "Tomas": "trainee"}
    line = lines_of(changed).last()
    assert line is not None
    assert line.detail == {"changed": ["scope", "team"]}


def test_the_later_of_two_editors_is_told(network: Network) -> None:
    audit = plan(network)
    first = {"by": network.access("aigerim"), "seen_version": 1, "team": team(network, aigerim=TeamRole.LEADER)}
    change_plan(audit=audit, mutation=new_mutation(), plan=replace(PLAN, scope="first"), **first)  # type: ignore[arg-type]
    with pytest.raises(Moved):
        change_plan(audit=audit, mutation=new_mutation(), plan=replace(PLAN, scope="second"), **first)  # type: ignore[arg-type]
    assert Audit.objects.get().scope == "first"


def test_the_leader_can_change(network: Network) -> None:
    Qualification.objects.filter(person=network.dauren).update(qualified_as="leader")
    audit = plan(network)
    swapped = team(network, dauren=TeamRole.LEADER, aigerim=TeamRole.AUDITOR)
    change_plan(
        audit=audit, by=network.access("nurlan"), mutation=new_mutation(), seen_version=1, plan=PLAN, team=swapped
    )
    assert dict(audit.team.values_list("person_id", "role")) == swapped


def test_a_leader_does_not_lock_herself_out(network: Network) -> None:
    Qualification.objects.filter(person=network.dauren).update(qualified_as="leader")
    audit = plan(network)
    with pytest.raises(RuleBroken, match="part in the team"):
        change_plan(
            audit=audit,
            by=network.access("aigerim"),
            mutation=new_mutation(),
            seen_version=1,
            plan=PLAN,
            team=team(network, dauren=TeamRole.LEADER),
        )


def test_findings_follow_the_team(network: Network) -> None:
    from tests.audits.test_closing import draft

    audit = build_audit(network)
    finding = draft(network, audit)
    team_now = team(network, aigerim=TeamRole.LEADER, tomas=TeamRole.TRAINEE)
    change_plan(
        audit=audit,
        by=network.access("aigerim"),
        mutation=new_mutation(),
        seen_version=1,
        plan=PLAN,
        team=team_now,
    )
    reviewers = dict(finding.reviewers.values_list("person__name", "decides"))
    assert reviewers == {"Aigerim": True, "Tomas": False}


@pytest.mark.parametrize("state", [AuditState.CONCLUDED, AuditState.REPORTED, AuditState.CLOSED])
def test_the_plan_rests_after_the_closing_meeting(network: Network, state: str) -> None:
    audit = build_audit(network, state=state)
    with pytest.raises(RuleBroken, match="closing meeting"):
        change_plan(
            audit=audit,
            by=network.access("aigerim"),
            mutation=new_mutation(),
            seen_version=audit.version,
            plan=PLAN,
            team=team(network, aigerim=TeamRole.LEADER),
        )


def test_cancelling_needs_a_reason_and_keeps_it(network: Network) -> None:
    audit = plan(network)
    by = network.access("aigerim")
    with pytest.raises(RuleBroken, match="reason"):
        cancel_audit(audit=audit, by=by, mutation=new_mutation(), seen_version=1, reason=" ")
    cancelled = cancel_audit(audit=audit, by=by, mutation=new_mutation(), seen_version=1, reason="The site moves.")
    assert cancelled.state == AuditState.CANCELLED
    assert [line.reason for line in lines_of(audit)] == ["", "The site moves."]
