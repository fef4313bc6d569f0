"""The laboratory answers in rounds; each stays with the decision on it."""

from typing import Any

import pytest

from core.errors import Moved, RuleBroken
from core.history import lines_of
from findings import services
from findings.models import Action, Finding
from tests.factories import Network
from tests.findings.builders import ANSWER, finding_in, in_days, once, plans


def answer(net: Network, finding: Finding, **more: Any) -> Finding:
    values = {**ANSWER, "actions": plans(), "mutation": once(), "seen_version": finding.version, **more}
    return services.submit_answer(finding, by=net.access("elena"), **values)


def returned(net: Network) -> Finding:
    finding = finding_in(net, "answered")
    return services.return_answer(
        finding,
        reason="The cause names a person.",
        due_on=in_days(10),
        by=net.access("aigerim"),
        mutation=once(),
        seen_version=finding.version,
    )


def test_answer_becomes_the_first_round(network: Network) -> None:
    finding = finding_in(network, "raised")

    answered = answer(network, finding)

    round_ = answered.responses.get()
    assert (answered.state, answered.answered_by_id) == ("answered", network.elena.pk)
    assert (round_.round, round_.cause, round_.decision) == (1, ANSWER["cause"], "pending")
    assert [action.what for action in answered.actions.all()] == ["Action 1", "Action 2"]
    assert answered.due_on == finding.due_on
    assert (lines_of(finding).last().step, lines_of(finding).last().side) == ("answer", "laboratory")


@pytest.mark.parametrize("part", list(ANSWER))
def test_every_part_is_needed(network: Network, part: str) -> None:
    finding = finding_in(network, "raised")

    with pytest.raises(RuleBroken) as refusal:
        answer(network, finding, **{part: " "})

    assert refusal.value.field == part
    assert not finding.responses.exists()


@pytest.mark.parametrize("days", [(), (1, 2, 3, 4, 5, 6), (-1, -5)])
def test_one_to_five_actions_not_all_in_the_past(network: Network, days: tuple[int, ...]) -> None:
    finding = finding_in(network, "raised")

    with pytest.raises(RuleBroken):
        answer(network, finding, actions=plans(*days) if days else [])

    assert not Action.objects.exists()


def test_second_round_keeps_the_first_and_replaces_open_actions(network: Network) -> None:
    finding = returned(network)

    answer(network, finding, cause="Nothing asks for a review.", actions=plans(30))

    rounds = list(finding.responses.values_list("round", "decision", "decision_reason"))
    assert rounds == [(1, "returned", "The cause names a person."), (2, "pending", "")]
    assert [action.due_on for action in finding.actions.all()] == [in_days(30)]


def test_sent_twice_is_one_round(network: Network) -> None:
    finding, mutation = finding_in(network, "raised"), once()

    answer(network, finding, mutation=mutation)
    answer(network, finding, mutation=mutation)

    assert finding.responses.count() == 1


def test_answer_to_what_moved_is_refused(network: Network) -> None:
    finding = finding_in(network, "raised")
    answer(network, finding)

    with pytest.raises(Moved):
        answer(network, finding)

    assert finding.responses.count() == 1


@pytest.mark.parametrize("state", ["draft", "answered", "accepted", "implemented", "closed"])
def test_only_raised_and_returned_are_answered(network: Network, state: str) -> None:
    finding = finding_in(network, state)

    with pytest.raises(RuleBroken, match="not possible"):
        answer(network, finding)
