"""The team writes a finding; nobody else sees it until it is raised."""

import pytest

from core.errors import Moved, RuleBroken
from core.history import lines_of
from findings import services
from findings.enums import FindingState
from findings.models import Finding, Reviewer
from tests.factories import Network, grade
from tests.findings.builders import in_days, once, to_raised, write


def change(net: Network, finding: Finding, **more: object) -> Finding:
    values = {name: getattr(finding, name) for name in ("title", "requirement", "evidence", "statement", "grade")}
    citations = [(c.clause, c.letter, c.detail) for c in finding.clauses.all()]
    given = {"clauses": citations, "mutation": once(), "seen_version": finding.version, **values, **more}
    return services.change_draft(finding, by=net.access("dauren"), **given)


def test_draft_cites_clause_and_names_reviewers(network: Network) -> None:
    finding = write(network)

    assert finding.state == FindingState.DRAFT
    assert [citation.reference for citation in finding.clauses.all()] == ["7.7 a)"]
    assert dict(finding.reviewers.values_list("person__name", "decides")) == {
        "Aigerim": True,
        "Dauren": True,
        "Tomas": False,
    }
    assert [(line.step, line.by_name, line.side) for line in lines_of(finding)] == [("draft", "Dauren", "team")]


@pytest.mark.parametrize("part", ["title", "requirement", "evidence", "statement"])
def test_nonconformity_needs_every_part(network: Network, part: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        write(network, **{part: "  "})

    assert refusal.value.field == part
    assert not Finding.objects.exists()


def test_nonconformity_needs_a_clause(network: Network) -> None:
    with pytest.raises(RuleBroken) as refusal:
        write(network, clauses=[])

    assert refusal.value.field == "clauses"


def test_observation_stands_without_requirement_and_clause(network: Network) -> None:
    finding = write(network, code="observation", requirement="", evidence="", clauses=[])

    assert finding.state == FindingState.DRAFT


def test_draft_is_seen_by_reviewers_and_programme_only(network: Network) -> None:
    finding = write(network)

    sees = {
        name: Finding.objects.visible_to(network.access(name)).filter(pk=finding.pk).exists()
        for name in network.people
    }
    assert {name for name, yes in sees.items() if yes} == {"aigerim", "dauren", "tomas", "nurlan"}


def test_raised_is_seen_by_its_own_laboratory_too(network: Network) -> None:
    finding = to_raised(network, write(network), "")

    sees = {name for name in network.people if Finding.objects.visible_to(network.access(name)).filter(pk=finding.pk)}
    assert sees == {"aigerim", "dauren", "tomas", "nurlan", "elena", "marat"}


def test_change_is_kept_with_its_line(network: Network) -> None:
    finding = write(network)

    changed = change(network, finding, title="Nine weeks without a chart", grade=grade(network, "major"))

    assert (changed.title, changed.grade.code, changed.version) == ("Nine weeks without a chart", "major", 2)
    assert lines_of(finding).last().detail == {"changed": ["title", "grade"]}
    assert changed.clauses.count() == 1


def test_change_sent_twice_is_done_once(network: Network) -> None:
    finding, mutation = write(network), once()

    change(network, finding, title="One", mutation=mutation)
    again = change(network, finding, title="One", mutation=mutation)

    assert again.version == 2
    assert lines_of(finding).count() == 2


def test_change_of_what_moved_is_refused(network: Network) -> None:
    finding = write(network)
    change(network, finding, title="By the first")

    with pytest.raises(Moved) as refusal:
        change(network, finding, title="By the second")

    finding.refresh_from_db()
    assert refusal.value.current == {"version": 2}
    assert finding.title == "By the first"


def test_raised_words_stand(network: Network) -> None:
    finding = to_raised(network, write(network), "")

    with pytest.raises(RuleBroken, match="no longer be changed"):
        change(network, finding, title="Softer")


def test_raising_starts_the_time_of_the_grade(network: Network) -> None:
    minor = services.raise_finding(write(network), by=network.access("aigerim"), on=in_days(-2))
    observation = services.raise_finding(
        write(network, code="observation", number="OBS-01"), by=network.access("aigerim"), on=in_days(-2)
    )

    assert (minor.state, minor.due_on, minor.raised_by_id) == ("raised", in_days(28), network.aigerim.pk)
    assert observation.due_on is None


def test_is_raised_only_once(network: Network) -> None:
    finding = to_raised(network, write(network), "")

    with pytest.raises(RuleBroken, match="not possible"):
        to_raised(network, finding, "")


def test_reviewers_follow_the_team(network: Network) -> None:
    finding, other = write(network), write(network, source_ref="IA-2026-02")

    services.set_reviewers("audit", "IA-2026-01", [(network.aigerim.pk, True), (network.tomas.pk, True)])

    assert dict(finding.reviewers.values_list("person__name", "decides")) == {"Aigerim": True, "Tomas": True}
    assert Reviewer.objects.filter(finding=other).count() == 3
