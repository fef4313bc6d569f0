"""Where the project keeps its things."""

import os
import shutil
from pathlib import Path

from launcher.errors import Stop

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
RUN = VAR / "run"
LOG = VAR / "log"
MEDIA = VAR / "media"
STATIC = VAR / "static"
SECRET_KEY = VAR / "secret_key"
VENV = ROOT / ".venv"
REQUIREMENTS = ROOT / "requirements"

FIRST_START_MB = 1000
LATER_START_MB = 100


def make_folders() -> None:
    """Make var/ and its rooms. The servers' own user must be able to walk through var/ to its data."""
    try:
        for folder in (VAR, RUN, LOG, MEDIA, STATIC):
            folder.mkdir(parents=True, exist_ok=True)
    except PermissionError as error:
        raise Stop(
            f"{ROOT} belongs to somebody else ({error.strerror}). Run ./lab as the user who made the folder."
        ) from error
    if VAR.stat().st_uid != os.geteuid():
        raise Stop(f"{VAR} was made by another user. Run ./lab as that user, or remove it: rm -rf {VAR}")
    VAR.chmod(0o711)


def need_disk(folder: Path = ROOT, megabytes: int | None = None) -> None:
    """Say at once that the disk is too full, before something fails halfway."""
    needed = megabytes or (LATER_START_MB if VENV.exists() else FIRST_START_MB)
    free = shutil.disk_usage(folder).free // 1_000_000
    if free < needed:
        raise Stop(f"Not enough disk: {free} MB are free in {folder}, {needed} MB are needed. Make room first.")


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    draft = path.with_name(path.name + ".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
