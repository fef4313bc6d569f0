"""Read one upload in a process of its own: a small workbook can ask for gigabytes.

Run as a script. What to read comes on standard input: a line of JSON about it, then the file. What it says, or what
is wrong with it, goes to standard output as JSON. Knows nothing of the site but how uploads are parsed.
"""

import json
import resource
import sys
from pathlib import Path
from typing import Any, Final

CPU_SECONDS: Final = 10
TOO_MUCH: Final = 12


def limit(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(asked: dict[str, Any], content: bytes) -> dict[str, Any]:
    import django
    from django.conf import settings
    from django.utils import translation

    settings.configure(LOCALE_PATHS=asked["locale_paths"], LANGUAGE_CODE="en", USE_I18N=True)
    django.setup()
    from standards.parsing.files import parse_upload
    from standards.parsing.rows import ParseFailed

    with translation.override(asked["language"]):
        try:
            return {"edition": parse_upload(content, asked["name"], asked["header"]).as_data()}
        except ParseFailed as failed:
            return {"troubles": [[it.file, it.reason, it.row, it.column] for it in failed.troubles]}


if __name__ == "__main__":
    first = json.loads(sys.stdin.buffer.readline())
    limit(first["memory"])
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    try:
        json.dump(answer(first, sys.stdin.buffer.read()), sys.stdout)
    except MemoryError:
        sys.exit(TOO_MUCH)
