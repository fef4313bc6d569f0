"""HTML to PDF: the only place that knows WeasyPrint.

Three promises. Nothing is fetched but the site's own static files, ``data:`` addresses and the files handed
in by the caller, and anything else ends the drawing. The fonts are the bundled ones, whatever the machine
has. The same HTML and files give the same bytes.
"""

import gc
import hashlib
import logging
import os
import re
import resource
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.utils.translation import gettext as _

MAX_HTML_BYTES = 8 * 1024 * 1024
FONT_FOLDERS = ("vendor/inter-ttf", "vendor/jetbrains-mono-ttf")
STATIC_TYPES = {
    ".css": "text/css",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
# The environment names the fonts, and the environment is the whole process's.
_one_at_a_time = threading.Lock()
_STATIC_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")

_FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
{folders}
  <cachedir>{cache}</cachedir>
  <alias binding="same"><family>sans-serif</family><prefer><family>Inter</family></prefer></alias>
  <alias binding="same"><family>monospace</family><prefer><family>JetBrains Mono</family></prefer></alias>
  <config><rescan><int>0</int></rescan></config>
</fontconfig>
"""


class PdfFailed(Exception):
    """The document could not be drawn; the message says why in plain words."""


def draw(html: str, *, files: Mapping[str, bytes] | None = None) -> bytes:
    """The tagged PDF (PDF/UA-1) of a whole HTML document.

    ``static:css/report.css`` in the HTML is a static file of the site, ``file-key:<key>`` is ``files[key]``.
    """
    if len(html.encode()) > MAX_HTML_BYTES:
        raise PdfFailed(_("The document is too large to be drawn."))
    with _one_at_a_time, _bundled_fonts(), _no_collecting():
        return _drawn(html, files or {})


def limit_resources(memory_bytes: int = 2 * 1024**3) -> None:
    """Cap the memory of this process: for worker children, at their start. Time limits are the queue's."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    allowed = memory_bytes if hard == resource.RLIM_INFINITY else min(memory_bytes, hard)
    if soft == resource.RLIM_INFINITY or soft > allowed:
        resource.setrlimit(resource.RLIMIT_AS, (allowed, hard))


def _drawn(html: str, files: Mapping[str, bytes]) -> bytes:
    # Imported here, once the fonts are chosen: a web process that never draws does not carry it in memory.
    from weasyprint import HTML  # noqa: TID251
    from weasyprint.urls import FatalURLFetchingError  # noqa: TID251

    try:
        with _complaints() as complaints:
            document = HTML(string=html, url_fetcher=_fetcher(files, complaints))
            pdf = document.write_pdf(
                pdf_variant="pdf/ua-1", pdf_identifier=hashlib.sha256(html.encode()).hexdigest()[:32].encode()
            )
    except FatalURLFetchingError as refusal:
        raise PdfFailed(str(refusal)) from refusal
    except MemoryError as shortage:
        raise PdfFailed(_("The document needs more memory than a drawing may take.")) from shortage
    if complaints:
        raise PdfFailed(_("The document could not be drawn whole: %(why)s") % {"why": "; ".join(complaints)})
    return bytes(pdf)


def _fetcher(files: Mapping[str, bytes], complaints: list[str]) -> Any:
    """WeasyPrint's fetcher, cut down to three kinds of address. A refusal is fatal, never a gap on a page.

    It is noted too: inside an SVG the engine swallows every exception.
    """
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # noqa: TID251

    class Fetcher(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            scheme, _colon, name = url.partition(":")
            try:
                if scheme == "data":
                    return super().fetch(url)
                body, kind = _static(name) if scheme == "static" else _handed_in(scheme, name, files)
            except (OSError, ValueError, LookupError) as error:
                reason = _("The document asks for something it may not have: %(url)s") % {"url": url[:200]}
                complaints.append(reason)
                raise FatalURLFetchingError(reason) from error
            return URLFetcherResponse(url, body, {"Content-Type": kind})

    return Fetcher(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)


def _static(name: str) -> tuple[bytes, str]:
    kind = STATIC_TYPES[Path(name).suffix]
    if not _STATIC_NAME.fullmatch(name):
        raise LookupError(name)
    return _static_path(name).read_bytes(), kind


def _handed_in(scheme: str, name: str, files: Mapping[str, bytes]) -> tuple[bytes, str]:
    if scheme != "file-key":
        raise LookupError(scheme)
    return files[name], "application/octet-stream"


def _static_path(name: str) -> Path:
    try:
        found = finders.find(name)
    except SuspiciousFileOperation as error:
        raise LookupError(name) from error
    if not found:
        raise LookupError(name)
    return Path(found)


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """What WeasyPrint only logs as an error: an image it cannot read, a sheet of a wrong type."""
    heard: list[str] = []
    thread = threading.get_ident()

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.thread == thread:
                heard.append(record.getMessage()[:300])

    ear, logger = Ear(logging.ERROR), logging.getLogger("weasyprint")
    logger.addHandler(ear)
    try:
        yield heard
    finally:
        logger.removeHandler(ear)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """A layout makes millions of objects and keeps them to its end: looking for garbage costs a fifth of it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def _bundled_fonts() -> Iterator[None]:
    """Fontconfig sees the bundled fonts and nothing else, for as long as a document is drawn."""
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(_font_settings())
    try:
        yield
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before


def _font_settings() -> Path:
    """The fontconfig file that names the bundled fonts.

    It lies in a private folder of the temporary directory, named by its own content: it is written once, used
    by every worker of this user, and written again when a cleaner took it away.
    """
    root = _private_folder()
    folders = "\n".join(f"  <dir>{escape(str(path))}</dir>" for path in _font_folders())
    text = _FONTCONFIG.format(folders=folders, cache=escape(str(root / "cache")))
    path = root / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.conf"
    if not path.is_file():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    return path


def _font_folders() -> list[Path]:
    try:
        return [_static_path(f"{folder}/manifest.json").parent for folder in FONT_FOLDERS]
    except LookupError as error:
        raise PdfFailed(_("The bundled fonts are missing: %(name)s") % {"name": error}) from error


def _private_folder() -> Path:
    folder = Path(tempfile.gettempdir()) / f"labaudit-fonts-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid != os.getuid() or found.st_mode & 0o022:
        raise PdfFailed(_("The folder for font settings belongs to somebody else: %(folder)s") % {"folder": folder})
    return folder
