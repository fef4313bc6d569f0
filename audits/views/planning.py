from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audits.forms import refuse
from audits.forms.listing import AuditFilterForm
from audits.forms.meetings import CancelForm, StepForm
from audits.forms.planning import PlanChangeForm, PlanForm, plan_of, suggested_objectives, suggested_scope
from audits.models import Audit
from audits.permissions import may_change_plan, may_plan
from audits.queries.audit_list import audit_list_page
from audits.queries.audit_page import audit_page
from audits.services import planning
from core.errors import RuleBroken
from core.gatekeeper import permit
from laboratories.access import Access, access_of
from laboratories.models import Laboratory


@login_required
@require_safe
def audit_list(request: HttpRequest) -> HttpResponse:
    access = access_of(request)
    filters = AuditFilterForm(request.GET or None) if request.GET else AuditFilterForm({})
    asked = filters.asked(request.GET.get("sort", ""), request.GET.get("page", ""))
    page = audit_list_page(access, asked)
    return render(request, "audits/audit_list.html", {"page": page, "filters": filters, "may_plan": may_plan(access)})


@login_required
@require_safe
def audit_detail(request: HttpRequest, code: str) -> HttpResponse:
    access = access_of(request)
    audit = visible_audit(access, code)
    page = audit_page(audit, access)
    form = StepForm(initial={"version": audit.version})
    return render(request, "audits/audit_detail.html", {"page": page, "audit": audit, "form": form})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def audit_create(request: HttpRequest) -> HttpResponse:
    access = access_of(request)
    permit(may_plan(access))
    form = PlanForm(request.POST or None, access=access, initial=first_words(request, access))
    if request.method == "POST" and form.is_valid():
        names = ("laboratory", "purpose", "programme", "scheme", "checklist")
        chosen = {name: form.cleaned_data[name] for name in names}
        try:
            audit = planning.plan_audit(
                by=access, mutation=form.mutation_id(), plan=form.plan(), team=form.team(), **chosen
            )
        except RuleBroken as broken:
            refuse(form, broken)
        else:
            messages.success(request, _("%(code)s is planned.") % {"code": audit.code})
            return redirect("audits:audit-detail", audit.code)
    return render(request, "audits/audit_form.html", {"form": form})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def audit_edit(request: HttpRequest, code: str) -> HttpResponse:
    access = access_of(request)
    audit = visible_audit(access, code)
    permit(may_change_plan(access, audit))
    form = PlanChangeForm(request.POST or None, access=access, audit=audit, initial=plan_of(audit))
    if request.method == "POST" and form.is_valid():
        try:
            planning.change_plan(
                audit=audit,
                by=access,
                mutation=form.mutation_id(),
                seen_version=form.seen_version(),
                plan=form.plan(),
                team=form.team(),
            )
        except RuleBroken as broken:
            refuse(form, broken)
        else:
            messages.success(request, _("The plan was changed."))
            return redirect("audits:audit-detail", audit.code)
    return render(request, "audits/audit_form.html", {"form": form, "audit": audit})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def audit_cancel(request: HttpRequest, code: str) -> HttpResponse:
    access = access_of(request)
    audit = visible_audit(access, code)
    permit(may_change_plan(access, audit))
    form = CancelForm(request.POST or None, initial={"version": audit.version})
    if request.method == "POST" and form.is_valid():
        try:
            planning.cancel_audit(
                audit=audit,
                by=access,
                mutation=form.mutation_id(),
                seen_version=form.seen_version(),
                reason=form.cleaned_data["reason"],
            )
        except RuleBroken as broken:
            refuse(form, broken)
        else:
            messages.success(request, _("%(code)s is cancelled.") % {"code": audit.code})
            return redirect("audits:audit-detail", audit.code)
    return render(request, "audits/audit_cancel.html", {"form": form, "audit": audit})


def visible_audit(access: Access, code: str) -> Audit:
    """The first sentence: an audit that this person may not see does not exist for her."""
    related = ("organisation", "laboratory__organisation", "programme", "edition__standard", "checklist", "scheme")
    visible = Audit.objects.visible_to(access).with_my_role(access).select_related(*related)
    return get_object_or_404(visible, code=code)


def first_words(request: HttpRequest, access: Access) -> dict[str, Any]:
    wanted = request.GET.get("laboratory", "")
    laboratory = Laboratory.objects.auditable_by(access).filter(code=wanted).first() if wanted else None
    return {
        "laboratory": laboratory.pk if laboratory else None,
        "objectives": suggested_objectives(),
        "scope": suggested_scope(),
        "language": get_language() or "en",
    }
