"""What a file is, decided by opening it; never by its name or by what the browser says.

Accepted: JPEG and PNG pictures, PDF, office files as closed boxes, plain text. Everything else is refused with
a sentence that says what the file is and what is accepted.
"""

import struct
import subprocess
import sys
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

import puremagic
from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageFile

from core import pdf_opening
from core.errors import RuleBroken

MOST_ENTRIES: Final = 2000
MOST_UNPACKED: Final = 50 * 1024 * 1024
MOST_RATIO: Final = 100
DIRECTORY_BYTES: Final = 2 * 1024 * 1024
HEAD_BYTES: Final = 4096
PDF_SECONDS: Final = 20
PDF_MEMORY = 768 * 1024 * 1024
# A camera writes one scan, a progressive picture about ten; thousands keep a decoder busy for minutes.
MOST_SCANS: Final = 100

OFFICE: Final = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
OPEN_DOCUMENT: Final = {
    f"application/vnd.oasis.opendocument.{kind}" for kind in ("text", "spreadsheet", "presentation")
}
OLD_OFFICE: Final = {
    "WordDocument": "application/msword",
    "Workbook": "application/vnd.ms-excel",
    "Book": "application/vnd.ms-excel",
    "PowerPoint Document": "application/vnd.ms-powerpoint",
}
TEXT_NAMES: Final = {".txt": "text/plain", ".csv": "text/csv"}
NOT_A_PICTURE = (
    OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, ArithmeticError, struct.error, zlib.error,
)  # fmt: skip


@dataclass(frozen=True)
class FileKind:
    media_type: str
    width: int | None = None
    height: int | None = None

    @property
    def is_picture(self) -> bool:
        return self.width is not None


