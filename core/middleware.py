"""Around every page: the headers that keep it to itself, and the answer when a rule was broken."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.html import format_html

from core import gate
from core.errors import Moved, RuleBroken

GetResponse = Callable[[HttpRequest], HttpResponse]

# Nothing inline and nothing from elsewhere: so no nonce is needed.
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def security_headers(get_response: GetResponse) -> GetResponse:
    """A view may set a header of its own. No cache keeps a page; static files say for themselves."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


class RulesBroken:
    """A rule that a view let through becomes a page with the reason: 422, or 409 when the thing has moved."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, RuleBroken):
            return None
        status = 409 if isinstance(exception, Moved) else 422
        if "HX-Request" in request.headers:
            return HttpResponse(_fragment(exception.reason), status=status)
        if gate.wants_words_only(request):
            return JsonResponse({"error": exception.reason}, status=status)
        return render(request, "core/refused.html", {"reason": exception.reason}, status=status)


rules_broken = RulesBroken


def _fragment(reason: str) -> str:
    """What htmx puts where the answer was expected."""
    return format_html('<p class="invalid-feedback d-block" role="alert">{}</p>', reason)
