"""Recording answers: saved once, never over another's, never after the closing meeting."""

import random
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, OperationalError, connection, transaction
from django.db.models import Count, Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits.enums import AnswerVerdict, AuditState, TeamRole
from audits.models import Answer, Audit, TeamMember
from audits.services.conducting import Recorded, rebuild_counters, record_answer
from core.errors import Moved, RuleBroken
from core.models import Mutation
from tests.factories import Network, build_audit, new_mutation

FETCH = {"X-Requested-With": "fetch", "Accept": "application/json"}
SignIn = Callable[[Any], Client]


def record(net: Network, audit: Audit, name: str = "aigerim", position: int = 1, **more: Any) -> Recorded:
    values = {"verdict": "conforming", "note": "", "seen_version": 0, "mutation": new_mutation(), **more}
    return record_answer(audit=audit, position=position, by=net.access(name), **values)


def answer_of(audit: Audit, position: int = 1) -> Answer:
    return Answer.objects.get(audit=audit, position=position)


def save(client: Client, audit: Audit, position: int = 1, headers: dict[str, str] = FETCH, **fields: Any) -> Any:
    values = {"verdict": "conforming", "note": "", "version": 0, "mutation": str(uuid.uuid4()), **fields}
    return client.post(reverse("audits:answer-save", args=[audit.code, position]), values, headers=headers)


def counters(audit: Audit) -> tuple[int, int]:
    audit.refresh_from_db()
    return audit.items_answered, audit.items_nonconforming


# ---------- The service ----------


def test_an_answer_is_kept_with_its_revision(network: Network) -> None:
    audit = build_audit(network)
    recorded = record(network, audit, verdict="nonconforming", note="No record of three reviews.")
    answer = answer_of(audit)
    assert (recorded.version, answer.version, answer.verdict) == (1, 1, "nonconforming")
    assert answer.answered_by == network.aigerim
    assert counters(audit) == (1, 1)
    record(network, audit, name="dauren", verdict="conforming", seen_version=1)
    assert counters(audit) == (1, 0)
    kept = list(answer.revisions.order_by("pgh_id").values_list("verdict", "note", "answered_by__name"))
    assert kept == [("nonconforming", "No record of three reviews.", "Aigerim"), ("conforming", "", "Dauren")]


@pytest.mark.parametrize("verdict", ["nonconforming", "observation", "not_applicable", "not_assessed"])
def test_a_note_is_asked_for(network: Network, verdict: str) -> None:
    audit = build_audit(network)
    with pytest.raises(RuleBroken) as refused:
        record(network, audit, verdict=verdict, note="  \n ")
    assert refused.value.field == "note"
    assert answer_of(audit).version == 0
    assert record(network, audit, verdict=verdict, note="Because.").version == 1


def test_an_answer_can_be_taken_back(network: Network) -> None:
    audit = build_audit(network)
    record(network, audit, verdict="nonconforming", note="Seen.")
    record(network, audit, verdict="", note="Seen.", seen_version=1)
    assert counters(audit) == (0, 0)
    assert answer_of(audit).note == "Seen."


def test_the_second_saver_sees_what_stands_there(network: Network) -> None:
    audit = build_audit(network)
    record(network, audit, verdict="observation", note="First.")
    with pytest.raises(Moved) as moved:
        record(network, audit, name="dauren", verdict="conforming", note="Second.", seen_version=0)
    current = moved.value.current
    assert (current["version"], current["note"], current["by"]) == (1, "First.", "Aigerim")
    assert answer_of(audit).note == "First."
    record(network, audit, name="dauren", verdict="conforming", note="Second.", seen_version=current["version"])
    assert answer_of(audit).note == "Second."


def test_the_same_letter_twice_changes_nothing(network: Network) -> None:
    audit, mutation = build_audit(network), new_mutation()
    first = record(network, audit, note="Once.", mutation=mutation)
    record(network, audit, name="dauren", note="Later.", seen_version=1)
    assert record(network, audit, note="Once.", mutation=mutation) == first
    assert (answer_of(audit).note, answer_of(audit).version) == ("Later.", 2)
    assert counters(audit) == (1, 0)


