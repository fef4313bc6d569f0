"""Pages about reports."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from audits.enums import AuditState
from audits.models import Audit
from audits.permissions import may_lead
from audits.workflow import AUDIT
from core.models import Job
from core.verdict import Verdict
from core.workflow import Workflow
from laboratories.access import Access
from reports.models import Report

ROW = ("version", "issued_at", "issued_by__name", "amendment", "drawn_at", "pages", "file_size", "content_sha256")


@dataclass(frozen=True)
class VersionRow:
    version: int
    issued_at: datetime
    issued_by: str
    amendment: str
    drawn: bool
    pages: int | None
    size: int | None
    url: str
    current: bool


@dataclass(frozen=True)
class Drawing:
    """How the drawing of one version is going. `waiting` asks the page to look again."""

    state: str
    percent: int
    words: str
    attempts: int
    waiting: bool
    stopped: bool
    error: str
    progress_url: str
    may_retry: Verdict
    retry_url: str


@dataclass(frozen=True)
class ReportPage:
    code: str
    laboratory: str
    audit_url: str
    version: int
    latest: int
    issued_at: datetime
    issued_by: str
    language: str
    content_sha256: str
    file_sha256: str
    size: int | None
    pages: int | None
    file_url: str
    drawing: Drawing
    versions: tuple[VersionRow, ...]
    may_reissue: Verdict
    reissue_url: str

    @property
    def replaced(self) -> bool:
        return self.version < self.latest


@dataclass(frozen=True)
class IssuePage:
    code: str
    laboratory: str
    audit_url: str
    first: bool
    version: int
    now: Verdict
    facts: tuple[tuple[str, Any], ...]


def report_page(report: Report, access: Access) -> ReportPage:
    """Two statements more: the versions, and nothing else (`report` comes with audit, laboratory, job, issuer)."""
    audit = report.audit
    versions = tuple(version_rows(report))
    return ReportPage(
        code=audit.code,
        laboratory=str(audit.laboratory),
        audit_url=reverse("audits:audit-detail", args=[audit.code]),
        version=report.version,
        latest=versions[0].version,
        issued_at=report.issued_at,
        issued_by=str(report.issued_by),
        language=report.language,
        content_sha256=report.content_sha256,
        file_sha256=report.file_sha256,
        size=report.file_size,
        pages=report.pages,
        file_url=reverse("reports:report-file", args=[audit.code, report.version]),
        drawing=drawing_of(report, access),
        versions=versions,
        may_reissue=may_lead(access, audit),
        reissue_url=reverse("reports:report-issue", args=[audit.code]),
    )


def version_rows(report: Report) -> list[VersionRow]:
    rows = Report.objects.filter(audit_id=report.audit_id).order_by("-version").values(*ROW)
    return [
        VersionRow(
            version=row["version"],
            issued_at=row["issued_at"],
            issued_by=row["issued_by__name"],
            amendment=row["amendment"],
            drawn=row["drawn_at"] is not None,
            pages=row["pages"],
            size=row["file_size"],
            url=reverse("reports:report-detail", args=[report.audit.code, row["version"]]),
            current=row["version"] == report.version,
        )
        for row in rows
    ]


def drawing_of(report: Report, access: Access) -> Drawing:
    job = report.job
    args = [report.audit.code, report.version]
    done = report.drawn_at is not None
    state = Job.State.DONE if done or job is None else Job.State(job.state)
    return Drawing(
        state=state,
        percent=100 if done or job is None else job.progress,
        words="" if job is None else words_of(job),
        attempts=0 if job is None else job.attempts,
        waiting=state in (Job.State.QUEUED, Job.State.RUNNING),
        stopped=state == Job.State.DEAD,
        error="" if job is None else _(job.error) if job.error else "",
        progress_url=reverse("reports:report-progress", args=args),
        may_retry=may_lead(access, report.audit),
        retry_url=reverse("reports:report-retry", args=args),
    )


def words_of(job: Job) -> str:
    """What is being done, or why nothing happens yet."""
    if job.state == Job.State.RUNNING:
        return _(job.progress_text) if job.progress_text else _("A worker has begun.")
    if job.state == Job.State.QUEUED and job.attempts:
        return _("It did not work at once; it is tried again by itself.")
    if job.state == Job.State.QUEUED:
        return _("Waiting for a worker. You can leave this page; the report will be here.")
    return ""


def issue_page(audit: Audit, access: Access, workflow: Workflow = AUDIT) -> IssuePage:
    version = Report.objects.filter(audit=audit).count() + 1
    first = version == 1
    frozen = audit.state in (AuditState.REPORTED, AuditState.CLOSED)
    now = workflow.now(workflow.step("report"), audit) if first else Verdict(frozen)
    return IssuePage(
        code=audit.code,
        laboratory=str(audit.laboratory),
        audit_url=reverse("audits:audit-detail", args=[audit.code]),
        first=first,
        version=version,
        now=now,
        facts=(
            (_("Conclusion"), audit.conclusion),
            (_("Degree"), audit.get_degree_display()),
            (_("Questions"), audit.items_total),
            (_("Nonconforming"), audit.items_nonconforming),
            (_("Findings"), audit.audit_findings.count()),
        ),
    )
