"""The pages of findings as people use them: each through the browser's own requests."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from findings import services
from findings.models import Finding
from findings.queries.listing import PAGE_SIZE
from tests.factories import Network
from tests.findings.builders import ANSWER, bring, done, finding_in, in_days, once, text_file, to_raised, write

SignIn = Callable[[User], Client]


def url(name: str, finding: Finding, *more: Any) -> str:
    return reverse(f"findings:{name}", args=[finding.pk, *more])


def hidden(finding: Any) -> dict[str, Any]:
    return {"mutation": str(once()), "version": finding.version}


def answer_form(finding: Finding, *days: int, **more: Any) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    for place, day in enumerate(days or (20,)):
        rows |= {
            f"actions-{place}-what": f"Action {place + 1}",
            f"actions-{place}-responsible": "Quality manager",
            f"actions-{place}-due_on": in_days(day).isoformat(),
        }
    return {**hidden(finding), **ANSWER, "actions-TOTAL_FORMS": 3, "actions-INITIAL_FORMS": 0, **rows, **more}


# ------------------------------------------------------------------ the list


def listed(client: Client, **query: Any) -> list[str]:
    page = client.get(reverse("findings:finding-list"), query).context["page"]
    return [f"{row.source_ref}/{row.number}" for row in page.rows]


def test_laboratory_sees_its_raised_findings_only(network: Network, sign_in: SignIn) -> None:
    finding_in(network, "raised", number="NC-01")
    write(network, number="NC-02")
    finding_in(network, "raised", number="NC-03", laboratory=network.tirkeu, source_ref="IA-2026-09")

    assert listed(sign_in(network.elena)) == ["IA-2026-01/NC-01"]
    assert listed(sign_in(network.olga)) == ["IA-2026-09/NC-03"]
    assert listed(sign_in(network.saule)) == []


def test_list_shows_what_waits_for_me(network: Network, sign_in: SignIn) -> None:
    for number, state in enumerate(["raised", "answered", "accepted", "implemented", "closed"], start=1):
        finding_in(network, state, number=f"NC-0{number}")
    finding_in(network, "raised", number="OBS-01", code="observation")  # asks for no answer

    assert listed(sign_in(network.elena), show="mine") == ["IA-2026-01/NC-01", "IA-2026-01/NC-03"]
    assert listed(sign_in(network.marat), show="mine") == ["IA-2026-01/NC-03"]
    assert listed(sign_in(network.aigerim), show="mine") == ["IA-2026-01/NC-02", "IA-2026-01/NC-04"]
    assert listed(sign_in(network.tomas), show="mine") == []
    assert listed(sign_in(network.elena), show="closed") == ["IA-2026-01/NC-05"]


def test_list_shows_overdue_grade_laboratory_and_words(network: Network, sign_in: SignIn) -> None:
    late = finding_in(network, "raised", number="NC-01", title="Balance without calibration")
    Finding.objects.filter(pk=late.pk).update(due_on=in_days(-1))
    finding_in(network, "raised", number="NC-02", code="major")
    finding_in(network, "raised", number="NC-03", laboratory=network.tirkeu)
    aigerim = sign_in(network.aigerim)

    assert listed(aigerim, show="overdue") == ["IA-2026-01/NC-01"]
    assert listed(aigerim, grade="major") == ["IA-2026-01/NC-02"]
    assert listed(aigerim, laboratory=network.tirkeu.pk) == ["IA-2026-01/NC-03"]
    assert listed(aigerim, q="balance calib") == ["IA-2026-01/NC-01"]
    assert listed(aigerim, q="nothing like it") == []
    assert listed(aigerim, laboratory="x", grade="x", show="x", sort="x", after="x~y") != []


@pytest.mark.parametrize(
    ("sort", "order"),
    [("due", [2, 1, 3]), ("-due", [3, 1, 2]), ("newest", [1, 2, 3]), ("-newest", [3, 2, 1]), ("-grade", [3, 1, 2])],
)
def test_list_is_sorted(network: Network, sign_in: SignIn, sort: str, order: list[int]) -> None:
    finding_in(network, "raised", number="NC-1")
    second = finding_in(network, "raised", number="NC-2", code="major")
    finding_in(network, "raised", number="NC-3", code="observation")
    Finding.objects.filter(pk=second.pk).update(due_on=in_days(1))

    assert listed(sign_in(network.aigerim), sort=sort) == [f"IA-2026-01/NC-{place}" for place in order]


@pytest.mark.parametrize("sort", ["due", "-due", "-laboratory", "newest"])
def test_list_is_paged_without_gap_or_repeat(network: Network, sign_in: SignIn, sort: str) -> None:
    for number in range(PAGE_SIZE + 2):
        finding_in(network, "raised", number=f"NC-{number}")
    client = sign_in(network.aigerim)

    first = client.get(reverse("findings:finding-list"), {"sort": sort}).context["page"]
    second = client.get(reverse("findings:finding-list"), {"sort": sort, "after": first.after}).context["page"]
    back = client.get(reverse("findings:finding-list"), {"sort": sort, "before": second.before}).context["page"]

    numbers = [row.number for row in [*first.rows, *second.rows]]
    assert (len(first.rows), len(second.rows), len(set(numbers))) == (PAGE_SIZE, 2, PAGE_SIZE + 2)
    assert (first.before, second.after) == ("", "")
    assert [row.number for row in back.rows] == [row.number for row in first.rows]


def test_list_takes_the_same_few_statements_however_long(
    network: Network, sign_in: SignIn, django_assert_num_queries: Any
) -> None:
    client = sign_in(network.aigerim)
    for number in range(3):
        finding_in(network, "raised", number=f"NC-{number}")
    client.get(reverse("findings:finding-list"))  # notes in the session that she is here, once a minute

    with django_assert_num_queries(5):
        client.get(reverse("findings:finding-list"))
    for number in range(3, 9):
        finding_in(network, "raised", number=f"NC-{number}", laboratory=network.tirkeu)
    with django_assert_num_queries(5):
        client.get(reverse("findings:finding-list"))


# ------------------------------------------------------------------ one finding


def test_foreign_finding_does_not_exist(network: Network, sign_in: SignIn) -> None:
    finding = finding_in(network, "accepted")
    draft = write(network, number="NC-02")

    assert sign_in(network.olga).get(url("finding-detail", finding)).status_code == 404
    assert sign_in(network.botagoz).get(url("finding-answer", finding)).status_code == 404
    assert sign_in(network.elena).get(url("finding-detail", draft)).status_code == 404
    assert sign_in(network.elena).get(url("finding-detail", finding)).status_code == 200


@pytest.mark.parametrize("state", ["draft", "raised", "answered", "accepted", "implemented", "closed"])
def test_page_takes_the_same_few_statements(
    network: Network, sign_in: SignIn, django_assert_num_queries: Any, state: str
) -> None:
    finding = finding_in(network, state)
    client = sign_in(network.aigerim)
    client.get(url("finding-detail", finding))

    with django_assert_num_queries(10):
        page = client.get(url("finding-detail", finding)).content.decode()

    assert "Control points of the plan were not measured" in page
    assert "7.7 a)" in page


def test_page_says_whose_turn_it_is(network: Network, sign_in: SignIn) -> None:
    finding = finding_in(network, "raised")

    assert "It is your turn." in sign_in(network.elena).get(url("finding-detail", finding)).content.decode()
    assert "Waiting for the answer" in sign_in(network.aigerim).get(url("finding-detail", finding)).content.decode()


def test_laboratory_does_not_see_the_making_of_the_draft(network: Network, sign_in: SignIn) -> None:
    finding = finding_in(network, "raised")

    assert "wrote the finding" not in sign_in(network.elena).get(url("finding-detail", finding)).content.decode()
    assert "wrote the finding" in sign_in(network.tomas).get(url("finding-detail", finding)).content.decode()


# ------------------------------------------------------------------ edit


def draft_form(finding: Finding, **more: Any) -> dict[str, Any]:
    names = ("title", "requirement", "evidence", "statement")
    words = {name: getattr(finding, name) for name in names}
    return {**hidden(finding), **words, "grade": finding.grade_id, "clauses": "7.7 a", **more}


def test_draft_is_edited(network: Network, sign_in: SignIn) -> None:
    finding = write(network)
    client = sign_in(network.dauren)

    assert b"7.7 a" in client.get(url("finding-edit", finding)).content
    client.post(url("finding-edit", finding), draft_form(finding, title="Nine weeks", clauses="7.7 b, 7.10"))

    finding.refresh_from_db()
    assert finding.title == "Nine weeks"
    assert [citation.reference for citation in finding.clauses.all()] == ["7.7 b)", "7.10"]


@pytest.mark.parametrize("clauses", ["9.9", "7.7 z", "seven", "", "7.7 a,, x"])
def test_draft_with_a_clause_that_is_none_is_kept_in_the_form(
    network: Network, sign_in: SignIn, clauses: str
) -> None:
    finding = write(network)

    answer = sign_in(network.dauren).post(
        url("finding-edit", finding), draft_form(finding, title="Typed", clauses=clauses)
    )

    finding.refresh_from_db()
    assert finding.version == 1
    assert b'value="Typed"' in answer.content


def test_two_writers_meet_and_both_texts_are_there(network: Network, sign_in: SignIn) -> None:
    finding = write(network)
    seen = draft_form(finding, statement="Mine.")
    sign_in(network.aigerim).post(url("finding-edit", finding), draft_form(finding, statement="Theirs."))
    client = sign_in(network.dauren)

    refused = client.post(url("finding-edit", finding), seen)

    assert refused.status_code == 409
    assert b"Mine." in refused.content
    assert b"Theirs." in refused.content
    again = {**seen, "version": refused.context["form"]["version"].value()}
    assert client.post(url("finding-edit", finding), again).status_code == 302
    finding.refresh_from_db()
    assert finding.statement == "Mine."


def test_draft_is_not_edited_by_others(network: Network, sign_in: SignIn) -> None:
    finding = write(network)

    assert sign_in(network.tomas).post(url("finding-edit", finding), draft_form(finding)).status_code == 403
    assert sign_in(network.nurlan).get(url("finding-edit", finding)).status_code == 403
    assert sign_in(network.elena).get(url("finding-edit", finding)).status_code == 404
    raised = to_raised(network, finding, "")
    assert sign_in(network.dauren).get(url("finding-edit", raised)).status_code == 302


# ------------------------------------------------------------------ answer


def test_laboratory_answers(network: Network, sign_in: SignIn) -> None:
    finding = finding_in(network, "raised")
    client = sign_in(network.elena)

    assert client.get(url("finding-answer", finding)).content.count(b"data-row>") == 4
    client.post(url("finding-answer", finding), answer_form(finding, 20, 30))

    finding.refresh_from_db()
    assert (finding.state, finding.actions.count()) == ("answered", 2)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cause": ""}, "Ask"),
        ({"actions-0-due_on": ""}, "Look at the actions"),
        ({"actions-0-what": "", "actions-0-responsible": "", "actions-0-due_on": ""}, "Name at least one action."),
        ({"actions-0-due_on": "2020-01-01"}, "not in the past"),
        ({"mutation": "no-uuid"}, "Not saved yet"),
    ],
)
def test_incomplete_answer_keeps_what_was_typed(
    network: Network, sign_in: SignIn, change: dict[str, str], words: str
) -> None:
    finding = finding_in(network, "raised")

    page = sign_in(network.elena).post(url("finding-answer", finding), answer_form(finding, **change))

    finding.refresh_from_db()
    assert finding.state == "raised"
    assert ANSWER["correction"] in page.content.decode()
    assert words in page.content.decode()


@pytest.mark.parametrize("cause", ["Human error.", "Staff were reminded.", "Невнимательность сотрудника."])
def test_cause_that_stops_at_a_person_is_asked_about_once(network: Network, sign_in: SignIn, cause: str) -> None:
    finding = finding_in(network, "raised")
    client = sign_in(network.elena)
    typed = answer_form(finding, cause=cause)

    page = client.post(url("finding-answer", finding), typed)
    assert b"stops at a person" in page.content
    assert cause in page.content.decode()
    client.post(url("finding-answer", finding), {**typed, "cause_considered": "yes"})

    finding.refresh_from_db()
    assert finding.state == "answered"


def test_returned_answer_is_written_on(network: Network, sign_in: SignIn) -> None:
    finding = finding_in(network, "answered")
    aigerim = sign_in(network.aigerim)
    aigerim.post(
        url("finding-decide", finding),
        {**hidden(finding), "step": "return", "reason": "Deeper.", "due_on": in_days(3)},
    )
    finding.refresh_from_db()
    client = sign_in(network.elena)

    page = client.get(url("finding-answer", finding)).content.decode()
    assert ANSWER["cause"] in page
    assert "Deeper." in page
    assert "Action 2" in page
    client.post(url("finding-answer", finding), answer_form(finding, 9))

    assert [action.due_on for action in finding.actions.all()] == [in_days(9)]
    assert finding.responses.count() == 2
    detail = aigerim.get(url("finding-detail", finding)).context["page"]
    assert (detail.latest.number, [old.reason for old in detail.earlier]) == (2, ["Deeper."])


def test_only_the_manager_answers(network: Network, sign_in: SignIn) -> None:
    finding = finding_in(network, "raised")

    assert sign_in(network.marat).post(url("finding-answer", finding), answer_form(finding)).status_code == 403
    assert sign_in(network.aigerim).get(url("finding-answer", finding)).status_code == 403
    assert sign_in(network.olga).post(url("finding-answer", finding), answer_form(finding)).status_code == 404


def test_answer_to_what_was_withdrawn_meanwhile_is_kept_in_the_form(network: Network, sign_in: SignIn) -> None:
    finding = finding_in(network, "raised")
    services.withdraw(
        finding, reason="Raised twice.", by=network.access("aigerim"), mutation=once(), seen_version=finding.version
    )

    page = sign_in(network.elena).post(url("finding-answer", finding), answer_form(finding))

    assert page.status_code == 409
    assert ANSWER["cause"] in page.content.decode()
    assert "Aigerim withdrew the finding." in page.content.decode()


# ------------------------------------------------------------------ decide and close


def test_auditor_accepts(network: Network, sign_in: SignIn) -> None:
    finding = finding_in(network, "answered")

    sign_in(network.dauren).post(url("finding-decide", finding), {**hidden(finding), "step": "accept"})

    finding.refresh_from_db()
    assert (finding.state, finding.accepted_by_id) == ("accepted", network.dauren.pk)


def test_return_without_a_reason_is_refused_with_the_page(network: Network, sign_in: SignIn) -> None:
    finding = finding_in(network, "answered")

    page = sign_in(network.dauren).post(url("finding-decide", finding), {**hidden(finding), "step": "return"})

    assert b"Give a reason." in page.content
    finding.refresh_from_db()
    assert finding.state == "answered"


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("elena", 403),
        ("marat", 403),
        ("tomas", 403),
        ("nurlan", 403),
        ("olga", 404),
        ("botagoz", 404),
        ("saule", 404),
    ],
)
def test_others_do_not_judge(network: Network, sign_in: SignIn, person: str, status: int) -> None:
    answered = finding_in(network, "answered")
    implemented = finding_in(network, "implemented", number="NC-02")
    client = sign_in(network.people[person])

    decided = client.post(url("finding-decide", answered), {**hidden(answered), "step": "accept"})
    closed = client.post(url("finding-close", implemented), {**hidden(implemented), "step": "close"})

    assert (decided.status_code, closed.status_code) == (status, status)
    assert set(Finding.objects.values_list("state", flat=True)) == {"answered", "implemented"}


def test_decision_that_came_second_keeps_its_words(network: Network, sign_in: SignIn) -> None:
    finding = finding_in(network, "answered")
    late = {**hidden(finding), "step": "return", "reason": "Look at the cause again.", "due_on": in_days(9)}
    sign_in(network.aigerim).post(url("finding-decide", finding), {**hidden(finding), "step": "accept"})

    page = sign_in(network.dauren).post(url("finding-decide", finding), late)

    assert page.status_code == 409
    assert b"Look at the cause again." in page.content
    finding.refresh_from_db()
    assert finding.state == "accepted"


@pytest.mark.parametrize("step", ["", "accept", "answer"])
def test_close_needs_a_known_button(network: Network, sign_in: SignIn, step: str) -> None:
    finding = finding_in(network, "implemented")

    answer = sign_in(network.aigerim).post(url("finding-close", finding), {**hidden(finding), "step": step})

    assert answer.status_code == 422
    finding.refresh_from_db()
    assert finding.state == "implemented"


def test_auditor_asks_for_more_then_closes(network: Network, sign_in: SignIn) -> None:
    finding = finding_in(network, "implemented")
    client = sign_in(network.aigerim)

    client.post(
        url("finding-close", finding),
        {**hidden(finding), "step": "reopen", "reason": "Date it.", "due_on": in_days(4)},
    )
    finding.refresh_from_db()
    assert (finding.state, finding.due_on) == ("accepted", in_days(4))
    finding = services.implement(finding, by=network.access("elena"), mutation=once(), seen_version=finding.version)
    client.post(url("finding-close", finding), {**hidden(finding), "step": "close"})
    finding.refresh_from_db()
    assert finding.state == "closed"


def test_observation_is_acknowledged_and_a_nonconformity_withdrawn(network: Network, sign_in: SignIn) -> None:
    observation = bring(network, write(network, code="observation", number="OBS-01"), "raised")
    finding = finding_in(network, "raised")
    client = sign_in(network.aigerim)

    assert b"asks for no answer" in client.get(url("finding-detail", observation)).content
    client.post(url("finding-close", observation), {**hidden(observation), "step": "acknowledge"})
    client.post(url("finding-close", finding), {**hidden(finding), "step": "withdraw", "reason": "Raised twice."})

    observation.refresh_from_db()
    finding.refresh_from_db()
    assert (observation.state, finding.state) == ("closed", "withdrawn")


@pytest.mark.parametrize("name", ["finding-decide", "finding-close", "finding-implement"])
def test_reading_changes_nothing(network: Network, sign_in: SignIn, name: str) -> None:
    finding = finding_in(network, "answered")

    assert sign_in(network.aigerim).get(url(name, finding)).status_code == 405


# ------------------------------------------------------------------ actions and files


def test_laboratory_reports_an_action_with_a_file(network: Network, sign_in: SignIn) -> None:
    finding = finding_in(network, "accepted")
    action = finding.actions.first()
    client = sign_in(network.marat)

    answer = client.post(
        url("action-done", finding, action.pk),
        {
            **hidden(action),
            "do": "done",
            "note": "Added.",
            "evidence": [text_file("a.txt"), text_file("b.txt", b"b\n")],
        },
    )

    action.refresh_from_db()
    assert (answer.status_code, action.state, action.files.count()) == (302, "done", 2)
    assert b"a.txt" in client.get(url("finding-detail", finding)).content


def test_action_without_a_note_keeps_the_form_open(network: Network, sign_in: SignIn) -> None:
    finding = finding_in(network, "accepted")
    action = finding.actions.first()

    page = sign_in(network.elena).post(url("action-done", finding, action.pk), {**hidden(action), "do": "done"})

    assert b"Say what was done." in page.content
    assert page.content.count(b'<details class="fold mt-2" open') == 1


def test_false_photo_is_refused_and_the_note_kept(network: Network, sign_in: SignIn) -> None:
    finding = finding_in(network, "accepted")
    action = finding.actions.first()
    fake = text_file("photo.jpg", b"\x7fELF\x02\x01\x01" + bytes(64))

    page = sign_in(network.elena).post(
        url("action-done", finding, action.pk),
        {**hidden(action), "do": "done", "note": "A photo of it.", "evidence": fake},
    )

    action.refresh_from_db()
    assert action.state == "open"
    assert b"A photo of it." in page.content
    assert b"photo.jpg" in page.content


def test_action_is_taken_back_and_added_to(network: Network, sign_in: SignIn) -> None:
    finding = finding_in(network, "accepted")
    action = done(network, finding.actions.first())
    client = sign_in(network.elena)

    client.post(url("action-done", finding, action.pk), {**hidden(action), "do": "add", "note": "One more."})
    action.refresh_from_db()
    assert action.note.endswith("One more.")
    client.post(url("action-done", finding, action.pk), {**hidden(action), "do": "undo"})
    action.refresh_from_db()
    assert action.state == "open"


def test_actions_are_carried_out_by_their_laboratory_only(network: Network, sign_in: SignIn) -> None:
    finding = finding_in(network, "accepted")
    other = finding_in(network, "accepted", number="NC-02")
    action = finding.actions.first()
    typed = {**hidden(action), "do": "done", "note": "Done."}

    assert sign_in(network.aigerim).post(url("action-done", finding, action.pk), typed).status_code == 403
    assert sign_in(network.olga).post(url("action-done", finding, action.pk), typed).status_code == 404
    assert sign_in(network.elena).post(url("action-done", other, action.pk), typed).status_code == 404
    action.refresh_from_db()
    assert action.state == "open"


def test_all_actions_done_are_reported(network: Network, sign_in: SignIn) -> None:
    finding = finding_in(network, "accepted")
    client = sign_in(network.marat)

    assert b"2 actions are not done yet." in client.get(url("finding-detail", finding)).content
    refused = client.post(url("finding-implement", finding), hidden(finding))
    assert b"2 actions are not done yet." in refused.content
    for action in finding.actions.all():
        done(network, action)
    client.post(url("finding-implement", finding), hidden(finding))

    finding.refresh_from_db()
    assert finding.state == "implemented"


def test_file_is_served_to_those_who_see_the_finding(network: Network, sign_in: SignIn) -> None:
    finding = finding_in(network, "accepted")
    other = finding_in(network, "accepted", number="NC-02")
    stored = done(network, finding.actions.first()).files.get()

    answer = sign_in(network.aigerim).get(url("file", finding, stored.pk))
    assert b"".join(answer.streaming_content) == b"Hand-over list, edition 5\n"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert sign_in(network.olga).get(url("file", finding, stored.pk)).status_code == 404
    assert sign_in(network.aigerim).get(url("file", other, stored.pk)).status_code == 404
    assert Client().get(url("file", finding, stored.pk)).status_code == 302
