"""What no view should see is a plain 400, never a 500."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client, override_settings
from django.urls import include, path

from core import gate

MULTIPART = "multipart/form-data; boundary=edge"
FORM = "application/x-www-form-urlencoded"


def echo(request: HttpRequest) -> JsonResponse:
    """Touches everything that was sent, as a view does."""
    sent = {**request.GET.dict(), **request.POST.dict()}
    return JsonResponse({"sent": sent, "files": [file.name for file in request.FILES.values()]})


def number(request: HttpRequest, pk: int) -> HttpResponse:
    return HttpResponse(str(pk))


urlpatterns = [
    path("echo", echo),
    path("number/<int:pk>", number),
    path("", include("core.urls")),
    path("account/", include("allauth.account.urls")),
]
handler400 = "core.views.bad_request"
handler404 = "core.views.not_found"

pytestmark = pytest.mark.urls("tests.core.test_gate")


def multipart(disposition: str, value: bytes) -> bytes:
    head = f"--edge\r\nContent-Disposition: form-data; {disposition}\r\n\r\n".encode("utf-8", "surrogatepass")
    return head + value + b"\r\n--edge--\r\n"


UNSOUND_FORMS = [
    (FORM, b"note=%00"),
    (FORM, b"note=a\x00b"),
    (FORM, b"%00=a"),
    (FORM, b"note=%ff"),
    (FORM, b"note=\xff\xfe"),
    (FORM, b"note=%ed%a0%80"),
    (MULTIPART, multipart('name="note"', b"\x00")),
    (MULTIPART, multipart('name="note"', b"\xff")),
    (MULTIPART, multipart('name="note"', b"\xed\xa0\x80")),
    (MULTIPART, multipart('name="a\x00b"', b"a")),
]
UNSOUND_JSON = [
    b"{",
    b"[1]",
    b'"a"',
    b'{"a": "\\u0000"}',
    b'{"\\u0000": 1}',
    b'{"a": "\\ud800"}',
    b'{"a": "\xff"}',
    b'{"a": NaN}',
    b'{"a": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    b'{"a": ' + b"[" * 30 + b"]" * 30 + b"}",
    b'{"a": ' + b"9" * 5000 + b"}",
]


@pytest.mark.parametrize("query", ["q=%00", "q=a%00b", "%00=1", "q=%ff", "q=%ed%a0%80", "q=%c3%28", "page=%00"])
def test_unsound_queries(client: Client, query: str) -> None:
    answer = client.get(f"/echo?{query}")
    assert answer.status_code == 400
    assert "could not be read" in answer.content.decode()


def test_nul_in_the_path(client: Client) -> None:
    assert client.get("/echo%00").status_code == 400


def test_bytes_that_are_not_utf8_in_the_path(client: Client) -> None:
    assert client.get("/echo%ff").status_code == 404


@pytest.mark.parametrize(("kind", "body"), UNSOUND_FORMS)
def test_unsound_forms(client: Client, kind: str, body: bytes) -> None:
    assert client.post("/echo", body, content_type=kind).status_code == 400


@pytest.mark.parametrize("body", UNSOUND_JSON, ids=range(len(UNSOUND_JSON)))
def test_unsound_json(client: Client, body: bytes) -> None:
    answer = client.post("/echo", body, content_type="application/json")
    assert answer.status_code == 400
    assert "Nothing was changed" in answer.json()["error"]


def test_sound_text_of_every_script_passes(client: Client) -> None:
    text = "Әділет ғылым қала ңұүһі — “ok” 🙂 %\t\nа"
    assert client.get("/echo", {"q": text}).json()["sent"] == {"q": text}
    assert client.post("/echo", {"q": text}).json()["sent"] == {"q": text}
    sent = client.post("/echo", {"file": SimpleUploadedFile("Әділет.txt", b"\x00\xff"), "q": text})
    assert sent.json() == {"sent": {"q": text}, "files": ["Әділет.txt"]}
    assert client.post("/echo", json.dumps({"q": [text, 1]}), content_type="application/json").status_code == 200


def test_a_body_above_the_limit_is_413_and_the_view_never_runs(client: Client, settings: Any) -> None:
    settings.LABAUDIT_MAX_REQUEST_BYTES = 1000
    answer = client.post("/echo", {"q": "a" * 1001})
    assert answer.status_code == 413
    assert "too large" in answer.content.decode()


def test_a_length_that_is_no_number(client: Client) -> None:
    assert client.post("/echo", b"q=1", content_type=FORM, CONTENT_LENGTH="9" * 40).status_code in {200, 400}


def test_too_many_fields(client: Client) -> None:
    body = "&".join(f"f{number}=1" for number in range(3000))
    assert client.post("/echo", body, content_type=FORM).status_code == 400
    assert client.get(f"/echo?{body}").status_code == 400


def test_a_large_form_without_files(client: Client) -> None:
    assert client.post("/echo", "q=" + "a" * (3 * 1024 * 1024), content_type=FORM).status_code == 400


@pytest.mark.parametrize("digits", ["9" * 5000, "x", "-1", "1e9", "%00", "²"])
def test_numbers_in_the_path(client: Client, digits: str) -> None:
    assert client.get(f"/number/{digits}").status_code in {400, 404}


@pytest.mark.parametrize("body", [b"--edge\r\n", b"", b"--other--", b"--edge\r\nContent-Disposition: x\r\n\r\n"])
def test_broken_multipart(client: Client, body: bytes) -> None:
    assert client.post("/echo", body, content_type=MULTIPART).status_code in {200, 400}


def test_multipart_without_an_edge(client: Client) -> None:
    assert client.post("/echo", b"--edge\r\n", content_type="multipart/form-data").status_code == 400


def test_a_file_whose_name_is_not_utf8_is_not_taken(client: Client) -> None:
    body = multipart('name="f"; filename="a\ud800.txt"', b"a")
    assert client.post("/echo", body, content_type=MULTIPART).json()["files"] == []


def test_scripts_get_words(client: Client) -> None:
    answer = client.get("/echo?q=%00", headers={"HX-Request": "true"})
    assert answer.status_code == 400
    assert answer.json() == {"error": "This request could not be read. Nothing was changed."}


@override_settings(DEBUG=True)
def test_the_answer_is_the_same_in_debug(client: Client) -> None:
    assert client.get("/echo?q=%00").status_code == 400


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("17", 17), ("2147483647", 2147483647), ("2147483648", None), ("", None), (None, None)]
    + [(text, None) for text in ("-1", "1.0", " 1", "1e3", "9" * 5000, "٣", "²", "0x10", "\0", "1_000")],
)
def test_whole_number(text: str | None, number: int | None) -> None:
    assert gate.whole_number(text) == number
