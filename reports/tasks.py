"""The one errand of this app: draw the PDF of an issued version from its frozen content."""

import hashlib
import io
import logging

import pikepdf
from django.utils import timezone
from django.utils.translation import gettext_noop

from core import files
from core.errands import RunningJob, errand
from core.errors import RuleBroken
from reports.content import ReportContent
from reports.models import Report
from reports.rendering import draw_report

log = logging.getLogger(__name__)
DRAW_REPORT = "draw_report"


@errand(DRAW_REPORT)
def draw(job: RunningJob) -> None:
    report = Report.objects.get(pk=job.subject_id)
    job.report(10, gettext_noop("Reading the frozen content"))
    content = ReportContent.from_json(report.content)
    job.report(30, gettext_noop("Drawing the pages"))
    document = draw_report(content, picture)
    job.report(85, gettext_noop("Storing the file"))
    sha256 = files.keep(document)
    pages = page_count(document)
    with job.finishing(digest=sha256):
        Report.objects.filter(pk=report.pk, drawn_at__isnull=True).update(
            file_sha256=sha256, file_size=len(document), pages=pages, drawn_at=timezone.now()
        )


def picture(sha256: str) -> bytes | None:
    """The bytes of a photo, or None when the archive no longer has it: the report then says so."""
    try:
        data = files.path_of(sha256).read_bytes()
    except (FileNotFoundError, RuleBroken, ValueError):
        log.warning("Photo %s is not in the archive.", sha256)
        return None
    return data if hashlib.sha256(data).hexdigest() == sha256 else None


def page_count(document: bytes) -> int:
    with pikepdf.open(io.BytesIO(document)) as pdf:
        return len(pdf.pages)
