import uuid
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audits.forms.conducting import AnswerForm, EvidenceForm
from audits.models import Answer, Audit, Evidence
from audits.permissions import may_read_checklist, may_record_answer
from audits.queries.checklist import SHOWS, Typed, checklist_page, why_not_now
from audits.queries.question import context_of, evidence_label, guidance_of
from audits.services import conducting
from audits.views.fetching import is_fetch, signed_in
from core.errors import Moved, RuleBroken
from core.files import download_response
from core.gate import whole_number
from core.gatekeeper import permit
from laboratories.access import Access, access_of


def audit_for(access: Access, code: str) -> Audit:
    visible = Audit.objects.visible_to(access).with_my_role(access).select_related("organisation", "laboratory")
    return get_object_or_404(visible, code=code)


@signed_in
@require_safe
def checklist(request: HttpRequest, code: str) -> HttpResponse:
    access = access_of(request)
    audit = audit_for(access, code)
    permit(may_read_checklist(access, audit))
    show = request.GET.get("show", "")
    asked = whole_number(request.GET.get("question"))
    page = checklist_page(audit, access, position=asked, show=show if show in SHOWS else "all")
    return render(request, "audits/checklist.html", {"page": page})


@signed_in
@require_POST
def answer_save(request: HttpRequest, code: str, position: int) -> HttpResponse:
    access = access_of(request)
    audit = audit_for(access, code)
    permit(may_record_answer(access, audit))
    form = AnswerForm(request.POST, position=position)
    if not form.is_valid():
        return _not_saved(request, audit, access, form, RuleBroken(_first_error(form)))
    if (form.cleaned_data["person"] or access.person_id) != access.person_id:
        return _not_saved(request, audit, access, form, RuleBroken(_someone_else(access)))
    try:
        recorded = conducting.record_answer(
            audit=audit,
            position=position,
            verdict=form.cleaned_data["verdict"],
            note=form.cleaned_data["note"],
            seen_version=form.seen_version(),
            mutation=form.mutation_id(),
            by=access,
        )
    except Answer.DoesNotExist as missing:
        raise Http404 from missing
    except RuleBroken as broken:
        return _not_saved(request, audit, access, form, broken)
    if is_fetch(request):
        return JsonResponse(
            {
                "version": recorded.version,
                "verdict": recorded.verdict,
                "saved": recorded.time,
                "by": recorded.by,
                "remark": recorded.remark,
            }
        )
    if recorded.remark:
        messages.info(request, recorded.remark)
    return redirect(question_url(code, position))


@signed_in
@require_safe
def answer_guidance(request: HttpRequest, code: str, position: int) -> HttpResponse:
    """What to look for, loaded into the page; without scripts it is in the page of the question."""
    access = access_of(request)
    audit = audit_for(access, code)
    permit(may_read_checklist(access, audit))
    answer = get_object_or_404(Answer, audit=audit, position=position)
    return render(request, "audits/_guidance.html", {"guidance": guidance_of(answer.item_id)})


@signed_in
@require_safe
def answer_context(request: HttpRequest, code: str, position: int) -> HttpResponse:
    """Files, earlier wordings and findings of one question, loaded into the page."""
    access = access_of(request)
    audit = audit_for(access, code)
    permit(may_read_checklist(access, audit))
    answer = get_object_or_404(Answer, audit=audit, position=position)
    may_write = bool(may_record_answer(access, audit)) and not why_not_now(audit.state)
    beside = context_of(audit, answer.pk, position, may_write=may_write)
    return render(request, "audits/_context.html", {"beside": beside})


@signed_in
@require_POST
def evidence_add(request: HttpRequest, code: str, position: int) -> HttpResponse:
    access = access_of(request)
    audit = audit_for(access, code)
    permit(may_record_answer(access, audit))
    form = EvidenceForm(request.POST, request.FILES)
    if not form.is_valid():
        return _not_added(request, code, position, [_first_error(form)])
    added, refused = _add_each(request, audit, position, form, access)
    if is_fetch(request) and not refused:
        return JsonResponse({"labels": added})
    if added:
        messages.success(request, _("Added: %(files)s.") % {"files": ", ".join(added)})
    return _not_added(request, code, position, refused)


@signed_in
@require_safe
def evidence_file(request: HttpRequest, code: str, number: int) -> FileResponse:
    return download_response(evidence_for(request, code, number))


@signed_in
@require_safe
def evidence_preview(request: HttpRequest, code: str, number: int) -> FileResponse:
    evidence = evidence_for(request, code, number)
    if not evidence.preview_sha256:
        raise Http404
    return download_response(evidence, preview=True)


def evidence_for(request: HttpRequest, code: str, number: int) -> Evidence:
    """The laboratory sees what the report shows, not the working papers of the team."""
    access = access_of(request)
    audit = audit_for(access, code)
    permit(may_read_checklist(access, audit))
    return get_object_or_404(Evidence, audit=audit, number=number)


def question_url(code: str, position: int) -> str:
    return f"{reverse('audits:checklist', args=[code])}?question={position}#q{position}"


def _someone_else(access: Access) -> str:
    return _("You are signed in as %(name)s now; this was written by someone else on this device.") % {
        "name": access.person_name
    }


def _first_error(form: Any) -> str:
    return str(next(iter(next(iter(form.errors.values())))))


def _not_saved(
    request: HttpRequest, audit: Audit, access: Access, form: AnswerForm, broken: RuleBroken
) -> HttpResponse:
    """The reason, and both texts when two people met; a plain page shows what was typed in its place again."""
    status = 409 if isinstance(broken, Moved) else 422
    current = broken.current if isinstance(broken, Moved) else None
    if is_fetch(request):
        return JsonResponse({"error": broken.reason, "field": broken.field, "current": current}, status=status)
    typed = Typed(
        position=form.position,
        verdict=form.cleaned_data.get("verdict", ""),
        note=form.cleaned_data.get("note", ""),
        error=broken.reason,
        current=current,
    )
    page = checklist_page(audit, access, typed=typed)
    return render(request, "audits/checklist.html", {"page": page}, status=status)


def _add_each(
    request: HttpRequest, audit: Audit, position: int, form: EvidenceForm, access: Access
) -> tuple[list[str], list[str]]:
    """Each file stands for itself: one that is refused does not hold back the others."""
    added: list[str] = []
    refused: list[str] = []
    for place, upload in enumerate(request.FILES.getlist("file")):
        try:
            evidence = conducting.add_evidence(
                audit=audit,
                position=position,
                upload=upload,
                caption=form.cleaned_data["caption"],
                mutation=uuid.uuid5(form.mutation_id(), str(place)),
                by=access,
            )
        except Answer.DoesNotExist as missing:
            raise Http404 from missing
        except RuleBroken as broken:
            refused.append(broken.reason)
        else:
            added.append(evidence_label(evidence.number))
    return added, refused


def _not_added(request: HttpRequest, code: str, position: int, reasons: list[str]) -> HttpResponse:
    if is_fetch(request):
        return JsonResponse({"error": " ".join(reasons)}, status=422)
    for reason in reasons:
        messages.error(request, reason)
    return redirect(question_url(code, position))
