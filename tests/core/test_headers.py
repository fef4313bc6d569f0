"""Every answer carries the headers; a broken rule is an answer with its reason."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from core.errors import Moved, RuleBroken


def refuse(request: HttpRequest) -> HttpResponse:
    raise RuleBroken("The <b>audit</b> is closed.")


def moved(request: HttpRequest) -> HttpResponse:
    raise Moved("Ana changed this two minutes ago.", {"verdict": "minor"})


def denied(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("Only the team leader does this.")


def missing(request: HttpRequest) -> HttpResponse:
    raise Http404


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


urlpatterns = [
    path("refuse", refuse),
    path("moved", moved),
    path("denied", denied),
    path("missing", missing),
    path("broken", broken),
    path("", include("core.urls")),
    path("account/", include("allauth.account.urls")),
]
handler400 = "core.views.bad_request"
handler403 = "core.views.forbidden"
handler404 = "core.views.not_found"
handler500 = "core.views.server_error"

pytestmark = [pytest.mark.urls("tests.core.test_headers"), pytest.mark.django_db]
ADDRESSES = ["/healthz", "/refuse", "/denied", "/missing", "/broken", "/?q=%00"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_headers(client: Client, address: str) -> None:
    client.raise_request_exception = False
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    for part in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert part in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=(self)" in headers["Permissions-Policy"]
    assert headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/refuse", 422, "The &lt;b&gt;audit&lt;/b&gt; is closed."),
        ("/moved", 409, "Ana changed this two minutes ago."),
        ("/denied", 403, "Only the team leader does this."),
        ("/missing", 404, "Nothing to see at this address"),
        ("/broken", 500, "Something went wrong on the site"),
    ],
)
def test_pages_that_say_why(client: Client, address: str, status: int, words: str) -> None:
    client.raise_request_exception = False
    answer = client.get(address)
    assert answer.status_code == status
    assert words in answer.content.decode()


@pytest.mark.parametrize(("address", "status"), [("/refuse", 422), ("/moved", 409), ("/denied", 403)])
def test_scripts_get_the_reason_as_json(client: Client, address: str, status: int) -> None:
    answer = client.get(address, headers={"Accept": "application/json"})
    assert answer.status_code == status
    assert answer.json()["error"]


def test_htmx_gets_a_line_to_show_in_place(client: Client) -> None:
    answer = client.get("/refuse", headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert 'role="alert">The &lt;b&gt;audit' in answer.content.decode()


def test_a_form_without_its_token() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/refuse", {"a": "b"})
    assert answer.status_code == 403
    assert "Your session ended while the page was open" in answer.content.decode()
    scripted = client.post("/refuse", {"a": "b"}, headers={"HX-Request": "true"})
    assert "Sign in again" in scripted.json()["error"]
