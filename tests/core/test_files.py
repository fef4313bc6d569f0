"""Files: what comes is kept whole or not at all, what it is is found by opening it, what leaves is harmless."""

import hashlib
import io
import os
import resource
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.http import HttpRequest, JsonResponse
from django.test import Client
from django.urls import include, path
from openpyxl import Workbook
from PIL import Image, ImageFile

from core import files, filetypes
from core.errors import RuleBroken
from standards.models import Edition, Standard

MB = 1024 * 1024


def upload_view(request: HttpRequest) -> JsonResponse:
    return JsonResponse(files.store(request.FILES["file"]))


urlpatterns = [
    path("upload", upload_view),
    path("", include("core.urls")),
    path("account/", include("allauth.account.urls")),
]


class Box(SimpleNamespace):
    """The fields of a row that names a file."""


def upload(content: bytes, name: str = "file") -> UploadedFile:
    return SimpleUploadedFile(name, content)


def picture(kind: str = "JPEG", size: tuple[int, int] = (320, 200), **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert(options.pop("mode", "RGB")).save(buffer, kind, **options)
    return buffer.getvalue()


def photo_with_exif() -> bytes:
    exif = Image.Exif()
    exif[0x0110] = "SpyCam 3000"
    exif[0x0112] = 6  # lying on its side
    exif.get_ifd(0x8825)[2] = (51.0, 7.0, 30.0)  # where it was taken
    return picture(size=(400, 200), exif=exif, comment=b"taken at home")


def pdf(pages: int = 1, **options: Any) -> bytes:
    document, buffer = pikepdf.new(), io.BytesIO()
    for _page in range(pages):
        document.add_blank_page()
    document.save(buffer, **options)
    return buffer.getvalue()


def zipped(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def workbook() -> bytes:
    book, buffer = Workbook(), io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def old_word(*streams: str) -> bytes:
    names = b"".join(stream.encode("utf-16-le") + b"\0" * 8 for stream in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512 + names + b"\0" * 512


def everything_in(media: Path) -> list[Path]:
    return [found for found in media.rglob("*") if found.is_file()]


ODT = "application/vnd.oasis.opendocument.text"
DOCX = filetypes.OFFICE["word/"]
ACCEPTED = [
    ("photo.jpg", picture(), "image/jpeg"),
    ("photo.png", picture("PNG"), "image/png"),
    ("renamed.doc", picture("PNG", mode="L"), "image/png"),
    ("print.jpg", picture(mode="CMYK"), "image/jpeg"),
    ("record.pdf", pdf(), "application/pdf"),
    ("budget.xlsx", workbook(), filetypes.OFFICE["xl/"]),
    ("letter.docx", zipped({"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"}), DOCX),
    ("letter.odt", zipped({"mimetype": ODT.encode(), "content.xml": b"<a/>"}), ODT),
    ("old.doc", old_word("WordDocument"), "application/msword"),
    ("old.xls", old_word("Workbook"), "application/vnd.ms-excel"),
    ("notes.txt", "Әділет: 21,5 °C\n".encode(), "text/plain"),
    ("data.csv", b"\xef\xbb\xbfa;b\r\n1;2\r\n", "text/csv"),
]
LARGE_PART = b"\0" * (2 * MB)
REFUSED = [
    ("empty.pdf", b"", "is empty"),
    ("setup.jpg", b"MZ\x90\x00" + b"\0" * 900, "a program"),
    ("run.pdf", b"#!/bin/sh\nrm -rf /\n", "a program"),
    ("drawing.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "an SVG drawing"),
    ("drawing.txt", b"<?xml version='1.0'?><svg/>", "an SVG drawing"),
    ("page.txt", b"\n <!DOCTYPE html><script>alert(1)</script>", "a web page"),
    ("page.jpg", b"<html></html>", "a web page"),
    ("data.txt", b"<?xml version='1.0'?><a/>", "a markup language"),
    ("moving.gif", picture("GIF"), "neither JPEG nor PNG"),
    ("photo.heic", b"\0\0\0\x18ftypheic" + b"\0" * 64, "HEIC"),
    ("all.zip", zipped({"a.txt": b"a"}), "an archive"),
    ("macros.docm", zipped({"[Content_Types].xml": b"", "word/vbaProject.bin": b""}), "macros"),
    ("all.7z", b"7z\xbc\xaf\x27\x1c" + b"\0" * 64, "an archive"),
    ("setup.doc", old_word("SummaryInformation"), "unknown kind"),
    ("notes.txt", b"caf\xe9", "not text in UTF-8"),
    ("notes.csv", b"a\0b", "not plain text"),
    ("notes.rtf", b"{\\rtf1 hello}", "of the kind"),
    ("cut.jpg", picture()[:-900], "damaged or cut off"),
    ("cut.png", picture("PNG")[:-200], "damaged or cut off"),
    ("cut.pdf", b"%PDF-1.7\nnothing else", "damaged or cut off"),
    ("cut.docx", workbook()[:-300], "damaged or cut off"),
    ("none.pdf", pdf(0), "damaged or cut off"),
    ("locked.pdf", pdf(encryption=pikepdf.Encryption(owner="a", user="b")), "protected by a password"),
    ("locked.docx", old_word("EncryptedPackage"), "protected by a password"),
    ("bomb.png", picture("PNG", (20_000, 20_000), mode="1"), "more than 50 megapixels"),
    ("large.png", picture("PNG", (8000, 8000), mode="1"), "8000 × 8000 pixels"),
    ("bomb.docx", zipped({"[Content_Types].xml": b"", "word/a.xml": LARGE_PART}), "unpacks to far more"),
    ("many.docx", zipped({f"word/{part}": b"" for part in range(2001)}), "too many parts"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "media_type"), ACCEPTED, ids=[row[0] for row in ACCEPTED])
def test_accepted_files_are_kept_byte_for_byte(media: Path, name: str, content: bytes, media_type: str) -> None:
    fields = files.store(upload(content, name))
    assert (fields["media_type"], fields["name"], fields["size"]) == (media_type, name, len(content))
    assert fields["sha256"] == hashlib.sha256(content).hexdigest()
    with files.open_original(Box(**fields)) as kept:
        assert kept.read() == content
    assert files.path_of(fields["sha256"]).stat().st_mode & 0o777 == 0o640
    assert bool(fields["preview_sha256"]) == media_type.startswith("image/")
    assert not list((media / "tmp").iterdir())


@pytest.mark.parametrize(("name", "content", "words"), REFUSED, ids=[row[0] for row in REFUSED])
def test_refused_files_leave_nothing(media: Path, name: str, content: bytes, words: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        files.store(upload(content, name))
    assert words in refusal.value.reason
    assert name in refusal.value.reason
    assert "Nothing was saved." in refusal.value.reason
    assert everything_in(media) == []


def test_a_cut_photo_is_refused_after_a_document_was_drawn(media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint leaves it
    with pytest.raises(RuleBroken, match="damaged or cut off"):
        files.store(upload(picture()[:-900], "cut.jpg"))


def test_a_photo_of_thirty_megabytes(media: Path) -> None:
    photo = picture()
    with pytest.raises(RuleBroken, match=r"this photo is 30\.0.MB; the limit is 25\.0.MB"):
        files.store(upload(photo + b"\0" * (30 * MB - len(photo)), "IMG_2031.jpg"))
    assert everything_in(media) == []


def test_a_document_above_the_limit_is_dropped_on_the_way_in(media: Path, client: Client, settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.core.test_files"
    settings.LABAUDIT_MAX_DOCUMENT_BYTES = MB
    settings.FILE_UPLOAD_TEMP_DIR = media.parent
    answer = client.post(
        "/upload", {"file": upload(b"%PDF-" + b"\0" * (3 * MB), "large.pdf")}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 422
    assert "this file is 3.0\xa0MB; the limit is 1.0\xa0MB" in answer.json()["error"]
    assert everything_in(media.parent) == []


def test_a_disk_that_is_full_on_the_way_in(media: Path, client: Client, settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.core.test_files"
    settings.FILE_UPLOAD_TEMP_DIR = media.parent
    with disk_of(MB):
        answer = client.post("/upload", {"file": upload(b"%PDF-" + b"\0" * (3 * MB), "large.pdf")})
    assert answer.status_code == 507
    assert "The disk of the site is full" in answer.content.decode()
    assert everything_in(media.parent) == []


def test_an_upload_over_http(media: Path, client: Client, settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.core.test_files"
    answer = client.post("/upload", {"file": upload(pdf(), "record.pdf")})
    assert answer.json()["media_type"] == "application/pdf"


def test_photos_only(media: Path) -> None:
    with pytest.raises(RuleBroken, match="not a JPEG or PNG photo"):
        files.store(upload(pdf(), "record.pdf"), pictures_only=True)


def test_the_preview_is_upright_small_and_knows_nothing(media: Path) -> None:
    original = photo_with_exif()
    assert b"SpyCam" in original
    fields = files.store(upload(original, "photo.jpg"))
    with files.open_preview(Box(**fields)) as kept:
        content = kept.read()
    shown = Image.open(io.BytesIO(content))
    assert shown.size == (200, 400)
    assert not shown.getexif()
    for secret in (b"SpyCam", b"Exif", b"taken at home"):
        assert secret not in content


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "I;16", "1"])
def test_every_kind_of_png_gets_a_preview(media: Path, mode: str) -> None:
    fields = files.store(upload(picture("PNG", (3000, 1000), mode=mode), "a.png"))
    with files.open_preview(Box(**fields)) as kept:
        assert Image.open(kept).size == (1600, 533)


def test_thumbnails_for_documents(media: Path) -> None:
    sha256 = files.store(upload(picture(size=(2000, 1000)), "a.jpg"))["sha256"]
    assert Image.open(io.BytesIO(files.thumbnail(sha256))).size == (900, 450)
    assert files.thumbnail(sha256) == files.thumbnail(sha256)


def test_what_leaves_is_sealed(media: Path) -> None:
    stored = Box(**files.store(upload(photo_with_exif(), 'отчёт "1".jpg')))
    original, preview = files.download_response(stored), files.download_response(stored, preview=True)
    assert original.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert "attachment" not in preview.headers.get("Content-Disposition", "")
    for response in (original, preview):
        assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"].startswith("private")
        assert response.headers["Content-Type"] == "image/jpeg"
    assert b"SpyCam" in b"".join(original)
    assert b"SpyCam" not in b"".join(preview)


def test_text_leaves_with_its_encoding(media: Path) -> None:
    stored = Box(**files.store(upload(b"a", "a.txt")))
    response = files.download_response(stored)
    assert b"".join(response) == b"a"
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_a_file_that_is_gone_is_said_so(media: Path) -> None:
    with pytest.raises(RuleBroken, match="not in the archive"):
        files.open_original(Box(sha256="0" * 64))
    with pytest.raises(RuleBroken, match="not in the archive"):
        files.open_original(Box(sha256="../../etc/passwd"))


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a\u202egpj.exe.pdf", "agpj.exe.pdf"),
        ("C:\\x\\a.pdf", "a.pdf"),
        ("a\r\nb.pdf", "ab.pdf"),
        ("é" * 300 + ".pdf", None),
    ],
)
def test_names_are_made_plain(media: Path, name: str, kept: str | None) -> None:
    fields = files.store(upload(pdf(), name))
    assert len(fields["name"]) <= 200
    assert fields["name"].endswith(".pdf")
    assert kept is None or fields["name"] == kept


@contextmanager
def disk_of(size: int) -> Iterator[None]:
    """The kernel refuses to write more than `size` bytes into one file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_said_so_and_leaves_nothing(media: Path) -> None:
    with disk_of(MB), pytest.raises(RuleBroken, match="disk of the site is full"):
        files.store(upload(pdf() + b"\0" * (2 * MB), "a.pdf"))
    assert everything_in(media) == []
    with disk_of(MB), pytest.raises(RuleBroken, match="disk of the site is full"):
        files.keep(b"\0" * (2 * MB))
    assert everything_in(media) == []


@pytest.mark.django_db
def test_the_sweeper_removes_old_orphans_only(media: Path) -> None:
    young, old = files.keep(b"young"), files.keep(b"old")
    leftover = media / "tmp" / "leftover"
    leftover.write_bytes(b"half")
    for kept in (files.path_of(old), leftover):
        os.utime(kept, (time.time() - 90_000,) * 2)
    assert files.sweep() == 2
    assert [found.name for found in everything_in(media)] == [young]
    assert files.sweep() == 0


@pytest.mark.django_db
def test_the_sweeper_keeps_what_a_row_names(media: Path) -> None:
    named, forgotten = files.keep(b"evidence"), files.keep(b"scrap")
    for kept in (named, forgotten):
        os.utime(files.path_of(kept), (time.time() - 90_000,) * 2)
    standard = Standard.objects.create(code="TEST 1", slug="test-1", title="A test")
    Edition.objects.create(standard=standard, year="2031", slug="test-1-2031", content_sha256=named)
    assert files.sweep() == 1
    assert [found.name for found in everything_in(media)] == [named]


def test_a_file_kept_again_is_young_again(media: Path) -> None:
    sha256 = files.keep(b"twice")
    os.utime(files.path_of(sha256), (time.time() - 90_000,) * 2)
    assert files.keep(b"twice") == sha256
    assert time.time() - files.path_of(sha256).stat().st_mtime < 60
