"""An edition as rows of plain values: what every format of our own is made of."""

from typing import Any

from standards.parsing.checking import SCHEMA
from standards.parsing.rows import FREE, ClauseRow, ParsedEdition, QuestionRow

EDITION_NAMES = ("standard", "title", "year", "checklist", "numbering")
CLAUSE_COLUMNS = (
    "number",
    "parent",
    "title",
    "title_kind",
    "topic",
    "level",
    "auditable",
    "lettered_items",
    "lettered_kind",
)
QUESTION_COLUMNS = ("clause", "key", "item", "text", "look_for", "evidence", "nonconformities", "applies_to")


def edition_of(parsed: ParsedEdition) -> dict[str, str]:
    named = {name: getattr(parsed, name) for name in EDITION_NAMES}
    return {name: value for name, value in named.items() if name != "numbering" or value == FREE}


def clause_of(row: ClauseRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "parent": row.parent,
        "title": row.title,
        "title_kind": "official" if row.title_is_official else "label",
        "topic": row.topic,
        "level": row.level,
        "auditable": "yes" if row.auditable else "no",
        "lettered_items": row.lettered_items,
        "lettered_kind": "note" if row.letters_are_notes else "requirement",
    }


def question_of(row: QuestionRow) -> dict[str, Any]:
    lists = ("evidence", "nonconformities", "applies_to")
    return {name: list(getattr(row, name)) if name in lists else getattr(row, name) for name in QUESTION_COLUMNS}


def document_of(parsed: ParsedEdition) -> dict[str, Any]:
    """The whole edition; what is empty, or would be understood without saying, is left out."""
    whole: dict[str, Any] = {"schema": SCHEMA, "edition": edition_of(parsed)}
    whole["clauses"] = [_short(clause_of(row), parsed.numbering == FREE) for row in parsed.clauses]
    if parsed.questions is not None:
        whole["questions"] = [_filled(question_of(row)) for row in parsed.questions]
    return whole


def _short(clause: dict[str, Any], free: bool) -> dict[str, Any]:
    understood = {"title_kind": "label", "auditable": "no", "lettered_items": 0, "lettered_kind": "requirement"}
    if not free:
        understood["parent"] = clause["number"].rpartition(".")[0]
    kept = {name: value for name, value in clause.items() if name != "level" and understood.get(name) != value}
    return _filled(kept)


def _filled(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value not in ("", [])}