def test_a_refused_letter_may_be_mended_and_sent_again(network: Network) -> None:
    audit, mutation = build_audit(network), new_mutation()
    with pytest.raises(RuleBroken):
        record(network, audit, verdict="observation", mutation=mutation)
    assert not Mutation.objects.filter(pk=mutation).exists()
    assert record(network, audit, verdict="observation", note="Now.", mutation=mutation).version == 1


@pytest.mark.parametrize(
    ("state", "words"), [("planned", "opening meeting"), ("concluded", "frozen"), ("cancelled", "cancelled")]
)
def test_only_while_the_audit_is_under_way(network: Network, state: str, words: str) -> None:
    audit = build_audit(network, state=AuditState(state))
    with pytest.raises(RuleBroken, match=words):
        record(network, audit)
    with pytest.raises(RuleBroken, match=words):
        record(network, audit, verdict="", note="Only a note.")
    assert answer_of(audit).version == 0


def test_the_database_itself_refuses_after_the_closing_meeting(network: Network) -> None:
    audit = build_audit(network, state=AuditState.CONCLUDED)
    for change in (lambda rows: rows.update(note="Quietly changed."), lambda rows: rows.delete()):
        with pytest.raises((InternalError, IntegrityError), match="frozen"), transaction.atomic():
            change(Answer.objects.filter(audit=audit))
    assert answer_of(audit).note == ""


def test_a_change_of_mind_leaves_the_finding(network: Network) -> None:
    from tests.audits.test_raising import raised

    audit = build_audit(network)
    record(network, audit, verdict="nonconforming", note="2 of 12 records.")
    finding = raised(network, audit)
    recorded = record(network, audit, verdict="conforming", note="Records found.", seen_version=1)
    assert finding.number in recorded.remark
    finding.refresh_from_db()
    assert finding.state == "draft"


def test_counters_equal_a_plain_count_after_random_edits(network: Network) -> None:
    audit, dice = build_audit(network), random.Random(17025)
    versions = dict.fromkeys(Answer.objects.filter(audit=audit).values_list("position", flat=True), 0)
    for _turn in range(80):
        position = dice.choice(list(versions))
        verdict = dice.choice(["", *AnswerVerdict.values])
        seen = versions[position] - dice.choice([0, 0, 0, 1])
        try:
            recorded = record(
                network, audit, position=position, verdict=verdict, note=dice.choice(["", "Why."]), seen_version=seen
            )
        except RuleBroken:
            continue
        versions[position] = recorded.version
    plain = Answer.objects.filter(audit=audit).aggregate(
        answered=Count("pk", filter=~Q(verdict="")), wrong=Count("pk", filter=Q(verdict="nonconforming"))
    )
    assert counters(audit) == (plain["answered"], plain["wrong"])
    assert sum(versions.values()) > 20
    Audit.objects.filter(pk=audit.pk).update(items_answered=0, items_nonconforming=0)
    rebuild_counters(audit)
    assert counters(audit) == (plain["answered"], plain["wrong"])


@pytest.mark.django_db(transaction=True)
def test_many_hands_lose_nothing(network: Network) -> None:
    """Eight threads write the same two questions; each accepted write is one version, none is overwritten."""
    audit, accepted = build_audit(network), []

    def work(name: str, seed: int) -> None:
        dice = random.Random(seed)
        try:
            for turn in range(12):
                position, text = dice.choice([1, 2]), f"{name} {seed} {turn}"
                seen = answer_of(audit, position).version
                verdict = dice.choice(["", *AnswerVerdict.values])
                try:
                    recorded = record(network, audit, name, position, verdict=verdict, note=text, seen_version=seen)
                except Moved:
                    continue
                accepted.append((position, recorded.version))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(("aigerim", "dauren")[n % 2], n)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(accepted) > 20
    assert len(set(accepted)) == len(accepted)
    for position in (1, 2):
        made = sorted(version for place, version in accepted if place == position)
        assert made == list(range(1, answer_of(audit, position).version + 1))
    before = counters(audit)
    rebuild_counters(audit)
    assert counters(audit) == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verdict", ["conforming", ""], ids=["counters move", "note only"])
