"""How a cell of a table holds what a table cannot: several texts in one cell, and text that looks like a formula."""

import re
from collections.abc import Iterable

BETWEEN = " | "
SINGLE_BAR = re.compile(r"(?<!\|)\|(?!\|)")
RISKY = re.compile(r"'*[=+\-@\t\r]")
MASKED = re.compile(r"'+[=+\-@\t\r]")


def joined(parts: Iterable[str]) -> str:
    """The parts stand apart by “|”; a bar inside a part is doubled."""
    return BETWEEN.join(part.replace("|", "||") for part in parts)


def parts_of(text: str) -> list[str]:
    return [part.replace("||", "|") for part in SINGLE_BAR.split(text)]


def masked(text: str) -> str:
    """A table program takes text that begins so for a formula: an apostrophe in front keeps it a text."""
    return f"'{text}" if RISKY.match(text) else text


def unmasked(text: str) -> str:
    return text[1:] if MASKED.match(text) else text
