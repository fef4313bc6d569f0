"""What the auditors decide: on the answer, and at the end."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core.errors import RuleBroken
from core.gatekeeper import permit
from findings import services
from findings.forms import DatedReasonForm, suggested_due
from findings.models import Finding
from findings.permissions import may_judge
from findings.views.desk import finding_for, refuse, show
from laboratories.access import Access, access_of

SAID: dict[str, Any] = {
    "accept": gettext_lazy("The answer is accepted; the laboratory carries out its actions."),
    "return": gettext_lazy("The answer went back to the laboratory."),
    "close": gettext_lazy("The finding is closed."),
    "reopen": gettext_lazy("The laboratory is asked for more evidence."),
    "acknowledge": gettext_lazy("The finding is closed."),
    "withdraw": gettext_lazy("The finding is withdrawn."),
}
VERBS: dict[str, Callable[..., Finding]] = {
    "accept": services.accept,
    "return": services.return_answer,
    "close": services.close,
    "reopen": services.reopen,
    "acknowledge": services.acknowledge,
    "withdraw": services.withdraw,
}
DATED = ("return", "reopen")
REASONED = (*DATED, "withdraw")
# Steps that share a form on the page.
PLACES = {"accept": "decide", "return": "decide", "reopen": "close"}


@login_required
@require_POST
def finding_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept the answer or return it; the button pressed says which."""
    return _judge(request, pk, ("accept", "return"))


@login_required
@require_POST
def finding_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close, ask for more evidence, close without an answer, or withdraw."""
    return _judge(request, pk, ("close", "reopen", "acknowledge", "withdraw"))


def _judge(request: HttpRequest, pk: int, steps: tuple[str, ...]) -> HttpResponse:
    access = access_of(request)
    finding = finding_for(access, pk)
    permit(may_judge(access, finding))
    step = request.POST.get("step", "")
    if step not in steps:
        raise RuleBroken(_("Press one of the buttons of the form."))
    place = PLACES.get(step, step)
    form = DatedReasonForm(request.POST, auto_id=f"{place}-%s")
    if form.is_valid():
        try:
            _take(step, finding, form, access)
        except RuleBroken as broken:
            refuse(form, broken)
        else:
            messages.success(request, str(SAID[step]))
            return redirect("findings:finding-detail", pk)
    return show(request, access, finding_for(access, pk), {place: form})


def _take(step: str, finding: Finding, form: DatedReasonForm, by: Access) -> None:
    words = {"reason" if step in REASONED else "comment": form.cleaned_data["reason"]}
    more: dict[str, Any] = {"mutation": form.mutation_id(), "seen_version": form.seen_version()}
    if step in DATED:
        more["due_on"] = form.cleaned_data["due_on"] or suggested_due(finding)
    VERBS[step](finding, by=by, **words, **more)
