"""The laboratory's pages: answer, carry out the actions, report them as done."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import history
from core.errors import RuleBroken
from core.forms import VersionedForm
from core.gatekeeper import permit
from findings import services
from findings.forms import (
    AnswerForm,
    BasePlanFormSet,
    DoneForm,
    answer_initial,
    done_form,
    plan_formset,
    plan_initial,
)
from findings.models import Action, Finding
from findings.permissions import may_answer, may_carry_out
from findings.queries.page import finding_page
from findings.queries.timeline import entry_of
from findings.views.desk import finding_for, refuse, show, status_of
from findings.workflow import FINDING
from laboratories.access import Access, access_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def finding_answer(request: HttpRequest, pk: int) -> HttpResponse:
    access = access_of(request)
    finding = finding_for(access, pk)
    permit(may_answer(access, finding))
    if request.method != "POST":
        return _answer_page(request, access, finding)
    form, plans = AnswerForm(request.POST), plan_formset(request.POST)
    both_valid = form.is_valid() and plans.is_valid()
    if not both_valid or form.needs_second_thought():
        return _filled_in(request, access, finding, form, plans, coach=both_valid)
    try:
        services.submit_answer(finding, by=access, **_answer(form, plans))
    except RuleBroken as broken:
        refuse(form, broken)
        return _filled_in(request, access, finding, form, plans)
    messages.success(request, _("The answer was sent to the auditors."))
    return redirect("findings:finding-detail", pk)


def _answer_page(request: HttpRequest, access: Access, finding: Finding) -> HttpResponse:
    now = FINDING.now(FINDING.step("answer"), finding)
    if not now:
        messages.info(request, now.reason)
        return redirect("findings:finding-detail", finding.pk)
    form, plans = AnswerForm(initial=answer_initial(finding)), plan_formset(initial=plan_initial(finding))
    return _filled_in(request, access, finding, form, plans)


def _filled_in(
    request: HttpRequest,
    access: Access,
    finding: Finding,
    form: AnswerForm,
    plans: BasePlanFormSet,
    coach: bool = False,
) -> HttpResponse:
    last = history.lines_of(finding).last() if getattr(form, "moved", False) else None
    context = {
        "page": finding_page(access, finding),
        "form": form,
        "plans": plans,
        "coach": coach,
        "news": entry_of(last) if last else None,
    }
    return render(request, "findings/answer.html", context, status=status_of({"answer": form}))


def _answer(form: AnswerForm, plans: BasePlanFormSet) -> dict[str, Any]:
    parts = ("correction", "extent", "cause", "effectiveness")
    return {
        **{part: form.cleaned_data[part] for part in parts},
        "actions": plans.plans(),
        "mutation": form.mutation_id(),
        "seen_version": form.seen_version(),
    }


@login_required
@require_POST
def action_done(request: HttpRequest, pk: int, action: int) -> HttpResponse:
    """One action: done, done after all not, or more evidence; the button pressed says which."""
    access = access_of(request)
    finding = finding_for(access, pk)
    permit(may_carry_out(access, finding))
    row = get_object_or_404(Action, finding=finding, pk=action)
    form = done_form(row, request.POST, request.FILES)
    if form.is_valid():
        try:
            said = _carry_out(request.POST.get("do", ""), row, form, access)
        except RuleBroken as broken:
            refuse(form, broken)
        else:
            messages.success(request, said)
            return redirect("findings:finding-detail", pk)
    return show(request, access, finding_for(access, pk), {f"action-{row.pk}": form})


def _carry_out(do: str, action: Action, form: DoneForm, by: Access) -> str:
    seen: dict[str, Any] = {"by": by, "mutation": form.mutation_id(), "seen_version": form.seen_version()}
    shown = {"note": form.cleaned_data["note"], "uploads": form.cleaned_data["evidence"]}
    if do == "undo":
        services.undo_done(action, **seen)
        return _("The action is open again.")
    if do == "add":
        services.add_evidence(action, **shown, **seen)
        return _("The evidence was added.")
    if do != "done":
        raise RuleBroken(_("Press one of the buttons of the form."))
    services.report_done(action, **shown, **seen)
    return _("The action is marked as done.")


@login_required
@require_POST
def finding_implement(request: HttpRequest, pk: int) -> HttpResponse:
    access = access_of(request)
    finding = finding_for(access, pk)
    permit(may_carry_out(access, finding))
    form = VersionedForm(request.POST)
    if form.is_valid():
        try:
            services.implement(finding, by=access, mutation=form.mutation_id(), seen_version=form.seen_version())
        except RuleBroken as broken:
            refuse(form, broken)
        else:
            messages.success(request, _("The auditors look at the evidence next."))
            return redirect("findings:finding-detail", pk)
    return show(request, access, finding_for(access, pk), {"implement": form})
