"""What arrives is not trusted: how much of it is looked at, and how a refusal is made."""

from standards.parsing.rows import ParseFailed, Trouble

LARGEST_FILE = 5 * 1024 * 1024
MOST_ROWS = 5000
MOST_COLUMNS = 30
DEEPEST = 40
MOST_YAML_EVENTS = 300_000
MOST_ZIP_ENTRIES = 2000
LARGEST_UNPACKED = 20 * 1024 * 1024
LARGEST_RATIO = 100


def failed(file: str, reason: str, row: int | None = None, column: str = "") -> ParseFailed:
    return ParseFailed([Trouble(file, reason, row, column)])
