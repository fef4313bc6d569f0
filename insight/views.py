from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from insight.forms import SearchForm
from insight.queries import my_work_page, search_page
from laboratories.access import access_of


@login_required
@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """What waits for this person, by due date, one verb each."""
    page = my_work_page(access_of(request), timezone.localdate())
    return render(request, "insight/my_work.html", {"page": page})


@login_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Find an audit, a laboratory, a finding or a clause among what this person may see."""
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    page = search_page(access_of(request), words)
    return render(request, "insight/search.html", {"form": form, "page": page})
