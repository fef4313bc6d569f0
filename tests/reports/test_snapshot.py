"""What is frozen is the whole audit, adds up, and never changes again."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from audits.enums import AnswerVerdict, AuditState
from audits.models import Audit
from core.errors import RuleBroken
from core.history import lines_of
from core.models import Job, Mutation
from findings import services as finding_services
from findings.models import Finding
from laboratories.models import Laboratory, Organisation
from reports import snapshot
from reports.content import ReportContent, missing_parts
from reports.models import Report
from reports.rendering import report_html
from reports.services import locked
from tests.factories import Network, build_audit, grade, new_mutation
from tests.findings.builders import ANSWER, plans
from tests.reports.builders import MARKS, Held, held_audit, issue

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def taken(audit: Audit, version: int = 1) -> ReportContent:
    with transaction.atomic():
        audit = locked(audit)
    return snapshot.take(audit, version=version, issued_at=timezone.now(), issuer="Aigerim")


def rows(content: ReportContent) -> dict[str, Any]:
    return {answer.number: answer for group in content.clauses for answer in group.answers}


@pytest.fixture
def held(network: Network) -> Held:
    return held_audit(network)


def test_every_question_in_scope_is_there_with_its_verdict(held: Held) -> None:
    found = rows(taken(held.audit))
    asked = held.audit.answers.select_related("item").order_by("position")
    assert [(row.number, row.question) for row in found.values()] == [
        (answer.item.clause_number, answer.item.text) for answer in asked
    ]
    assert {number: row.verdict for number, row in found.items()} == {
        number: verdict for number, (verdict, _note) in MARKS.items()
    }


def test_what_was_left_out_says_why_and_the_rest_its_remark(held: Held) -> None:
    found = rows(taken(held.audit))
    assert found["7.3"].reason == MARKS["7.3"][1]
    assert found["7.10"].reason == MARKS["7.10"][1]
    assert (found["7.7"].note, found["7.7"].reason) == (MARKS["7.7"][1], "")
    assert found["7.7"].evidence == ("E-01 chart-7.jpg",)


def test_the_sums_agree(held: Held) -> None:
    content = taken(held.audit)
    counted = {count.verdict: count.count for count in content.summary.verdicts}
    assert counted == {
        verdict: Counter(row.verdict for row in rows(content).values())[verdict] for verdict in AnswerVerdict.values
    }
    assert sum(counted.values()) == held.audit.items_total == held.audit.answers.count()
    grades = {count.grade.code: count.count for count in content.summary.grades}
    assert grades == {"major": 0, "minor": 1, "observation": 1}
    assert sum(grades.values()) == len(content.findings)


def test_an_unanswered_question_counts_as_not_assessed_and_holds_the_report_back(network: Network) -> None:
    held = held_audit(network)
    Audit.objects.filter(pk=held.audit.pk).update(state=AuditState.UNDER_WAY, concluded_at=None, concluded_by=None)
    held.audit.answers.filter(item__clause_number="7.1").update(verdict="", note="")
    content = taken(held.audit)
    assert rows(content)["7.1"].verdict == AnswerVerdict.NOT_ASSESSED
    assert sum(count.count for count in content.summary.verdicts) == held.audit.items_total
    assert missing_parts(content) == ["Clause 7.1 is left out without a reason."]


def test_a_withdrawn_finding_leaves_no_trace(held: Held) -> None:
    content = taken(held.audit)
    assert [finding.number for finding in content.findings] == ["NC-01", "OB-01"]
    assert rows(content)["7.7"].findings == ("NC-01", "OB-01")
    assert "NC-02" not in json.dumps(content.to_json())


def test_a_finding_is_whole(held: Held) -> None:
    finding = taken(held.audit).findings[0]
    assert [(ref.number, ref.letter) for ref in finding.clauses] == [("7.7", "a")]
    assert (finding.evidence, finding.statement) == ("Evidence of NC-01: 14 of 14 series.", "Statement of NC-01.")
    assert finding.answer_due_on == held.chart.due_on is not None
    assert finding.observed_by == "Audit team"
    stored = held.audit.evidence.get()
    assert [(photo.sha256, photo.caption, photo.code) for photo in finding.photos] == [
        (stored.preview_sha256, "Chart 7, week 39", "E-01")
    ]


def test_people_come_with_their_organisation_and_function(held: Held, network: Network) -> None:
    content = taken(held.audit)
    assert [(member.name, member.role, member.organisation, member.is_lead) for member in content.audit.team] == [
        ("Aigerim", "Team leader", "Ministry of Demo Health", True),
        ("Dauren", "Auditor", "Ministry of Demo Health", False),
        ("Tomas", "Auditor in training", "Ministry of Demo Health", False),
    ]
    people = {person.name: person.function for person in content.audit.participants}
    assert (people["Elena"], people["Marat"]) == ("quality manager", "analyst")
    assert "Aigerim" not in people
    assert [meeting.kind for meeting in content.audit.meetings] == ["opening", "closing"]
    assert [(place.name, place.address) for place in content.audit.places] == [
        ("Karasu water laboratory", "Karasu, Akmola")
    ]


def test_the_language_of_the_report_decides_the_names(network: Network) -> None:
    content = taken(held_audit(network, language="kk").audit)
    assert (content.laboratory.name, content.laboratory.other_name) == (
        "Қарасу су зертханасы",
        "Karasu water laboratory",
    )
    assert content.language == "kk"


def test_a_later_version_carries_the_answer_of_the_laboratory(held: Held, network: Network) -> None:
    first = ReportContent.from_json(issue(network, held.audit).content)
    finding_services.submit_answer(
        held.chart,
        **ANSWER,
        actions=plans(),
        by=network.access("elena"),
        mutation=new_mutation(),
        seen_version=held.chart.version,
    )
    second = ReportContent.from_json(issue(network, held.audit, "The answer was received.").content)
    assert first.findings[0].answer is None
    answer = second.findings[0].answer
    assert answer is not None
    assert (answer.cause, answer.received_on) == (ANSWER["cause"], timezone.localdate())
    assert [action.text for action in answer.actions] == ["Action 1", "Action 2"]
    assert second.findings[0].answer_due_on is None
    assert [(item.version, item.reason) for item in second.amendments] == [(1, ""), (2, "The answer was received.")]
    assert second.amendments[0].sha256 == first.sha256()


def test_the_content_does_not_follow_later_changes(held: Held, network: Network) -> None:
    report = issue(network, held.audit)
    before = report_html(ReportContent.from_json(report.content))
    Audit.objects.update(scope="Rewritten", objectives="Rewritten", conclusion="Rewritten")
    Finding.objects.update(title="Rewritten", statement="Rewritten", evidence="Rewritten")
    Laboratory.objects.update(name="Rewritten", name_kk="Rewritten")
    Organisation.objects.update(name="Rewritten")
    network.aigerim.name = "Rewritten"
    network.aigerim.save()
    network.scheme.grades.update(label="Rewritten", definition="Rewritten")
    report.refresh_from_db()
    content = ReportContent.from_json(report.content)
    assert report_html(content) == before
    assert "Rewritten" not in before
    assert content.sha256() == report.content_sha256


def test_the_statements_do_not_grow_with_the_findings(held: Held, network: Network) -> None:
    def statements() -> int:
        with transaction.atomic():
            audit = locked(held.audit)
        before = len(connection.queries_log)
        connection.force_debug_cursor = True
        try:
            snapshot.take(audit, version=1, issued_at=timezone.now(), issuer="Aigerim")
            return len(connection.queries_log) - before
        finally:
            connection.force_debug_cursor = False

    few = statements()
    answer = held.audit.answers.get(item__clause_number="7.7")
    for number in range(3, 13):
        copy = Finding.objects.get(pk=held.chart.pk)
        copy.pk, copy.number = None, f"NC-{number:02d}"
        copy.save()
        held.audit.audit_findings.create(finding=copy, answer=answer)
    assert len(taken(held.audit).findings) == 12
    assert statements() == few <= 16


@pytest.mark.parametrize(
    ("gap", "sentence"),
    [
        ({"scope": ""}, "The scope of the audit is missing."),
        ({"objectives": " \n"}, "The objectives of the audit are missing."),
    ],
)
def test_a_gap_holds_the_report_back_and_leaves_nothing(network: Network, gap: dict[str, str], sentence: str) -> None:
    held = held_audit(network, **gap)
    with pytest.raises(RuleBroken, match=sentence):
        issue(network, held.audit)
    held.audit.refresh_from_db()
    assert held.audit.state == AuditState.CONCLUDED
    assert not Report.objects.exists()
    assert not Job.objects.filter(kind="draw_report").exists()
    assert not Mutation.objects.filter(verb="issue_report").exists()


def test_one_form_sent_twice_makes_one_version(held: Held, network: Network) -> None:
    mutation = new_mutation()
    first = issue(network, held.audit, mutation=mutation)
    again = issue(network, held.audit, mutation=mutation)
    assert (first.pk, first.version) == (again.pk, 1)
    assert Report.objects.count() == Job.objects.filter(kind="draw_report").count() == 1
    held.audit.refresh_from_db()
    assert held.audit.state == AuditState.REPORTED
    assert [line.step for line in lines_of(held.audit)].count("report") == 1


def test_the_next_version_needs_a_reason(held: Held, network: Network) -> None:
    issue(network, held.audit)
    for reason in ("", "  \n"):
        with pytest.raises(RuleBroken, match="Say why") as broken:
            issue(network, held.audit, reason)
        assert broken.value.field == "reason"
    second = issue(network, held.audit, "A date was wrong.")
    assert (second.version, second.amendment) == (2, "A date was wrong.")
    assert [line.step for line in lines_of(held.audit)].count("amend") == 1


@pytest.mark.parametrize("state", [AuditState.PLANNED, AuditState.UNDER_WAY, AuditState.CANCELLED])
def test_there_is_no_report_before_the_closing_meeting(network: Network, state: AuditState) -> None:
    with pytest.raises(RuleBroken, match="after the closing meeting"):
        issue(network, build_audit(network, state=state))


@pytest.mark.parametrize(
    "change",
    [
        {"content": {}},
        {"content_sha256": "0" * 64},
        {"version": 7},
        {"language": "fr"},
        {"amendment": "Another reason"},
        {"issued_at": Now()},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_database_refuses_to_change_an_issued_report(
    held: Held, network: Network, change: dict[str, Any]
) -> None:
    report = issue(network, held.audit)
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(**change)
    assert Report.objects.get(pk=report.pk).content == report.content


def test_the_database_refuses_to_delete_an_issued_report(held: Held, network: Network) -> None:
    report = issue(network, held.audit)
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        Report.objects.filter(pk=report.pk)._raw_delete("default")
    assert Report.objects.filter(pk=report.pk).exists()


def test_a_drawn_file_is_never_replaced(held: Held, network: Network) -> None:
    report = issue(network, held.audit)
    drawn = {"file_sha256": "a" * 64, "file_size": 10, "pages": 3, "drawn_at": timezone.now()}
    Report.objects.filter(pk=report.pk).update(**drawn)
    for change in ({"file_sha256": "b" * 64}, {"pages": 4}, {"file_size": 11}):
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            Report.objects.filter(pk=report.pk).update(**change)


def at_once(threads: int, work: Any) -> list[str]:
    """The work in threads that start together: the version each got, or the sentence it was refused by."""
    barrier = Barrier(threads)

    def one(number: int) -> str:
        try:
            barrier.wait(timeout=30)
            return str(work(number).version)
        except RuleBroken as broken:
            return broken.reason
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, range(threads)))


@pytest.mark.django_db(transaction=True)
def test_fifty_identical_submits_make_one_report(network: Network, media: Path) -> None:
    held, mutation = held_audit(network), new_mutation()
    answers = at_once(50, lambda _number: issue(network, held.audit, mutation=mutation))
    assert answers == ["1"] * 50
    assert Report.objects.count() == Job.objects.filter(kind="draw_report").count() == 1


@pytest.mark.django_db(transaction=True)
def test_different_submits_at_once_make_one_first_version(network: Network, media: Path) -> None:
    held = held_audit(network)
    answers = at_once(8, lambda _number: issue(network, held.audit))
    assert answers.count("1") == 1
    assert {answer for answer in answers if answer != "1"} == {"Say why a new version is issued."}
    assert Report.objects.count() == Job.objects.filter(kind="draw_report").count() == 1


def test_a_grade_of_another_scale_is_counted_too(held: Held, network: Network) -> None:
    other = grade(network, "minor")
    other.pk, other.code, other.label = None, "remark", "Remark"
    other.scheme = type(network.scheme).objects.create(code="other", title="Other scale")
    other.save()
    Finding.objects.filter(pk=held.label.pk).update(grade=other)
    content = taken(held.audit)
    assert sum(count.count for count in content.summary.grades) == len(content.findings)
