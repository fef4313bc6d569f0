"""The demo network: what it holds, that it is the same each time, and that a second run changes nothing."""

from datetime import date, timedelta

import pytest
from django.db.models import Count
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audits.enums import AuditState, TeamRole
from audits.models import Answer, Audit, Evidence, Meeting, Programme
from core import files
from core.models import HistoryLine
from findings.enums import ActionState, FindingState
from findings.models import Action, ActionEvidence, Finding
from labaudit.demo import demo_people, seed
from labaudit.demo.large import seed_network
from labaudit.demo.people import PASSWORD
from laboratories.enums import LaboratoryKind, OrganisationKind, Role
from laboratories.models import Laboratory, Membership, Organisation
from reports.content import ReportContent, missing_parts
from reports.models import Report

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker):
    """Built once for this file, and taken back at the end."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        seed(TODAY)
        yield
        transaction.set_rollback(True)


def test_the_network_is_as_large_as_promised(demo: None) -> None:
    assert Laboratory.objects.count() == 40
    assert set(Laboratory.objects.values_list("kind", flat=True)) == set(LaboratoryKind.values)
    assert Organisation.objects.filter(kind=OrganisationKind.MINISTRY).count() == 3
    assert Programme.objects.count() == 3
    codes = [*Laboratory.objects.values_list("code", flat=True), *Organisation.objects.values_list("code", flat=True)]
    assert all(code.startswith("DEMO-") for code in codes)
    assert not Laboratory.objects.filter(name_ru="").exists()
    assert not Laboratory.objects.filter(name_kk="").exists()


def test_there_is_one_person_for_each_role_and_she_can_sign_in(demo: None) -> None:
    assert set(Membership.objects.values_list("role", flat=True)) == set(Role.values)
    assert set(User.objects.values_list("language", flat=True)) == {"en", "ru", "kk"}
    for person in demo_people():
        assert person["email"].endswith("example.org")
        form = {"login": person["email"], "password": PASSWORD}
        assert Client().post("/account/login/", form).status_code == 302, person


def test_audits_and_findings_stand_in_every_state(demo: None) -> None:
    assert set(Audit.objects.values_list("state", flat=True)) == set(AuditState.values)
    assert set(Finding.objects.values_list("state", flat=True)) == set(FindingState.values)
    assert Finding.objects.overdue(TODAY).exists()
    assert Action.objects.filter(state=ActionState.OPEN, due_on__lt=TODAY).exists()
    assert Action.objects.filter(state=ActionState.DONE).exists()
    assert Audit.objects.filter(state=AuditState.PLANNED, ends_on__lt=TODAY).exists()


def test_counters_and_stamps_agree_with_the_rows(demo: None) -> None:
    for audit in Audit.objects.all():
        answers = Answer.objects.filter(audit=audit)
        assert audit.items_total == answers.count()
        assert audit.items_answered == answers.exclude(verdict="").count()
        assert audit.items_nonconforming == answers.filter(verdict="nonconforming").count()
        assert audit.team.filter(role=TeamRole.LEADER).count() == 1
    late = timezone.make_aware(timezone.datetime(2026, 11, 21))
    assert not Answer.objects.filter(answered_at__gte=late).exists()
    assert not Answer.objects.exclude(verdict__in=["", "conforming"]).filter(note="").exists()
    assert Meeting.objects.filter(held_on__gt=TODAY).count() == 0


def test_history_runs_forward_for_each_thing(demo: None) -> None:
    lines = HistoryLine.objects.filter(subject__in=["audit", "finding"]).order_by("subject", "subject_id", "id")
    before: dict[tuple[str, int], HistoryLine] = {}
    for line in lines:
        last = before.get((line.subject, line.subject_id))
        assert last is None or last.at <= line.at, line
        before[line.subject, line.subject_id] = line
    assert len(before) == Audit.objects.count() + Finding.objects.count()


def test_reports_are_issued_and_complete(demo: None) -> None:
    assert Report.objects.count() == 3
    for report in Report.objects.select_related("job"):
        assert report.job is not None
        assert report.job.state == "queued"
        assert missing_parts(ReportContent.from_json(report.content)) == []


def test_the_photographs_are_in_the_archive(demo: None) -> None:
    kept = [*Evidence.objects.all(), *ActionEvidence.objects.all()]
    assert len(kept) > 10
    for file in kept:
        assert file.is_picture
        assert files.path_of(file.sha256).stat().st_size == file.size


def test_a_second_run_changes_nothing(demo: None, django_assert_max_num_queries) -> None:
    before = (HistoryLine.objects.count(), Audit.objects.count(), User.objects.count())
    with django_assert_max_num_queries(1):
        assert seed(TODAY + timedelta(days=1)) == "already there"
    assert before == (HistoryLine.objects.count(), Audit.objects.count(), User.objects.count())


def test_the_same_network_is_built_each_time(demo: None) -> None:
    verdicts = dict(Answer.objects.values_list("verdict").annotate(Count("pk")))
    del verdicts[""]
    assert verdicts == {
        "conforming": 1339,
        "nonconforming": 21,
        "observation": 32,
        "not_applicable": 29,
        "not_assessed": 10,
    }
    assert Finding.objects.count() == 28


def test_every_person_of_the_demo_opens_her_pages(demo: None) -> None:
    for person in User.objects.filter(email__in=[row["email"] for row in demo_people()]):
        client = Client()
        client.force_login(person)
        for url in ("/laboratories/", "/standards/", "/standards/iso-iec-17025-2017/"):
            assert client.get(url, follow=True).status_code == 200, (person.email, url)


def test_the_large_network_is_sound(demo: None) -> None:
    assert seed_network(30) == "30 audits in 6 laboratories"
    large = Audit.objects.filter(code__startswith="LARGE-")
    assert large.count() == 30
    assert Answer.objects.filter(audit__in=large).count() > 30 * 170
    assert Finding.objects.filter(source_ref__startswith="LARGE-").count() == 24 * 3
    assert seed_network(30) == "30 audits are already there"
