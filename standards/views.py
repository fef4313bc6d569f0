import io
from collections.abc import Mapping
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import RuleBroken
from core.forms import MutationForm
from core.gatekeeper import permit, role_holder
from standards.forms import ImportForm
from standards.models import Edition, PendingImport
from standards.parsing.rows import ParsedEdition, ParseFailed, Trouble
from standards.permissions import may_import
from standards.queries.exporting import exported
from standards.queries.pages import edition_list_page, edition_page, preview_page
from standards.services.importing import apply_import, propose_import
from standards.writing.formats import FORMATS, TEMPLATES, Format
from standards.writing.sample import sample


@login_required
@require_safe
def edition_list(request: HttpRequest) -> HttpResponse:
    page = edition_list_page(role_holder(request))
    return render(request, "standards/edition_list.html", {"page": page})


@login_required
@require_safe
def edition_detail(request: HttpRequest, slug: str) -> HttpResponse:
    edition = get_object_or_404(Edition.objects.select_related("standard"), slug=slug)
    return render(request, "standards/edition_detail.html", {"page": edition_page(edition)})


@login_required
@require_safe
def edition_export(request: HttpRequest, slug: str, kind: str) -> FileResponse:
    """Everyone who reads the catalogue may take it along."""
    edition = get_object_or_404(Edition.objects.select_related("standard"), slug=slug)
    return _download(_format(kind, FORMATS), exported(edition), edition.slug, edition.loaded_at)


@login_required
@require_safe
def import_template(request: HttpRequest, kind: str) -> FileResponse:
    permit(may_import(role_holder(request)))
    return _download(_format(kind, TEMPLATES), sample(), "template")


def _format(kind: str, formats: Mapping[str, Format]) -> Format:
    if kind not in formats:
        raise Http404
    return formats[kind]


def _download(form: Format, parsed: ParsedEdition, name: str, moment: datetime | None = None) -> FileResponse:
    content = io.BytesIO(form.write(parsed, moment))
    return FileResponse(content, as_attachment=True, filename=f"{name}{form.suffix}", content_type=form.media_type)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edition_import(request: HttpRequest) -> HttpResponse:
    access = role_holder(request)
    permit(may_import(access))
    form = ImportForm(request.POST or None, request.FILES or None)
    troubles: tuple[Trouble, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            pending = propose_import(by=access, mutation=form.mutation_id(), **form.upload())
        except ParseFailed as failed:
            troubles = failed.troubles
        else:
            return redirect("standards:edition-preview", pending.pk)
    return render(request, "standards/edition_import.html", {"form": form, "troubles": troubles})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edition_preview(request: HttpRequest, pk: int) -> HttpResponse:
    access = role_holder(request)
    permit(may_import(access))
    form = MutationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            edition = apply_import(by=access, mutation=form.mutation_id(), pending_id=pk)
        except RuleBroken as broken:
            messages.error(request, broken.reason)
            return redirect("standards:edition-import")
        messages.success(request, _("%(edition)s is loaded.") % {"edition": edition})
        return redirect("standards:edition-detail", edition.slug)
    waiting = PendingImport.objects.filter(person_id=access.person_id, expires_at__gte=timezone.now())
    pending = get_object_or_404(waiting, pk=pk)
    return render(request, "standards/edition_preview.html", {"page": preview_page(pending), "form": form})
