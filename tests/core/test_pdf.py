"""Drawing fetches nothing foreign, uses only the bundled fonts, and gives the same bytes for the same input."""

import hashlib
import io
import os
import resource
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from core import pdf
from tests.core import pdf_reading

ROOT = Path(__file__).resolve().parents[2]


def _page(body: str, head: str = "") -> str:
    return f'<html lang="kk"><head><title>Сынақ</title>{head}</head><body>{body}</body></html>'


def _jpeg(colour: str = "teal") -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(data, "JPEG")
    return data.getvalue()


def test_a_document_is_tagged_and_names_its_language_and_title() -> None:
    with pikepdf.open(io.BytesIO(pdf.draw(_page("<h1>Есеп</h1><p>Мәтін</p>")))) as document:
        assert document.Root.MarkInfo.Marked
        assert document.Root.ViewerPreferences.DisplayDocTitle
        assert str(document.Root.Lang) == "kk"
        assert str(document.docinfo.Title) == "Сынақ"
        assert b'pdfuaid:part="1"' in document.Root.Metadata.read_bytes()


def test_kazakh_letters_can_be_read_back_in_every_face() -> None:
    letters = "ӘәҒғҚқҢңӨөҰұҮүҺһІі"
    faces = ("400 12pt Inter", "500 12pt Inter", "600 12pt Inter", '600 12pt "Inter Display"', "400 9pt monospace")
    body = "".join(f"<p style='font: {face}'>{letters}</p>" for face in faces)
    assert pdf_reading.text(pdf.draw(_page(body))).count(letters) == len(faces)


def test_only_bundled_fonts_are_used_whatever_is_asked_for() -> None:
    body = "<p style='font-family: DejaVu Sans'>a</p><p style='font-family: Courier New, monospace'>b</p>"
    with pikepdf.open(io.BytesIO(pdf.draw(_page(body)))) as document:
        names = {str(font.BaseFont).partition("+")[2] for font in document.pages[0].Resources.Font.values()}
    assert names
    assert all(name.startswith(("Inter", "JetBrains-Mono")) for name in names)


def test_static_data_and_handed_in_files_are_drawn() -> None:
    picture = _jpeg()
    key = hashlib.sha256(picture).hexdigest()
    body = (
        f'<img src="file-key:{key}" alt="a">'
        '<img src="static:reports/signs/good.svg" alt="b">'
        '<img src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E" alt="c">'
    )
    assert picture in pdf.draw(_page(body), files={key: picture})


@pytest.mark.parametrize(
    "body",
    [
        '<img src="file:///etc/hostname" alt="x">',
        '<img src="http://127.0.0.1/x.png" alt="x">',
        '<img src="https://example.org/x.png" alt="x">',
        '<img src="ftp://example.org/x.png" alt="x">',
        '<img src="plain.png" alt="x">',
        '<img src="file-key:nothing" alt="x">',
        '<img src="static:missing.png" alt="x">',
        '<img src="static:../manage.png" alt="x">',
        '<img src="static:css/../../manage.png" alt="x">',
        '<img src="static:/etc/hostname.png" alt="x">',
        '<img src="static:css/%2e%2e/x.png" alt="x">',
        '<img src="static:vendor/inter-ttf/manifest.json" alt="x">',
        '<img src="data:image/png;base64,AAAA" alt="x">',
        '<object data="file:///etc/hostname"></object>',
        '<link rel="stylesheet" href="file:///etc/hostname">',
        '<link rel="stylesheet" href="static:img/favicon.svg">',
        '<link rel="attachment" href="file:///etc/hostname">',
        "<style>@import url(http://127.0.0.1/x.css)</style>",
        "<style>@font-face { font-family: x; src: url(file:///etc/hostname) }</style>",
        "<p style='background: url(file:///etc/hostname)'>x</p>",
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>x</title>'
        '<image href="file:///etc/hostname" width="9" height="9"/></svg>',
    ],
)
def test_anything_else_ends_the_drawing(body: str) -> None:
    with pytest.raises(pdf.PdfFailed):
        pdf.draw(_page(body))


def test_the_refusal_says_what_was_asked_for() -> None:
    with pytest.raises(pdf.PdfFailed, match="file:///etc/hostname"):
        pdf.draw(_page('<img src="file:///etc/hostname" alt="x">'))


def test_an_image_without_words_is_refused() -> None:
    with pytest.raises(pdf.PdfFailed, match="alt"):
        pdf.draw(_page('<img src="static:reports/signs/good.svg">'))


def test_a_document_that_is_too_large_is_refused() -> None:
    with pytest.raises(pdf.PdfFailed, match="too large"):
        pdf.draw(_page("ә" * (pdf.MAX_HTML_BYTES // 2)))


def test_a_failed_drawing_spoils_no_later_one() -> None:
    before = pdf.draw(_page("<p>x</p>"))
    with pytest.raises(pdf.PdfFailed):
        pdf.draw(_page('<img src="file:///etc/hostname" alt="x">'))
    assert pdf.draw(_page("<p>x</p>")) == before


def test_the_environment_of_the_process_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FONTCONFIG_FILE", "of-somebody-else")
    pdf.draw(_page("<p>x</p>"))
    assert os.environ["FONTCONFIG_FILE"] == "of-somebody-else"


def test_the_same_bytes_in_another_process() -> None:
    body = "<h1>Есеп</h1><p>Мәтін <code>7.7.1</code></p><img src='static:reports/signs/good.svg' alt='b'>"
    script = (
        "import django, hashlib; django.setup(); from core import pdf\n"
        f"print(hashlib.sha256(pdf.draw({_page(body)!r})).hexdigest())"
    )
    found = [
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "labaudit.settings.test",
                "PYTHONHASHSEED": seed,
                "TZ": zone,
            },
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed, zone in (("1", "Asia/Almaty"), ("2", "America/Lima"))
    ]
    assert found == [hashlib.sha256(pdf.draw(_page(body))).hexdigest()] * 2


def test_memory_of_a_child_is_capped_and_never_raised() -> None:
    script = (
        "import resource; from core import pdf\n"
        "pdf.limit_resources(900 * 1024**2); pdf.limit_resources()\n"
        "print(resource.getrlimit(resource.RLIMIT_AS)[0])\n"
        "try:\n    bytearray(2 * 1024**3)\nexcept MemoryError:\n    print('refused')"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(900 * 1024**2), "refused"]
    assert resource.getrlimit(resource.RLIMIT_AS)[0] != 900 * 1024**2