def test_the_closing_meeting_waits_for_an_answer_under_way(network: Network, verdict: str) -> None:
    """An answer that was let in is committed before the answers freeze, or it is refused; nothing between."""
    audit, outcome = build_audit(network), []

    def conclude() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '400ms'")
                cursor.execute("SELECT id FROM audits_audit WHERE id = %s FOR NO KEY UPDATE", [audit.pk])
            outcome.append("went ahead")
        except OperationalError:
            outcome.append("waited")
        finally:
            connection.close()

    with transaction.atomic():
        record(network, audit, verdict=verdict, note="Written in the last minute.")
        meeting = threading.Thread(target=conclude)
        meeting.start()
        meeting.join()
    assert outcome == ["waited"]


# ---------- The page ----------


def test_the_page_shows_every_question(network: Network, sign_in: SignIn) -> None:
    audit = build_audit(network)
    record(network, audit, verdict="nonconforming", note="<b>Three</b> of five.")
    client = sign_in(network.aigerim)
    client.get(reverse("audits:checklist", args=[audit.code]))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(reverse("audits:checklist", args=[audit.code]))
    assert response.status_code == 200
    assert len(queries) <= 12, [query["sql"][:90] for query in queries]
    page = response.content.decode()
    assert page.count('class="question') >= audit.items_total
    assert "&lt;b&gt;Three&lt;/b&gt; of five." in page
    assert 'value="nonconforming" checked' in page
    assert "1 of 4 answered" in page


def test_the_page_takes_the_same_statements_for_more_questions(network: Network, sign_in: SignIn) -> None:
    audit, client = build_audit(network), sign_in(network.aigerim)
    url = reverse("audits:checklist", args=[audit.code])
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for position in (1, 2, 3):
        record(network, audit, position=position, verdict="observation", note="Seen.")
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few)


def test_the_question_in_hand_and_the_filters_work_without_scripts(network: Network, sign_in: SignIn) -> None:
    audit = build_audit(network)
    record(network, audit, position=2, verdict="observation", note="Seen.")
    client, url = sign_in(network.aigerim), reverse("audits:checklist", args=[audit.code])
    page = client.get(url, {"question": "3"}).context["page"]
    assert (page.position, page.before, page.after) == ("3", "2", "4")
    assert page.guidance.look_for
    page = client.get(url, {"show": "mine"}).context["page"]
    rows = [row for chapter in page.chapters for group in chapter.groups for row in group.rows]
    assert [row.number for row in rows if not row.hidden] == ["2"]
    assert page.position == "2"
    for odd in ("?question=99999999999", "?question=x&show=y", "?show=%27"):
        assert client.get(url + odd).status_code == 200


def test_saving_by_script(network: Network, sign_in: SignIn) -> None:
    audit, client = build_audit(network), sign_in(network.dauren)
    answer = save(client, audit, verdict="observation", note="Line one\r\nline two")
    assert answer.status_code == 200
    assert answer.json()["version"] == 1
    assert answer.json()["by"] == "Dauren"
    assert answer_of(audit).note == "Line one\nline two"


def test_one_save_in_twelve_statements(network: Network, sign_in: SignIn) -> None:
    audit, client = build_audit(network), sign_in(network.dauren)
    save(client, audit)
    with CaptureQueriesContext(connection) as queries:
        assert save(client, audit, verdict="nonconforming", note="Seen.", version=1).status_code == 200
    assert len(queries) <= 12, [query["sql"][:90] for query in queries]


def test_saving_by_the_plain_form(network: Network, sign_in: SignIn) -> None:
    audit, client = build_audit(network), sign_in(network.dauren)
    url = reverse("audits:answer-save", args=[audit.code, 2])
    fields = {
        "v1": "conforming",
        "v2": "observation",
        "n2": "Seen.",
        "version": "0",
        "mutation": str(uuid.uuid4()),
    }
    answer = client.post(url, fields)
    assert answer.status_code == 302
    assert answer.url.endswith("?question=2#q2")
    assert (answer_of(audit, 1).version, answer_of(audit, 2).note) == (0, "Seen.")
    cleared = {**fields, "clear": "1", "mutation": str(uuid.uuid4())}
    del cleared["version"]
    assert client.post(url, cleared).status_code == 302
    assert answer_of(audit, 2).verdict == ""


