"""The laboratory carries out its actions and shows it."""

import pytest

from core.errors import Moved, RuleBroken
from core.history import lines_of
from findings import services
from findings.models import ActionEvidence
from tests.factories import Network
from tests.findings.builders import done, finding_in, in_days, once, text_file


def test_done_with_a_note_and_a_file(network: Network) -> None:
    finding = finding_in(network, "accepted")
    action = finding.actions.first()

    done(network, action, "marat")

    action.refresh_from_db()
    assert (action.state, action.done_by_id, action.version) == ("done", network.marat.pk, 2)
    assert [file.name for file in action.files.all()] == ["FM-31.txt"]
    line = lines_of(finding).last()
    assert (line.step, line.side, line.detail) == ("action_done", "laboratory", {"action": "Action 1", "files": 1})


def test_done_needs_a_note(network: Network) -> None:
    action = finding_in(network, "accepted").actions.first()

    with pytest.raises(RuleBroken) as refusal:
        done(network, action, note=" ")

    assert refusal.value.field == "note"
    assert not ActionEvidence.objects.exists()


def test_a_file_that_is_not_what_it_says_is_refused(network: Network) -> None:
    action = finding_in(network, "accepted").actions.first()

    with pytest.raises(RuleBroken) as refusal:
        done(network, action, uploads=[text_file(), text_file("photo.jpg", b"\x7fELF\x02\x01\x01" + bytes(64))])

    action.refresh_from_db()
    assert refusal.value.field == "evidence"
    assert (action.state, ActionEvidence.objects.count()) == ("open", 0)


@pytest.mark.parametrize("state", ["answered", "implemented", "closed"])
def test_done_only_while_the_plan_is_accepted(network: Network, state: str) -> None:
    action = finding_in(network, state).actions.first()

    with pytest.raises(RuleBroken):
        done(network, action)


def test_done_sent_twice_is_done_once(network: Network) -> None:
    action, mutation = finding_in(network, "accepted").actions.first(), once()
    for _time in range(2):
        services.report_done(
            action,
            note="Done.",
            uploads=[text_file()],
            by=network.access("elena"),
            mutation=mutation,
            seen_version=1,
        )

    assert action.files.count() == 1


def test_two_people_meet_at_one_action(network: Network) -> None:
    action = finding_in(network, "accepted").actions.first()
    done(network, action)

    with pytest.raises(Moved):
        services.undo_done(action, by=network.access("marat"), mutation=once(), seen_version=1)


def test_taken_back_keeps_note_and_file(network: Network) -> None:
    finding = finding_in(network, "accepted")
    action = done(network, finding.actions.first())

    services.undo_done(action, by=network.access("elena"), mutation=once(), seen_version=action.version)

    action.refresh_from_db()
    assert (action.state, action.done_at, action.files.count()) == ("open", None, 1)
    assert action.note == "The list has a line for charts now."
    with pytest.raises(RuleBroken):
        services.undo_done(action, by=network.access("elena"), mutation=once(), seen_version=action.version)


def test_all_done_is_reported(network: Network) -> None:
    finding = finding_in(network, "accepted")
    first, second = finding.actions.all()
    done(network, first)

    with pytest.raises(RuleBroken, match="1 action is not done yet"):
        services.implement(finding, by=network.access("elena"), mutation=once(), seen_version=finding.version)
    done(network, second)
    reported = services.implement(finding, by=network.access("elena"), mutation=once(), seen_version=finding.version)

    assert (reported.state, reported.implemented_by_id) == ("implemented", network.elena.pk)


def test_more_evidence_after_it_was_asked_for(network: Network) -> None:
    finding = finding_in(network, "implemented")
    reopened = services.reopen(
        finding,
        reason="Not dated.",
        due_on=in_days(9),
        by=network.access("aigerim"),
        mutation=once(),
        seen_version=finding.version,
    )
    action = reopened.actions.first()

    services.add_evidence(
        action,
        note="Dated now.",
        uploads=[text_file("FM-31 dated.txt")],
        by=network.access("elena"),
        mutation=once(),
        seen_version=action.version,
    )

    action.refresh_from_db()
    assert action.files.count() == 2
    assert action.note.endswith("\n\nDated now.")
    with pytest.raises(RuleBroken):
        services.add_evidence(
            action, note="", uploads=[], by=network.access("elena"), mutation=once(), seen_version=action.version
        )
