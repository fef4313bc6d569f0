"""An upload, read where it can do no harm."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from standards.parsing import reading
from standards.parsing.checking import Cells
from standards.parsing.files import parse_upload
from standards.parsing.limits import LARGEST_FILE, failed
from standards.parsing.rows import ParsedEdition, ParseFailed, Trouble

SECONDS: Final = 20
MEMORY: Final = 768 * 1024 * 1024
# A text of this size is read here: within the limits of its parser it cannot grow to anything that hurts.
SMALL_TEXT: Final = 256 * 1024


def parse_apart(content: bytes, name: str, header: Cells | None = None) -> ParsedEdition:
    """As `parse_upload`; a workbook or a large file in a process of limited time and memory."""
    packed = Path(name).suffix.lower() == ".xlsx"
    if len(content) > LARGEST_FILE or (not packed and len(content) <= SMALL_TEXT):
        return parse_upload(content, name, header)
    said = _said(content, name, dict(header or {}))
    if "troubles" in said:
        raise ParseFailed(Trouble(*trouble) for trouble in said["troubles"])
    return ParsedEdition.from_data(said["edition"])


def _said(content: bytes, name: str, header: dict[str, Any]) -> dict[str, Any]:
    asked = {
        "name": name,
        "header": header,
        "language": get_language() or "en",
        "locale_paths": [str(path) for path in settings.LOCALE_PATHS],
        "memory": MEMORY,
    }
    sent = json.dumps(asked).encode() + b"\n" + content
    command = [sys.executable, "-I", "-B", reading.__file__]
    try:
        ended = subprocess.run(command, input=sent, capture_output=True, timeout=SECONDS, check=False, env={})
    except subprocess.TimeoutExpired as error:
        raise _too_much(name) from error
    if ended.returncode:
        raise _too_much(name)
    said: dict[str, Any] = json.loads(ended.stdout)
    return said


def _too_much(name: str) -> ParseFailed:
    return failed(name, _("This file asks for far more time or memory than a standard needs; it was not read."))
