"""Files are kept by their SHA-256 under MEDIA_ROOT, whole or not at all, before the row that names them.

The bytes that came are kept untouched; what pages show is a re-encoded copy. A file that no row names is
swept away after a day: every column whose name ends in `sha256` counts as naming one.
"""

import errno
import fcntl
import hashlib
import logging
import os
import time
import unicodedata
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final

from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import FileResponse
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from core import filetypes, pictures
from core.errors import RuleBroken
from core.models import StoredFile

log = logging.getLogger(__name__)

ORPHAN_SECONDS: Final = 24 * 60 * 60
PIECE: Final = 256 * 1024
LONGEST_NAME: Final = 200
DISK_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class OversizedUpload(UploadedFile):
    """Stands for an upload that was dropped on the way in: it has a name and a size, and no content."""

    def __init__(self, name: str, size: int) -> None:
        super().__init__(file=BytesIO(), name=name, size=size)


class CappedUploadHandler(TemporaryFileUploadHandler):
    """Stops writing at the limit, but lets the browser finish sending, so that it gets to see an answer."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received > settings.LABAUDIT_MAX_DOCUMENT_BYTES:
            return self._drop()
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError:
            self._drop()
            raise

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if self.received <= settings.LABAUDIT_MAX_DOCUMENT_BYTES:
            return super().file_complete(file_size)
        return OversizedUpload(self.file_name or "", self.received)

    def _drop(self) -> None:
        """Close the temporary file, which also removes it, even when its last bytes find no room."""
        try:
            self.file.close()
        except OSError as error:
            log.warning("A temporary file could not be closed in order: %s", error)


def store(upload: UploadedFile, *, pictures_only: bool = False) -> dict[str, Any]:
    """Keep an upload; returns the fields of a StoredFile row, which the caller writes next.

    Raises RuleBroken, with nothing kept, when the file is too large, damaged, not of an accepted kind, or
    when the disk is full.
    """
    name = _clean_name(upload.name or "")
    _check_size(name, upload.size or 0, settings.LABAUDIT_MAX_DOCUMENT_BYTES, _("file"))
    with _temporary() as path:
        sha256, size = _write(path, upload.chunks(PIECE))
        _check_size(name, size, settings.LABAUDIT_MAX_DOCUMENT_BYTES, _("file"))
        kind = filetypes.recognise(path, name)
        if pictures_only and not kind.is_picture:
            raise RuleBroken(_("“%(name)s” is not a JPEG or PNG photo. Nothing was saved.") % {"name": name})
        preview = _keep_preview(path, name, size) if kind.is_picture else ""
        _place(path, sha256)
    measures = {"media_type": kind.media_type, "size": size, "width": kind.width, "height": kind.height}
    return {"sha256": sha256, "preview_sha256": preview, "name": name, **measures}


def keep(content: bytes) -> str:
    """Keep bytes that the site itself made; returns their SHA-256."""
    with _temporary() as path:
        sha256, _size = _write(path, [content])
        _place(path, sha256)
    return sha256


def path_of(sha256: str) -> Path:
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise ValueError("not a SHA-256")
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256[2:4] / sha256


def open_original(stored: StoredFile) -> BinaryIO:
    return _open(stored.sha256)


def open_preview(stored: StoredFile) -> BinaryIO:
    return _open(stored.preview_sha256)


def thumbnail(sha256: str) -> bytes:
    """A small JPEG of a kept picture (the original or its preview), for documents."""
    return pictures.shrunk(path_of(sha256), pictures.THUMBNAIL_SIDE)


def download_response(stored: StoredFile, *, preview: bool = False) -> FileResponse:
    """The original as an attachment, or the preview of a picture for showing. The caller has asked who may."""
    if preview and stored.preview_sha256:
        response = FileResponse(open_preview(stored), content_type="image/jpeg")
    else:
        response = attachment(stored.sha256, stored.name, stored.media_type)
    return _sealed(response)


def attachment(sha256: str, name: str, media_type: str) -> FileResponse:
    """A kept file as an attachment that no browser opens by itself as a page."""
    kind = f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
    return _sealed(FileResponse(_open(sha256), as_attachment=True, filename=name, content_type=kind))


def sweep(now: float | None = None) -> int:
    """Remove files that no row names, and leftovers of broken uploads, once they are a day old."""
    oldest = (time.time() if now is None else now) - ORPHAN_SECONDS
    old = [path for path in _all_files() if path.stat().st_mtime < oldest]
    named = _named() if old else set()
    orphans = [path for path in old if path.name not in named]
    return sum(_remove(path, oldest) for path in orphans)


def _check_size(name: str, size: int, limit: int, what: str) -> None:
    if size <= limit:
        return
    text = _("“%(name)s”: this %(what)s is %(size)s; the limit is %(limit)s. Nothing was saved.")
    sizes = {"size": filesizeformat(size), "limit": filesizeformat(limit)}
    raise RuleBroken(text % {"name": name, "what": what, **sizes})


def _keep_preview(path: Path, name: str, size: int) -> str:
    _check_size(name, size, settings.LABAUDIT_MAX_IMAGE_BYTES, _("photo"))
    return keep(pictures.shrunk(path, pictures.PREVIEW_SIDE))


@contextmanager
def _temporary() -> Iterator[Path]:
    """A path beside the kept files; whatever is still there at the end goes away."""
    folder = Path(settings.MEDIA_ROOT) / "tmp"
    path = folder / uuid.uuid4().hex
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o750)
        yield path
    except OSError as error:
        if error.errno not in DISK_FULL:
            raise
        raise RuleBroken(
            _("The disk of the site is full. Nothing was saved; please tell the administrator.")
        ) from error
    finally:
        path.unlink(missing_ok=True)


def _write(path: Path, pieces: Iterable[bytes]) -> tuple[str, int]:
    digest = hashlib.sha256()
    with path.open("xb") as file:
        for piece in pieces:
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fchmod(file.fileno(), settings.FILE_UPLOAD_PERMISSIONS)
        os.fsync(file.fileno())
        return digest.hexdigest(), file.tell()


def _place(path: Path, sha256: str) -> None:
    """Rename into place, also over a file of the same content: its fresh date keeps the sweeper away."""
    target = path_of(sha256)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    with _one_hand():
        path.replace(target)
    for folder in (target.parent, target.parent.parent, Path(settings.MEDIA_ROOT)):
        _sync(folder)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _one_hand() -> Iterator[None]:
    """Placing and removing never meet: one process at a time holds the folder."""
    handle = os.open(settings.MEDIA_ROOT, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _remove(path: Path, oldest: float) -> bool:
    with _one_hand():
        if not path.exists() or path.stat().st_mtime >= oldest:
            return False
        path.unlink()
        return True


def _all_files() -> Iterator[Path]:
    root = Path(settings.MEDIA_ROOT)
    yield from root.glob("tmp/*")
    yield from root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*")


def _named() -> set[str]:
    """Every SHA-256 that a row names, histories included: what was once evidence is not thrown away."""
    return {
        sha256
        for model in apps.get_models()
        for column in model._meta.concrete_fields
        if column.name.endswith("sha256")
        for sha256 in model._base_manager.values_list(column.name, flat=True).iterator()
    }


def _open(sha256: str) -> BinaryIO:
    try:
        return path_of(sha256).open("rb")
    except (FileNotFoundError, ValueError) as error:
        raise RuleBroken(_("The file is not in the archive. Please tell the administrator.")) from error


def _sealed(response: FileResponse) -> FileResponse:
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def _clean_name(name: str) -> str:
    """The name for people: one line, no characters that hide or turn the text round, at most 200 long."""
    shown = "".join(char for char in unicodedata.normalize("NFC", name) if char.isprintable())
    shown = " ".join(shown.replace("\\", "/").rpartition("/")[2].split()) or _("file")
    stem, suffix = os.path.splitext(shown)
    return stem[: LONGEST_NAME - len(suffix[:20])] + suffix[:20]
