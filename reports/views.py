from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.models import Audit
from audits.permissions import may_lead, may_read_report
from core import files
from core.errors import RuleBroken
from core.gatekeeper import permit
from laboratories.access import Access, access_of
from reports import services
from reports.forms import IssueForm
from reports.models import Report
from reports.queries import drawing_of, issue_page, report_page

PDF = "application/pdf"


@login_required
@require_http_methods(["GET", "POST"])
def issue(request: HttpRequest, code: str) -> HttpResponse:
    """Issue the first version, or the next one with a reason."""
    access = access_of(request)
    audit = visible_audit(access, code)
    permit(may_lead(access, audit))
    page = issue_page(audit, access)
    form = IssueForm(request.POST or None, first=page.first)
    if request.method == "POST" and form.is_valid():
        try:
            report = services.issue_report(
                audit=audit, reason=form.cleaned_data.get("reason", ""), mutation=form.mutation_id(), by=access
            )
        except RuleBroken as broken:
            form.add_error(broken.field if broken.field in form.fields else None, broken.reason)
        else:
            return redirect("reports:report-detail", code, report.version)
    return render(request, "reports/report_issue.html", {"page": page, "form": form})


@login_required
@require_safe
def latest(request: HttpRequest, code: str) -> HttpResponse:
    audit = visible_audit(access_of(request), code)
    version = Report.objects.filter(audit=audit).order_by("-version").values_list("version", flat=True).first()
    if version is None:
        raise Http404
    return redirect("reports:report-detail", code, version)


@login_required
@require_safe
def detail(request: HttpRequest, code: str, version: int) -> HttpResponse:
    access = access_of(request)
    report = visible_report(access, code, version)
    return render(request, "reports/report_detail.html", {"page": report_page(report, access)})


@login_required
@require_safe
def progress(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """The part of the page that asks again while the drawing is under way; reloads the page when it is over."""
    access = access_of(request)
    drawing = drawing_of(visible_report(access, code, version), access)
    response = render(request, "reports/_drawing.html", {"drawing": drawing})
    if not drawing.waiting:
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_safe
def file(request: HttpRequest, code: str, version: int) -> HttpResponseBase:
    report = visible_report(access_of(request), code, version)
    if not report.file_sha256:
        raise Http404
    return files.attachment(report.file_sha256, f"{report.audit.code}-v{report.version}.pdf", PDF)


@login_required
@require_POST
def retry(request: HttpRequest, code: str, version: int) -> HttpResponse:
    access = access_of(request)
    report = visible_report(access, code, version)
    permit(may_lead(access, report.audit))
    try:
        services.retry_drawing(report, by=access)
    except RuleBroken as broken:
        messages.warning(request, broken.reason)
    return redirect("reports:report-detail", code, version)


def visible_audit(access: Access, code: str) -> Audit:
    audits = Audit.objects.visible_to(access).with_my_role(access).select_related("organisation", "laboratory")
    return get_object_or_404(audits, code=code)


def visible_report(access: Access, code: str, version: int) -> Report:
    audit = visible_audit(access, code)
    permit(may_read_report(access, audit))
    reports = Report.objects.select_related("job", "issued_by").defer("content")
    report: Report = get_object_or_404(reports, audit=audit, version=version)
    report.audit = audit
    return report
