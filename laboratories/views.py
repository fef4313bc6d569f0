from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from laboratories.access import REGISTER_ROLES, access_of
from laboratories.forms import LaboratoryFilterForm
from laboratories.models import Laboratory
from laboratories.queries import laboratory_list_page, laboratory_page, organisations, regions


@login_required
@require_safe
def laboratory_list(request: HttpRequest) -> HttpResponse:
    """The register. Who belongs to one laboratory and reads no register is led straight to it."""
    access = access_of(request)
    if not access.has(*REGISTER_ROLES) and len(access.laboratory_ids) == 1:
        own = Laboratory.objects.visible_to(access).get()
        return redirect("laboratories:laboratory-detail", own.code)
    filters = LaboratoryFilterForm(request.GET, regions=regions(access), organisations=organisations(access))
    asked = filters.asked(request.GET.get("sort", ""), request.GET.get("page", ""))
    page = laboratory_list_page(access, asked)
    return render(request, "laboratories/laboratory_list.html", {"page": page, "filters": filters})


@login_required
@require_safe
def laboratory_detail(request: HttpRequest, code: str) -> HttpResponse:
    access = access_of(request)
    seen = Laboratory.objects.visible_to(access).select_related("organisation")
    laboratory = get_object_or_404(seen, code=code)
    page = laboratory_page(laboratory, access)
    return render(request, "laboratories/laboratory_detail.html", {"page": page})