def recognise(path: Path, name: str) -> FileKind:
    """What the file at `path` is. Raises RuleBroken when it is nothing that is accepted, or is damaged."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise RuleBroken(_("“%(name)s” is empty. Nothing was saved.") % {"name": name})
    if head.startswith(b"\xff\xd8\xff"):
        return _picture(path, name, "JPEG")
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _picture(path, name, "PNG")
    if b"%PDF-" in head[:1024]:
        return _pdf(path, name)
    if head.startswith(b"PK\x03\x04"):
        return _office(path, name)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _old_office(path, name)
    return _plain_text(path, head, name)


def _picture(path: Path, name: str, picture_format: str) -> FileKind:
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint, once imported, lets cut-off pictures pass
    try:
        with warnings.catch_warnings(), Image.open(path, formats=[picture_format]) as picture:
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            width, height = picture.size
            if width * height > settings.LABAUDIT_MAX_PIXELS:
                _too_many_pixels(name, width, height)
            if picture_format == "JPEG" and path.read_bytes().count(b"\xff\xda") > MOST_SCANS:
                _bomb(name)
            picture.load()
    except Image.DecompressionBombError:
        _too_many_pixels(name)
    except NOT_A_PICTURE as error:
        _damaged(name, _("a photo"), error)
    return FileKind(f"image/{picture_format.lower()}", width, height)


def _pdf(path: Path, name: str) -> FileKind:
    """A process of its own opens it, so that a file that unfolds without end takes nothing else with it."""
    command = [sys.executable, "-I", pdf_opening.__file__, str(path), str(PDF_MEMORY)]
    try:
        answer = subprocess.run(command, capture_output=True, timeout=PDF_SECONDS, check=False).returncode
    except subprocess.TimeoutExpired:
        answer = pdf_opening.TOO_MUCH
    if answer == pdf_opening.LOCKED:
        _locked(name)
    if answer == pdf_opening.DAMAGED:
        _damaged(name, "PDF")
    if answer != pdf_opening.SOUND:
        _bomb(name)
    return FileKind("application/pdf")


def _office(path: Path, name: str) -> FileKind:
    try:
        _check_directory_size(path, name)
        with zipfile.ZipFile(path) as archive:
            _check_entries(archive.infolist(), name)
            return FileKind(_office_type(archive, name))
    except (zipfile.BadZipFile, *NOT_A_PICTURE, NotImplementedError, RuntimeError) as error:
        _damaged(name, _("an office file"), error)


def _check_directory_size(path: Path, name: str) -> None:
    """Look at the end of the archive before `zipfile` builds one object for each entry that it claims."""
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - 66_000, 0))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise zipfile.BadZipFile(name)
    entries, size = struct.unpack("<HI", tail[at + 10 : at + 16])
    if entries > MOST_ENTRIES or size > DIRECTORY_BYTES or b"PK\x06\x07" in tail[max(at - 20, 0) : at]:
        _bomb(name)


def _check_entries(entries: list[zipfile.ZipInfo], name: str) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * max(packed, 1):
        _bomb(name)
    if any(entry.flag_bits & 0x1 for entry in entries):
        _locked(name)


def _office_type(archive: zipfile.ZipFile, name: str) -> str:
    names = archive.namelist()
    if names[:1] == ["mimetype"]:
        declared = archive.read("mimetype").decode("ascii", "replace")
        if declared in OPEN_DOCUMENT:
            return declared
    if "[Content_Types].xml" in names and not any(entry.endswith("vbaProject.bin") for entry in names):
        for folder, media_type in OFFICE.items():
            if any(entry.startswith(folder) for entry in names):
                return media_type
    if "[Content_Types].xml" in names:
        _refused(name, _("an office file with macros, or of a kind that is not known here"))
    _refused(name, _("an archive"))


def _old_office(path: Path, name: str) -> FileKind:
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        _locked(name)
    for stream, media_type in OLD_OFFICE.items():
        if stream.encode("utf-16-le") + b"\0\0" in content:
            return FileKind(media_type)
    _refused(name, _("a container file of an unknown kind"))


def _plain_text(path: Path, head: bytes, name: str) -> FileKind:
    media_type = TEXT_NAMES.get(Path(name).suffix.lower())
    if media_type is None or _known_by_head(head):
        _refused(name, _what_it_is(path, head))
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        _refused(name, _("not text in UTF-8"))
    if any(ord(char) < 32 and char not in "\t\n\r\f" for char in text):
        _refused(name, _("not plain text"))
    return FileKind(media_type)


def _known_by_head(head: bytes) -> str:
    """Kinds that people often try, in words; empty for anything else."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head[4:8] == b"ftyp" and head[8:12] in {b"heic", b"heix", b"mif1", b"msf1", b"hevc"}:
        return _("a HEIC photo (set the camera of the phone to “Most compatible”, or export it as JPEG)")
    if start.startswith((b"<!doctype html", b"<html", b"<script", b"<head", b"<body")):
        return _("a web page")
    if start.startswith(b"<svg") or (start.startswith(b"<") and b"<svg" in start):
        return _("an SVG drawing")
    if start.startswith(b"<"):
        return _("a file in a markup language")
    if head.startswith((b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")):
        return _("a program")
    if head.startswith((b"GIF8", b"BM", b"II*\0", b"MM\0*")) or head[8:12] == b"WEBP":
        return _("a picture that is neither JPEG nor PNG")
    if head.startswith((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")):
        return _("an archive")
    return ""


def _what_it_is(path: Path, head: bytes) -> str:
    known = _known_by_head(head)
    if known:
        return known
    try:
        return _("of the kind “%(kind)s”") % {"kind": puremagic.magic_file(str(path))[0].name}
    except (puremagic.PureError, ValueError, IndexError):
        return _("of a kind that is not known here")


def _refused(name: str, what: str) -> NoReturn:
    raise RuleBroken(
        _(
            "“%(name)s” is %(what)s. Accepted are JPEG and PNG photos, PDF, Word, Excel, PowerPoint and "
            "OpenDocument files, and plain text (.txt, .csv). Nothing was saved."
        )
        % {"name": name, "what": what}
    )


def _damaged(name: str, what: str, cause: Exception | None = None) -> NoReturn:
    text = _("“%(name)s” looks like %(what)s, but it is damaged or cut off and cannot be opened. Nothing was saved.")
    raise RuleBroken(text % {"name": name, "what": what}) from cause


def _locked(name: str, cause: Exception | None = None) -> NoReturn:
    text = _("“%(name)s” is protected by a password. Save a copy without one and attach that. Nothing was saved.")
    raise RuleBroken(text % {"name": name}) from cause


def _bomb(name: str) -> NoReturn:
    text = _("“%(name)s” unpacks to far more than its size, or has too many parts inside. Nothing was saved.")
    raise RuleBroken(text % {"name": name})


def _too_many_pixels(name: str, width: int = 0, height: int = 0) -> NoReturn:
    limit = settings.LABAUDIT_MAX_PIXELS // 1_000_000
    if not width:
        text = _(
            "“%(name)s” has more than %(limit)s megapixels. Make it smaller and attach it again. Nothing was saved."
        )
        raise RuleBroken(text % {"name": name, "limit": limit})
    text = _(
        "“%(name)s” is %(width)s × %(height)s pixels; the limit is %(limit)s megapixels. "
        "Make it smaller and attach it again. Nothing was saved."
    )
    raise RuleBroken(text % {"name": name, "width": width, "height": height, "limit": limit})
