from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.services import setup_link_of
from core.errors import RuleBroken
from laboratories.access import REGISTER_ROLES, access_of
from laboratories.forms import LaboratoryFilterForm, SetupForm
from laboratories.models import Laboratory
from laboratories.queries import laboratory_list_page, laboratory_page, organisations, regions
from laboratories.services import found_installation


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


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password")
@never_cache
def setup(request: HttpRequest, token: str) -> HttpResponse:
    """The first person of an empty installation, by the one-time link that `--bare` prints."""
    if setup_link_of(token) is None:
        return render(request, "laboratories/setup_over.html", status=410)
    form = SetupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found_installation(token, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(broken.field, broken.reason)
        else:
            messages.success(request, _("Your account is ready. Sign in."))
            return redirect("account_login")
    return render(request, "laboratories/setup.html", {"form": form})
