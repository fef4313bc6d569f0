"""The pages: issue, look on while the PDF is drawn, download, try again."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import errands
from core.models import Job
from reports.content import ReportContent
from reports.models import Report
from tests.core import pdf_reading
from tests.factories import Network, build_audit, new_mutation
from tests.reports.builders import Held, held_audit, issue

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


@pytest.fixture
def held(network: Network) -> Held:
    return held_audit(network)


@pytest.fixture
def leader(network: Network, sign_in: Any) -> Client:
    client: Client = sign_in(network.aigerim)
    return client


def address(name: str, *args: object) -> str:
    return reverse(f"reports:report-{name}", args=["IA-2026-01", *args])


def stop(report: Report) -> None:
    """As after the last attempt."""
    Job.objects.filter(pk=report.job_id).update(
        state=Job.State.DEAD, attempts=5, finished_at=timezone.now(), error="The archive is full."
    )


def draw(report: Report) -> Report:
    errands.run(report.job_id)
    report.refresh_from_db()
    return report


def test_the_leader_issues_and_sees_it_being_drawn(held: Held, leader: Client) -> None:
    page = leader.get(address("issue"))
    assert page.status_code == 200
    assert b"Issuing freezes the content" in page.content
    assert b'name="reason"' not in page.content
    sent = leader.post(address("issue"), {"mutation": new_mutation()})
    assert (sent.status_code, sent["Location"]) == (302, address("detail", 1))
    shown = leader.get(address("detail", 1)).content.decode()
    assert "The PDF is being drawn." in shown
    assert address("file", 1) not in shown
    assert Report.objects.get().content_sha256 in shown


def test_a_form_sent_twice_leads_to_the_same_page(held: Held, leader: Client) -> None:
    mutation = {"mutation": new_mutation()}
    first, again = (leader.post(address("issue"), mutation) for _time in range(2))
    assert first["Location"] == again["Location"] == address("detail", 1)
    assert Report.objects.count() == 1


def test_a_form_without_its_number_writes_nothing(held: Held, leader: Client) -> None:
    for mutation in ("", "7", "x" * 36):
        assert leader.post(address("issue"), {"mutation": mutation}).status_code == 200
    assert not Report.objects.exists()


def test_nothing_is_issued_before_the_closing_meeting(network: Network, leader: Client) -> None:
    build_audit(network)
    assert b'aria-disabled="true"' in leader.get(address("issue")).content
    sent = leader.post(address("issue"), {"mutation": new_mutation()})
    assert sent.status_code == 200
    assert b"The report is issued after the closing meeting." in sent.content
    assert not Report.objects.exists()


def test_what_is_missing_is_said_on_the_page(network: Network, leader: Client) -> None:
    held_audit(network, scope="")
    sent = leader.post(address("issue"), {"mutation": new_mutation()})
    assert b"The scope of the audit is missing." in sent.content
    assert not Report.objects.exists()


def test_the_second_version_asks_for_its_reason(held: Held, leader: Client, network: Network) -> None:
    issue(network, held.audit)
    assert b'name="reason"' in leader.get(address("issue")).content
    refused = leader.post(address("issue"), {"mutation": new_mutation(), "reason": " "})
    assert refused.status_code == 200
    assert Report.objects.count() == 1
    sent = leader.post(address("issue"), {"mutation": new_mutation(), "reason": "A date was wrong."})
    assert sent["Location"] == address("detail", 2)
    assert b"A date was wrong." in leader.get(address("detail", 2)).content
    old = leader.get(address("detail", 1)).content
    assert b"This version was replaced. The current one is version 2." in old
    assert leader.get(address("latest"))["Location"] == address("detail", 2)


@pytest.mark.parametrize("name", ["dauren", "tomas", "nurlan", "elena"])
def test_only_the_leader_issues(held: Held, network: Network, sign_in: Any, name: str) -> None:
    client = sign_in(network.people[name])
    assert client.get(address("issue")).status_code == 403
    assert client.post(address("issue"), {"mutation": new_mutation()}).status_code == 403
    assert not Report.objects.exists()


@pytest.mark.parametrize("name", ["botagoz", "olga", "saule", "adil"])
def test_for_others_there_is_no_report(held: Held, network: Network, sign_in: Any, name: str) -> None:
    draw(issue(network, held.audit))
    client = sign_in(network.people[name])
    for page in ("detail", "progress", "file"):
        assert client.get(address(page, 1)).status_code == 404
    assert client.get(address("latest")).status_code == 404
    assert client.post(address("retry", 1)).status_code == 404


def test_the_progress_asks_again_until_the_drawing_is_over(held: Held, leader: Client, network: Network) -> None:
    report = issue(network, held.audit)
    waiting = leader.get(address("progress", 1))
    assert "HX-Refresh" not in waiting
    assert f'hx-get="{address("progress", 1)}"' in waiting.content.decode()
    Job.objects.filter(pk=report.job_id).update(
        state=Job.State.RUNNING,
        token=new_mutation(),
        lease_until=timezone.now(),
        started_at=timezone.now(),
        progress=30,
        progress_text="Drawing the pages",
    )
    running = leader.get(address("progress", 1)).content.decode()
    assert 'value="30"' in running
    assert "Drawing the pages" in running
    stop(report)
    over = leader.get(address("progress", 1))
    assert over["HX-Refresh"] == "true"
    assert "hx-get" not in over.content.decode()


def test_the_drawn_file_is_what_was_frozen(held: Held, leader: Client, network: Network) -> None:
    report = draw(issue(network, held.audit))
    response = leader.get(address("file", 1))
    data = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert (report.file_size, report.pages) == (len(data), len(pdf_reading.pages(data)))
    words = pdf_reading.squeezed(pdf_reading.text(data))
    content = ReportContent.from_json(report.content)
    assert report.content_sha256 in words
    for finding in content.findings:
        assert pdf_reading.squeezed(finding.evidence) in words
    assert "Figure1.NC-01:Chart7,week39" in words
    assert "NC-02" not in words
    shown = leader.get(address("detail", 1)).content.decode()
    assert address("file", 1) in shown
    assert report.file_sha256 in shown


def test_the_file_leaves_sealed_and_named(held: Held, leader: Client, network: Network, sign_in: Any) -> None:
    report = draw(issue(network, held.audit))
    for client in (leader, sign_in(network.elena), sign_in(network.nurlan)):
        response = client.get(address("file", 1))
        assert response.status_code == 200
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"] == 'attachment; filename="IA-2026-01-v1.pdf"'
        assert response["Content-Length"] == str(report.file_size)
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert response["Cache-Control"].startswith("private")


def test_there_is_no_file_before_it_is_drawn(held: Held, leader: Client, network: Network) -> None:
    issue(network, held.audit)
    assert leader.get(address("file", 1)).status_code == 404
    assert leader.get(address("file", 2)).status_code == 404


def test_a_drawing_done_twice_keeps_the_first_file(held: Held, network: Network) -> None:
    report = draw(issue(network, held.audit))
    first = (report.file_sha256, report.drawn_at)
    errands.run(report.job_id)
    report.refresh_from_db()
    assert (report.file_sha256, report.drawn_at) == first


def test_a_lost_photograph_does_not_stop_the_report(held: Held, network: Network, media: Path) -> None:
    sha256 = held.audit.evidence.get().preview_sha256
    report = issue(network, held.audit)
    next(path for path in media.rglob(sha256) if path.is_file()).unlink()
    draw(report)
    assert report.drawn_at is not None


def test_the_leader_tries_a_stopped_drawing_again(held: Held, leader: Client, network: Network) -> None:
    report = issue(network, held.audit)
    stop(report)
    stopped = leader.get(address("detail", 1)).content.decode()
    assert "The PDF could not be drawn." in stopped
    assert "The archive is full." in stopped
    assert leader.post(address("retry", 1))["Location"] == address("detail", 1)
    job = Job.objects.get(pk=report.job_id)
    assert (job.state, job.attempts) == (Job.State.QUEUED, 0)
    assert draw(report).drawn_at is not None


def test_only_the_leader_tries_again(held: Held, network: Network, sign_in: Any) -> None:
    report = issue(network, held.audit)
    stop(report)
    for name in ("dauren", "elena", "nurlan"):
        assert sign_in(network.people[name]).post(address("retry", 1)).status_code == 403
    assert Job.objects.get(pk=report.job_id).state == Job.State.DEAD


def test_a_button_is_shown_to_whom_it_works_for(held: Held, network: Network, sign_in: Any) -> None:
    stop(issue(network, held.audit))
    assert address("retry", 1) in sign_in(network.aigerim).get(address("detail", 1)).content.decode()
    others = sign_in(network.elena).get(address("detail", 1)).content.decode()
    assert address("retry", 1) not in others
    assert "The leader of the audit team can have it tried again." in others


def test_trying_again_what_is_not_stopped_is_no_error_page(held: Held, leader: Client, network: Network) -> None:
    """Two windows, one of them late."""
    report = issue(network, held.audit)
    sent = leader.post(address("retry", 1), follow=True)
    assert sent.status_code == 200
    assert b"This job is not stopped" in sent.content
    assert Job.objects.get(pk=report.job_id).state == Job.State.QUEUED


def test_the_pages_take_a_fixed_number_of_statements(
    held: Held, leader: Client, network: Network, django_assert_max_num_queries: Any
) -> None:
    issue(network, held.audit)
    for number in range(2, 8):
        issue(network, held.audit, f"Reason {number}")
    with django_assert_max_num_queries(10):
        assert leader.get(address("detail", 3)).status_code == 200
    with django_assert_max_num_queries(6):
        assert leader.get(address("progress", 3)).status_code == 200