def test_what_was_typed_stays_on_a_plain_page(network: Network, sign_in: SignIn) -> None:
    audit, client = build_audit(network), sign_in(network.dauren)
    record(network, audit, verdict="observation", note="Theirs.")
    answer = save(client, audit, headers={}, verdict="nonconforming", note="Mine.", version=0)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Mine." in page
    assert "Theirs." in page
    answer = save(client, audit, 2, headers={}, verdict="nonconforming", note="")
    assert answer.status_code == 422
    assert "needs a note" in answer.content.decode()


def test_moved_and_refused_in_words(network: Network, sign_in: SignIn) -> None:
    audit, client = build_audit(network), sign_in(network.dauren)
    record(network, audit, verdict="observation", note="Theirs.")
    moved = save(client, audit, note="Mine.")
    assert moved.status_code == 409
    assert moved.json()["current"]["note"] == "Theirs."
    lacking = save(client, audit, 2, verdict="nonconforming")
    assert (lacking.status_code, lacking.json()["field"]) == (422, "note")
    for wrong in (
        {"verdict": "excellent"},
        {"version": "-1"},
        {"version": ""},
        {"mutation": "x"},
        {"note": "n" * 10_001},
    ):
        assert save(client, audit, 2, **wrong).status_code == 422
    assert answer_of(audit, 2).version == 0


def test_an_ended_session_answers_401_to_a_script(network: Network) -> None:
    audit, nobody = build_audit(network), Client()
    answer = save(nobody, audit)
    assert answer.status_code == 401
    assert "kept on this device" in answer.json()["error"]
    assert save(nobody, audit, headers={}).status_code == 302
    assert answer_of(audit).version == 0


def test_another_person_on_the_same_device_saves_nothing(network: Network, sign_in: SignIn) -> None:
    audit = build_audit(network)
    answer = save(sign_in(network.dauren), audit, person=network.aigerim.pk)
    assert answer.status_code == 422
    assert answer_of(audit).version == 0


def test_who_may_not_record(network: Network, sign_in: SignIn) -> None:
    audit = build_audit(network)
    TeamMember.objects.create(audit=audit, person=network.marat, role=TeamRole.OBSERVER)
    expected = {"tomas": 403, "marat": 403, "nurlan": 403, "elena": 403, "botagoz": 404, "saule": 404, "adil": 404}
    seen = {name: save(sign_in(network.people[name]), audit).status_code for name in expected}
    assert seen == expected
    assert answer_of(audit).version == 0


def test_who_reads_the_working_papers(network: Network, sign_in: SignIn) -> None:
    audit = build_audit(network)
    for name, status in {
        "tomas": 200,
        "nurlan": 200,
        "elena": 403,
        "marat": 403,
        "botagoz": 404,
        "adil": 404,
    }.items():
        client = sign_in(network.people[name])
        places = [("audits:checklist", []), ("audits:answer-guidance", [1]), ("audits:answer-context", [1])]
        seen = [client.get(reverse(view, args=[audit.code, *more])).status_code for view, more in places]
        assert seen == [status] * 3, name


def test_a_foreign_question_does_not_exist(network: Network, sign_in: SignIn) -> None:
    audit = build_audit(network)
    other = build_audit(network, laboratory=network.tirkeu, leader="botagoz", auditors=(), trainees=(), code="IA-2")
    client = sign_in(network.dauren)
    assert save(client, other).status_code == 404
    assert save(client, audit, 99).status_code == 404
    assert client.post(f"/audits/{audit.code}/answers/99999999999/", {}).status_code == 404
    assert client.get(reverse("audits:answer-context", args=[audit.code, 99])).status_code == 404
