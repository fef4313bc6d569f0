"""Auditors accept, return, close, ask for more, acknowledge and withdraw."""

from typing import Any

import pytest

from core.errors import Moved, RuleBroken
from core.history import lines_of
from findings import services
from findings.models import Finding
from findings.permissions import may_judge
from standards.models import Grade
from tests.factories import Network
from tests.findings.builders import bring, finding_in, in_days, once, write


def judge(net: Network, verb: str, finding: Finding, **more: Any) -> Finding:
    values = {"mutation": once(), "seen_version": finding.version, **more}
    judged: Finding = getattr(services, verb)(finding, by=net.access("aigerim"), **values)
    return judged


def test_accepting_gives_the_time_of_the_grade(network: Network) -> None:
    finding = judge(network, "accept", finding_in(network, "answered"), comment="Well reasoned.")

    answer = finding.responses.get()
    assert (finding.state, finding.due_on) == ("accepted", in_days(90))
    assert (answer.decision, answer.decision_reason, answer.decided_by_id) == (
        "accepted",
        "Well reasoned.",
        network.aigerim.pk,
    )


def test_accepting_without_a_time_in_the_grade_takes_the_last_action(network: Network) -> None:
    Grade.objects.filter(code="minor").update(evidence_days=None)

    finding = judge(network, "accept", finding_in(network, "answered"), comment="")

    assert finding.due_on == in_days(40)


def test_returning_needs_a_reason_and_a_day_to_come(network: Network) -> None:
    finding = finding_in(network, "answered")

    with pytest.raises(RuleBroken) as no_reason:
        judge(network, "return_answer", finding, reason=" ", due_on=in_days(5))
    with pytest.raises(RuleBroken) as past:
        judge(network, "return_answer", finding, reason="Look deeper.", due_on=in_days(-1))

    assert (no_reason.value.field, past.value.field) == ("reason", "due_on")
    assert finding.responses.get().decision == "pending"


def test_returned_goes_back_with_a_date(network: Network) -> None:
    finding = judge(network, "return_answer", finding_in(network, "answered"), reason="Deeper.", due_on=in_days(5))

    assert (finding.state, finding.due_on, finding.responses.get().decision) == ("returned", in_days(5), "returned")
    assert lines_of(finding).last().reason == "Deeper."


def test_decision_on_what_moved_is_refused(network: Network) -> None:
    finding = finding_in(network, "answered")
    judge(network, "accept", finding, comment="")

    with pytest.raises(Moved):
        judge(network, "return_answer", finding, reason="Deeper.", due_on=in_days(5))

    assert finding.responses.get().decision == "accepted"


def test_accepting_twice_with_one_form_is_one_decision(network: Network) -> None:
    finding, mutation = finding_in(network, "answered"), once()

    judge(network, "accept", finding, comment="", mutation=mutation)
    judge(network, "accept", finding, comment="", mutation=mutation)

    assert lines_of(finding).filter(step="accept").count() == 1


def test_closing_after_the_evidence(network: Network) -> None:
    finding = judge(network, "close", finding_in(network, "implemented"), comment="Seen on site.")

    assert (finding.state, finding.closed_by_id) == ("closed", network.aigerim.pk)
    assert lines_of(finding).last().reason == "Seen on site."


@pytest.mark.parametrize("state", ["raised", "answered", "accepted"])
def test_closing_before_is_refused(network: Network, state: str) -> None:
    with pytest.raises(RuleBroken, match="not possible"):
        judge(network, "close", finding_in(network, state), comment="")


def test_more_evidence_is_asked_for_with_a_reason(network: Network) -> None:
    finding = finding_in(network, "implemented")

    with pytest.raises(RuleBroken):
        judge(network, "reopen", finding, reason="", due_on=in_days(9))
    reopened = judge(network, "reopen", finding, reason="The list is not dated.", due_on=in_days(9))

    assert (reopened.state, reopened.due_on) == ("accepted", in_days(9))


def test_observation_is_closed_without_an_answer(network: Network) -> None:
    observation = bring(network, write(network, code="observation", number="OBS-01"), "raised")

    assert judge(network, "acknowledge", observation, comment="").state == "closed"


def test_nonconformity_is_not_closed_without_an_answer(network: Network) -> None:
    with pytest.raises(RuleBroken, match="needs an answer"):
        judge(network, "acknowledge", finding_in(network, "raised"), comment="")


@pytest.mark.parametrize("state", ["draft", "raised", "answered", "accepted", "implemented"])
def test_withdrawn_with_a_reason(network: Network, state: str) -> None:
    finding = finding_in(network, state)

    with pytest.raises(RuleBroken):
        judge(network, "withdraw", finding, reason="")
    assert judge(network, "withdraw", finding, reason="Raised twice.").state == "withdrawn"


def test_closed_is_not_withdrawn(network: Network) -> None:
    with pytest.raises(RuleBroken, match="not possible"):
        judge(network, "withdraw", finding_in(network, "closed"), reason="Too late.")


def test_who_judges(network: Network) -> None:
    finding = finding_in(network, "answered")

    judges = {
        name
        for name in network.people
        if may_judge(network.access(name), Finding.objects.with_my_part(network.access(name)).get(pk=finding.pk))
    }
    assert judges == {"aigerim", "dauren"}


def test_nobody_of_the_laboratory_judges_even_as_reviewer(network: Network) -> None:
    services.set_reviewers("audit", "IA-2026-01", [])
    finding = finding_in(network, "answered", reviewers=[(network.elena.pk, True)])

    seen = Finding.objects.with_my_part(network.access("elena")).get(pk=finding.pk)
    assert not may_judge(network.access("elena"), seen)
