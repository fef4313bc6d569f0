"""Verbs about reports: issue the next version, try a stopped drawing again."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from audits.enums import AuditState
from audits.models import Audit
from audits.workflow import AUDIT
from core import errands, history, mutations
from core.errors import RuleBroken
from laboratories.access import Access
from reports import snapshot
from reports.content import missing_parts
from reports.models import Report
from reports.tasks import DRAW_REPORT


def issue_report(*, audit: Audit, reason: str = "", mutation: UUID, by: Access) -> Report:
    """Freeze the audit into its next version and ask for the drawing, in one transaction.

    The first version moves the audit to "report issued"; a later one needs a reason and names what it replaces.
    Raises RuleBroken when something that a report must hold is missing.
    """
    with transaction.atomic():
        claim = mutations.claim(mutation, person_id=by.person_id, verb=f"issue_report {audit.pk}")
        if claim.done is not None:
            return Report.objects.get(pk=claim.done["report"])
        audit = locked(audit)
        version = Report.objects.filter(audit=audit).count() + 1
        require_moment(audit, version, reason)
        now = timezone.now()
        content = snapshot.take(audit, version=version, issued_at=now, issuer=by.person_name, reason=reason)
        with translation.override(translation.get_language()):
            if missing := missing_parts(content):
                raise RuleBroken(" ".join(missing))
        report = Report.objects.create(
            organisation=audit.organisation,
            audit=audit,
            version=version,
            language=audit.language,
            content=content.to_json(),
            content_sha256=content.sha256(),
            amendment=reason,
            issued_at=now,
            issued_by_id=by.person_id,
        )
        report.job = errands.start(DRAW_REPORT, report.pk, by.person_id)
        report.save(update_fields=["job"])
        if version == 1:
            AUDIT.take("report", audit, by=by, side="team", detail={"version": version})
        else:
            history.record(audit, by=by, step="amend", reason=reason, side="team", detail={"version": version})
        claim.keep(report=report.pk)
    return report


def retry_drawing(report: Report, *, by: Access) -> None:
    """Give a stopped drawing a new life. Raises RuleBroken when it is not stopped."""
    if report.job is None:
        raise RuleBroken(_("This report has no drawing to try again."))
    errands.retry(report.job, by)


def locked(audit: Audit) -> Audit:
    """The audit with all that the snapshot reads beside it, its row locked for this transaction."""
    return (
        Audit.objects.select_for_update(no_key=True, of=("self",))
        .select_related("laboratory__organisation", "organisation", "programme", "scheme", "edition__standard")
        .get(pk=audit.pk)
    )


def require_moment(audit: Audit, version: int, reason: str) -> None:
    if version == 1 and audit.state != AuditState.CONCLUDED:
        raise RuleBroken(_("The report is issued after the closing meeting."))
    if version > 1 and audit.state not in (AuditState.REPORTED, AuditState.CLOSED):
        raise RuleBroken(_("This audit has no report that could be replaced."))
    if version > 1 and not reason.strip():
        raise RuleBroken(_("Say why a new version is issued."), "reason")
