"""One input gate: what no view should see becomes a plain 400 (or 413) before any view runs.

Refused: NUL, lone surrogates and bytes that are not UTF-8 in the path, the query, form fields and JSON;
JSON that is malformed, deep, or not an object; a body above the limit. Whole numbers from a query go
through `whole_number`.
"""

import json
import time
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from core.files import DISK_FULL

GetResponse = Callable[[HttpRequest], HttpResponse]

LARGEST_INT4: Final = 2**31 - 1
DEEPEST_JSON: Final = 20
REPLACEMENT: Final = "\ufffd"
DRAIN_SECONDS: Final = 10


class InputGate:
    """The middleware. Multipart bodies are looked at when the CSRF check reads them anyway, never earlier."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _length(request) > settings.LABAUDIT_MAX_REQUEST_BYTES:
            _drain(request)
            return refused(request, 413)
        try:
            _check_address(request)
            _check_body(request)
        except (BadRequest, UnreadablePostError, ValueError, RecursionError):
            return refused(request, 400)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if request.content_type != "multipart/form-data" or request.method != "POST":
            return None
        try:
            return None if _multipart_is_sound(request) else refused(request, 400)
        except UnreadablePostError:
            return refused(request, 400)
        except OSError as error:
            if error.errno not in DISK_FULL:
                raise
            return refused(request, 507)


input_gate = InputGate


def whole_number(text: str | None, maximum: int = LARGEST_INT4) -> int | None:
    """The whole number from 0 to `maximum` that the text says, or None."""
    if not text or len(text) > len(str(maximum)) or not (text.isascii() and text.isdigit()):
        return None
    number = int(text)
    return number if number <= maximum else None


def refused(request: HttpRequest, status: int) -> HttpResponse:
    """The page for 400, 413 or 507; JSON for a script. Needs neither session nor database."""
    with translation.override(translation.get_language_from_request(request)):
        if wants_words_only(request):
            return JsonResponse({"error": _WORDS[status]()}, status=status)
        template = "core/refused.html" if status == 507 else f"{status}.html"
        return HttpResponse(render_to_string(template, {"reason": _WORDS[status]()}), status=status)


def wants_words_only(request: HttpRequest) -> bool:
    """A script asked, not a person turning a page."""
    accepts_json = "application/json" in request.headers.get("Accept", "")
    return "HX-Request" in request.headers or accepts_json or request.content_type == "application/json"


_WORDS: dict[int, Callable[[], str]] = {
    400: lambda: _("This request could not be read. Nothing was changed."),
    413: lambda: _("What was sent is larger than this site accepts. Nothing was saved."),
    507: lambda: _("The disk of the site is full. Nothing was saved; please tell the administrator."),
}


def _check_address(request: HttpRequest) -> None:
    if not _sound(request.path):  # Django leaves bytes that are not UTF-8 percent-encoded in the path
        raise ValueError("unsound path")
    _check_bytes(_query(request))


def _multipart_is_sound(request: HttpRequest) -> bool:
    """Django has put U+FFFD where bytes were not UTF-8: what cannot be kept as it was sent is refused."""
    values = [text for name, texts in request.POST.lists() for text in (name, *texts)]
    names = [upload.name or "" for _field, uploads in request.FILES.lists() for upload in uploads]
    return all(_sound(text) and REPLACEMENT not in text for text in (*values, *names, *request.FILES))


def _check_body(request: HttpRequest) -> None:
    if request.method not in {"POST", "PUT", "PATCH", "DELETE"}:
        return
    if request.content_type == "application/x-www-form-urlencoded":
        _check_bytes(unquote_to_bytes(request.body.replace(b"+", b" ")))
    elif request.content_type == "application/json" and request.body:
        _check_json(request.body)


def _check_bytes(raw: bytes) -> None:
    """Strict UTF-8 knows no surrogates, so only NUL is left to look for. Raises ValueError."""
    if "\0" in raw.decode("utf-8"):
        raise ValueError("NUL")


def _check_json(body: bytes) -> None:
    value = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    if not isinstance(value, dict):
        raise ValueError("not an object")
    _check_value(value, DEEPEST_JSON)


def _check_value(value: Any, depth: int) -> None:
    if depth == 0:
        raise ValueError("too deep")
    if isinstance(value, str) and not _sound(value):
        raise ValueError("unsound text")
    parts = [*value.keys(), *value.values()] if isinstance(value, dict) else value
    for part in parts if isinstance(value, dict | list) else ():
        _check_value(part, depth - 1)


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _sound(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def _query(request: HttpRequest) -> bytes:
    query = str(request.META.get("QUERY_STRING", "")).encode("latin-1", "surrogateescape")
    return unquote_to_bytes(query.replace(b"+", b" "))


def _length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return whole_number(text, 2**63 - 1) or 0


def _drain(request: HttpRequest) -> None:
    """Read and drop what still comes, within reason: a browser shows an answer only after it has sent all."""
    end = time.monotonic() + DRAIN_SECONDS
    left = 4 * settings.LABAUDIT_MAX_REQUEST_BYTES
    while left > 0 and time.monotonic() < end:
        try:
            piece = request.read(64 * 1024)
        except UnreadablePostError:  # nobody waits for the answer any more
            return
        if not piece:
            return
        left -= len(piece)
