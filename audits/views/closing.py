from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from audits.forms import refuse
from audits.forms.meetings import ClosingForm, OpeningForm, StepForm
from audits.permissions import may_lead
from audits.queries.meeting_page import closing_page, opening_page
from audits.services import closing
from audits.views.planning import visible_audit
from core.errors import RuleBroken
from core.gatekeeper import permit
from laboratories.access import access_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def audit_start(request: HttpRequest, code: str) -> HttpResponse:
    access = access_of(request)
    audit = visible_audit(access, code)
    permit(may_lead(access, audit))
    form = OpeningForm(request.POST or None, initial={"version": audit.version})
    if request.method == "POST" and form.is_valid():
        try:
            closing.start_audit(
                audit=audit,
                by=access,
                mutation=form.mutation_id(),
                seen_version=form.seen_version(),
                opening=form.held(),
            )
        except RuleBroken as broken:
            refuse(form, broken)
        else:
            messages.success(request, _("The audit is under way: the checklist is open."))
            return redirect("audits:audit-detail", audit.code)
    return render(request, "audits/audit_start.html", {"page": opening_page(audit), "audit": audit, "form": form})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def audit_conclude(request: HttpRequest, code: str) -> HttpResponse:
    access = access_of(request)
    audit = visible_audit(access, code)
    permit(may_lead(access, audit))
    form = ClosingForm(request.POST or None, initial={"version": audit.version})
    if request.method == "POST" and form.is_valid():
        try:
            closing.conclude_audit(
                audit=audit,
                by=access,
                mutation=form.mutation_id(),
                seen_version=form.seen_version(),
                closing=form.held(),
                conclusion=form.concluded(),
            )
        except RuleBroken as broken:
            refuse(form, broken)
        else:
            messages.success(request, _("The closing meeting is recorded. The answers are frozen."))
            return redirect("audits:audit-detail", audit.code)
    return render(request, "audits/audit_conclude.html", {"page": closing_page(audit), "audit": audit, "form": form})


@login_required
@require_POST
def audit_close(request: HttpRequest, code: str) -> HttpResponse:
    access = access_of(request)
    audit = visible_audit(access, code)
    permit(may_lead(access, audit))
    form = StepForm(request.POST)
    if form.is_valid():
        try:
            closing.close_audit(audit=audit, by=access, mutation=form.mutation_id(), seen_version=form.seen_version())
        except RuleBroken as broken:
            messages.error(request, broken.reason)
        else:
            messages.success(request, _("%(code)s is closed.") % {"code": audit.code})
    else:
        messages.error(request, _("The form was not complete. Nothing was changed; try again."))
    return redirect("audits:audit-detail", audit.code)
