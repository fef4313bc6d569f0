from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audits.forms.raising import LONGEST_TEXT, RaiseForm
from audits.models import Answer
from audits.permissions import may_raise_finding
from audits.queries.raising import first_words, fitting, raise_page
from audits.services.raising import raise_from_answer
from audits.views.conducting import audit_for, question_url
from audits.views.fetching import signed_in
from core.errors import RuleBroken
from core.gatekeeper import permit
from findings.coach import coach
from laboratories.access import access_of


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def finding_raise(request: HttpRequest, code: str, position: int) -> HttpResponse:
    access = access_of(request)
    audit = audit_for(access, code)
    permit(may_raise_finding(access, audit))
    if request.method == "POST" and "coach" in request.POST:
        return render(request, "audits/_coach.html", {"remarks": remarks_on(request.POST)})
    answer = get_object_or_404(Answer.objects.select_related("item__clause"), audit=audit, position=position)
    form = RaiseForm(request.POST if request.method == "POST" else None, audit=audit, initial=first_words(answer))
    if request.method == "POST" and form.is_valid():
        try:
            finding = raise_from_answer(
                audit=audit, position=position, draft=form.draft(), mutation=form.mutation_id(), by=access
            )
        except Answer.DoesNotExist as missing:
            raise Http404 from missing
        except RuleBroken as broken:
            form.add_error(broken.field if broken.field in form.fields else None, broken.reason)
        else:
            messages.success(request, _("%(number)s is written down as a draft.") % {"number": finding.number})
            return redirect(question_url(code, position))
    page = raise_page(audit, answer, form.grades.values())
    form.initial.setdefault("grade", fitting(answer.verdict, page.grades))
    words = form.data if form.is_bound else form.initial
    return render(request, "audits/raise_finding.html", {"page": page, "form": form, "remarks": remarks_on(words)})


def remarks_on(words: Any) -> list[str]:
    """What is longer than the form takes is not read to its end."""
    return coach(*(str(words.get(name, ""))[:LONGEST_TEXT] for name in ("statement", "evidence")))
