"""The list, the page of one finding, and its files: for everyone who may see it."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from core import files
from findings.forms import ListForm
from findings.models import ActionEvidence, Finding
from findings.queries import listing
from findings.views.desk import finding_for, show
from laboratories.access import Access, access_of

SHOWN = ("open", "mine", "overdue", "closed")


@login_required
@require_safe
def finding_list(request: HttpRequest) -> HttpResponse:
    access = access_of(request)
    form = ListForm(request.GET, laboratories=listing.laboratories_with_findings(access))
    form.is_valid()
    wanted = wanted_from(request, form.cleaned_data)
    context = {
        "form": form,
        "page": listing.finding_list(access, wanted),
        "wanted": wanted,
        "tabs": tabs(access, wanted),
        "of_laboratory": bool(access.laboratory_ids),
    }
    return render(request, "findings/list.html", context)


@login_required
@require_safe
def finding_detail(request: HttpRequest, pk: int) -> HttpResponse:
    access = access_of(request)
    return show(request, access, finding_for(access, pk))


@login_required
@require_safe
def file(request: HttpRequest, pk: int, file: int) -> FileResponse:
    finding = get_object_or_404(Finding.objects.visible_to(access_of(request)), pk=pk)
    stored = get_object_or_404(ActionEvidence, finding=finding, pk=file)
    return files.download_response(stored, preview="preview" in request.GET)


def wanted_from(request: HttpRequest, typed: dict[str, Any]) -> listing.Wanted:
    laboratory = typed.get("laboratory")
    return listing.Wanted(
        show=typed.get("show") or SHOWN[0],
        laboratory=int(laboratory) if laboratory else None,
        grade=typed.get("grade", ""),
        words=typed.get("q", ""),
        sort=request.GET.get("sort", ""),
        before=request.GET.get("before", ""),
        after=request.GET.get("after", ""),
    )


def tabs(access: Access, wanted: listing.Wanted) -> list[dict[str, Any]]:
    """What is shown; the other filters stay."""
    words = {
        "open": pgettext("findings", "Open"),
        "mine": _("Waiting for me"),
        "overdue": _("Overdue"),
        "closed": pgettext("findings", "Closed"),
        "drafts": _("Drafts"),
    }
    if access.laboratory_ids:
        del words["drafts"]
    kept = {"laboratory": wanted.laboratory, "grade": wanted.grade, "q": wanted.words, "sort": wanted.sort}
    base = {name: value for name, value in kept.items() if value}
    address = reverse("findings:finding-list")
    return [
        {"label": label, "url": f"{address}?{urlencode({'show': show, **base})}", "current": wanted.show == show}
        for show, label in words.items()
    ]
