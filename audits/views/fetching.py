"""Views that a page also calls by script: an ended session is then an answer of its own, not a sign-in page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

View = Callable[..., HttpResponseBase]


def is_fetch(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def signed_in(view: View) -> View:
    """`login_required`, but 401 in words for a script."""
    page = login_required(view)

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_fetch(request) and not request.user.is_authenticated:
            words = _(
                "Your session ended. Sign in in a new tab; your answer is kept on this device and will be sent."
            )
            return JsonResponse({"error": words}, status=401)
        return page(request, *args, **kwargs)

    return asked
