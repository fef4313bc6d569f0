"""The audit team changes a draft before the closing meeting."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import RuleBroken
from core.gatekeeper import permit
from findings import services
from findings.enums import FindingState
from findings.forms import DraftForm
from findings.models import Finding
from findings.permissions import may_write
from findings.views.desk import refuse, status_of
from laboratories.access import access_of

TEXTS = ("title", "requirement", "evidence", "statement")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def finding_edit(request: HttpRequest, pk: int) -> HttpResponse:
    access = access_of(request)
    found = Finding.objects.visible_to(access).with_my_part(access).select_related("grade", "laboratory")
    finding = get_object_or_404(found, pk=pk)
    permit(may_write(access, finding))
    form = DraftForm(request.POST if request.method == "POST" else None, finding=finding)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_draft(finding, by=access, **_changes(form))
        except RuleBroken as broken:
            refuse(form, broken)
        else:
            messages.success(request, _("Saved."))
            return redirect("findings:finding-detail", pk)
    if request.method != "POST" and finding.state != FindingState.DRAFT:
        messages.info(request, _("This finding was raised: its words can no longer be changed."))
        return redirect("findings:finding-detail", pk)
    context = {"finding": finding, "form": form, "theirs": _theirs(form, finding)}
    return render(request, "findings/edit.html", context, status=status_of({"draft": form}))


def _changes(form: DraftForm) -> dict[str, Any]:
    typed = form.cleaned_data
    return {
        **{name: typed[name] for name in TEXTS},
        "grade": typed["grade"],
        "clauses": typed.get("clauses", []),
        "mutation": form.mutation_id(),
        "seen_version": form.seen_version(),
    }


def _theirs(form: DraftForm, finding: Finding) -> list[tuple[Any, str]]:
    """After a meeting of two writers: what stands there now, where it differs from what was typed."""
    if not getattr(form, "moved", False):
        return []
    return [
        (form.fields[name].label, getattr(finding, name))
        for name in TEXTS
        if form.cleaned_data.get(name) != getattr(finding, name)
    ]
