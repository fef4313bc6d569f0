"""What a file says once it has been checked."""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

PART = re.compile(r"\d+|[A-Z]+")
NUMBER = re.compile(r"(?:[A-Z]|\d{1,3})(?:\.\d{1,3}){0,4}")
NESTED, FREE = "nested", "free"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One mistake in a file: which file (or sheet), row and column, and what is wrong there."""

    file: str
    reason: str
    row: int | None = None
    column: str = ""

    def __str__(self) -> str:
        place = [self.file, f"row {self.row}" if self.row else "", f"column {self.column}" if self.column else ""]
        return f"{', '.join(part for part in place if part)}: {self.reason}"


class ParseFailed(Exception):
    """The file cannot be loaded; `troubles` says why, all at once."""

    def __init__(self, troubles: Iterable[Trouble]) -> None:
        self.troubles = tuple(troubles)
        super().__init__("\n".join(str(trouble) for trouble in self.troubles))


@dataclass(frozen=True, slots=True)
class ClauseRow:
    number: str
    parent: str
    title: str
    title_is_official: bool
    topic: str
    level: int
    auditable: bool
    lettered_items: int
    letters_are_notes: bool


@dataclass(frozen=True, slots=True)
class QuestionRow:
    clause: str
    key: str
    item: str
    position: int
    text: str
    look_for: str
    evidence: tuple[str, ...]
    nonconformities: tuple[str, ...]
    applies_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParsedEdition:
    """One edition as a file gives it. `questions` is None when the file speaks of clauses only.

    `notes` says what of the file was not used; it is no part of the edition.
    """

    standard: str
    title: str
    year: str
    checklist: str
    clauses: tuple[ClauseRow, ...]
    questions: tuple[QuestionRow, ...] | None = field(default=None)
    notes: tuple[str, ...] = field(default=(), compare=False)

    @property
    def name(self) -> str:
        return f"{self.standard}:{self.year}"

    @property
    def numbering(self) -> str:
        return NESTED if nested(self.clauses) else FREE

    def as_data(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "ParsedEdition":
        """Back from what `as_data` gave, also after a stay in JSON."""
        questions = data["questions"]
        return cls(
            standard=data["standard"],
            title=data["title"],
            year=data["year"],
            checklist=data["checklist"],
            clauses=tuple(ClauseRow(**row) for row in data["clauses"]),
            questions=None if questions is None else tuple(_question(row) for row in questions),
            notes=tuple(data.get("notes", ())),
        )

    def digest(self) -> str:
        return digest({name: value for name, value in self.as_data().items() if name != "notes"})


def _question(row: dict[str, Any]) -> QuestionRow:
    lists = {name: tuple(row[name]) for name in ("evidence", "nonconformities", "applies_to")}
    return QuestionRow(**{**row, **lists})


def digest(data: Any) -> str:
    """The hash of what the data says, not of how a file wrote it."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def sort_key(number: str) -> str:
    """A text whose order is the natural one: 7.2 comes before 7.10."""
    return ".".join(_padded(part) for part in number.split("."))


def nested(rows: Iterable[ClauseRow]) -> bool:
    """Do the numbers alone say what is part of what, as 7.2.1 is part of 7.2?"""
    return all(
        NUMBER.fullmatch(row.number)
        and (row.number.startswith(f"{row.parent}.") if row.parent else "." not in row.number)
        for row in rows
    )


def sort_keys(rows: Sequence[ClauseRow]) -> dict[str, str]:
    """The sort key of each number. Where numbers do not nest, the place in the tree gives the order."""
    if nested(rows):
        return {row.number: sort_key(row.number) for row in rows}
    keys: dict[str, str] = {}
    places: dict[str, int] = {}
    for row in rows:
        places[row.parent] = places.get(row.parent, 0) + 1
        above = f"{keys[row.parent]}." if row.parent else ""
        keys[row.number] = f"{above}{places[row.parent]:04d}"
    return keys


def in_order(
    clauses: Sequence[ClauseRow], questions: Sequence[QuestionRow] | None
) -> tuple[tuple[ClauseRow, ...], tuple[QuestionRow, ...] | None]:
    """However a file orders its rows, the edition says the same."""
    keys = sort_keys(clauses)
    sorted_clauses = tuple(sorted(clauses, key=lambda row: (keys[row.number], row.number)))
    if questions is None:
        return sorted_clauses, None
    return sorted_clauses, tuple(sorted(questions, key=lambda row: (keys[row.clause], row.clause, row.position)))


def _padded(part: str) -> str:
    return "".join(piece.zfill(4) if piece.isdigit() else piece for piece in PART.findall(part))
