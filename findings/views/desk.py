"""One finding on the desk: its page with every form that this person may fill in now."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from core.errors import Moved, RuleBroken
from core.forms import VersionedForm
from findings.enums import FindingState
from findings.forms import DatedReasonForm, ReasonForm, done_form, suggested_due
from findings.models import Finding
from findings.permissions import may_carry_out, may_write
from findings.queries.page import FindingPage, finding_page, with_everything
from laboratories.access import Access


def finding_for(access: Access, pk: int) -> Finding:
    """The finding with all that its page shows, if this person may see it."""
    found: Finding = get_object_or_404(
        with_everything(Finding.objects.visible_to(access).with_my_part(access)), pk=pk
    )
    return found


def show(
    request: HttpRequest, access: Access, finding: Finding, bound: Mapping[str, forms.Form] | None = None
) -> HttpResponse:
    """The page. `bound` holds the form that was refused, by its name, with what was typed."""
    page = finding_page(access, finding)
    desk = {**desk_of(access, finding, page), **(bound or {})}
    may_act = page.state == FindingState.ACCEPTED and bool(may_carry_out(access, finding))
    rows = [(row, desk.get(f"action-{row.pk}") or (done_form(row) if may_act else None)) for row in page.actions]
    links = links_of(access, finding, page)
    context = {"page": page, "desk": desk, "links": links, "rows": rows, "may_act": may_act, "refused": bool(bound)}
    return render(request, "findings/detail.html", context, status=status_of(bound))


def links_of(access: Access, finding: Finding, page: FindingPage) -> dict[str, str]:
    """Where the forms of this page go, and the pages of their own that are open to this person."""
    names = {"decide": "finding-decide", "close": "finding-close", "implement": "finding-implement"}
    if "answer" in page.open_steps:
        names["answer"] = "finding-answer"
    if page.state == FindingState.DRAFT and may_write(access, finding):
        names["edit"] = "finding-edit"
    return {name: reverse(f"findings:{url_name}", args=[finding.pk]) for name, url_name in names.items()}


def desk_of(access: Access, finding: Finding, page: FindingPage) -> dict[str, forms.Form]:
    """The forms for the steps that are open to this person."""
    seen = {"version": finding.version}
    dated = {**seen, "due_on": suggested_due(finding)}
    desk: dict[str, forms.Form] = {}
    if "accept" in page.open_steps:
        desk["decide"] = DatedReasonForm(initial=dated, auto_id="decide-%s")
    if "close" in page.open_steps:
        desk["close"] = DatedReasonForm(initial=dated, auto_id="close-%s")
    if "acknowledge" in page.open_steps:
        desk["acknowledge"] = ReasonForm(initial=seen, auto_id="acknowledge-%s")
    if "withdraw" in page.open_steps:
        desk["withdraw"] = ReasonForm(initial=seen, auto_id="withdraw-%s")
    if "implement" in page.open_steps:
        desk["implement"] = VersionedForm(initial=seen, auto_id="implement-%s")
    return desk


def refuse(form: forms.Form, broken: RuleBroken) -> None:
    """Put the reason at its field, keep what was typed, and let a second try stand on what is there now."""
    form.add_error(broken.field if broken.field in form.fields else None, broken.reason)
    if isinstance(broken, Moved):
        typed: Any = form.data
        form.data = typed.copy()
        form.data["version"] = str(broken.current["version"])  # type: ignore[index]
        form.moved = True  # type: ignore[attr-defined]


def status_of(bound: Mapping[str, forms.Form] | None) -> int:
    moved = any(getattr(form, "moved", False) for form in (bound or {}).values())
    return 409 if moved else 200
