"""From raw tables to typed rows: everything is looked at before anything is refused."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from django.utils.translation import gettext as _

from standards.enums import Trait
from standards.parsing.cells import parts_of
from standards.parsing.rows import (
    FREE,
    NESTED,
    NUMBER,
    ClauseRow,
    ParsedEdition,
    ParseFailed,
    QuestionRow,
    Trouble,
    in_order,
)

SCHEMA = 1
MOST_TROUBLES = 50
DEEPEST_LEVEL = 9
FREE_NUMBER = re.compile(r"\S{1,20}")
SHOWN_SPACES = "\n\t\u00a0\u202f"
LINE_BREAK = re.compile(r"\s*[\n\t]\s*")
ITEM = re.compile(r"[a-z]?")
YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False, "": False}
TITLE_KINDS = {"official": True, "label": False, "": False}
LETTER_KINDS = {"requirement": False, "note": True, "": False}
CLAUSE_COLUMNS = frozenset(
    {"number", "parent", "title", "level", "auditable", "topic", "title_kind", "lettered_items", "lettered_kind"}
)
QUESTION_COLUMNS = frozenset(
    {"clause", "key", "item", "text", "look_for", "evidence", "nonconformities", "applies_to"}
)

Cells = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one file or sheet, each with its number as the person sees it, or with the `places` of a tree."""

    file: str
    rows: Sequence[tuple[int, Cells]]
    places: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RawEdition:
    """What was read, before it is believed. No `questions` means that the file says nothing about them."""

    file: str
    header: Cells
    clauses: Table
    questions: Sequence[Table] | None = None
    notes: tuple[str, ...] = ()


@dataclass
class Findings:
    """Collects what is wrong; reading goes on so that a person sees everything at once."""

    troubles: list[Trouble] = field(default_factory=list)

    def add(self, file: str, row: int | None, column: str, reason: str) -> None:
        if len(self.troubles) < MOST_TROUBLES:
            self.troubles.append(Trouble(file, reason, row, column))


@dataclass(frozen=True)
class Row:
    """One row being read."""

    file: str
    number: int | None
    cells: Cells
    found: Findings

    def wrong(self, column: str, reason: str) -> None:
        self.found.add(self.file, self.number, column, reason)

    def text(self, column: str, longest: int, *, required: bool = False, lines: bool = False) -> str:
        """What stands in the cell. Only with `lines` it may have several; else a line break becomes a space."""
        value = self.cells.get(column)
        if isinstance(value, (bool, list, dict, tuple, set, bytes)):
            self.wrong(column, _("a text is expected here"))
            return ""
        text = "" if value is None else str(value).replace("\r\n", "\n").strip()
        if not lines:
            text = LINE_BREAK.sub(" ", text)
        if not text and required:
            self.wrong(column, _("this is empty"))
        if len(text) > longest:
            self.wrong(column, _("longer than %(most)d characters") % {"most": longest})
        if not shown(text):
            self.wrong(column, _("contains characters that cannot be shown"))
        return text

    def clause_number(self, column: str, *, required: bool = False) -> str:
        """A number is a text: as a figure, 7.10 has already become 7.1."""
        value = self.cells.get(column)
        if isinstance(value, float):
            self.wrong(column, _("this cell is a figure, in which 7.10 and 7.1 are the same; make it a text"))
        if isinstance(value, (date, time)):
            self.wrong(column, _("this cell is a date, made from a number such as 7.10; make it a text"))
            return ""
        return self.text(column, 20, required=required)

    def choice(self, column: str, choices: Mapping[str, bool]) -> bool:
        value = self.cells.get(column)
        text = str(value).lower() if isinstance(value, bool) else self.text(column, 40).lower()
        if text not in choices:
            self.wrong(
                column,
                _("“%(value)s” is not one of: %(choices)s")
                % {"value": text, "choices": ", ".join(word for word in choices if word)},
            )
        return choices.get(text, False)

    def count(self, column: str, most: int) -> int:
        text = self.text(column, 40)
        if not text:
            return 0
        if not text.isascii() or not text.isdigit() or len(text) > 4 or int(text) > most:
            self.wrong(column, _("“%(value)s” is not a number from 0 to %(most)d") % {"value": text, "most": most})
            return 0
        return int(text)

    def texts(self, column: str, longest: int) -> tuple[str, ...]:
        """A list, or a text whose parts stand apart by “|”."""
        value = self.cells.get(column) or []
        parts = parts_of(value) if isinstance(value, str) else value
        if not isinstance(parts, (list, tuple)) or any(not isinstance(part, str) for part in parts):
            self.wrong(column, _("a list of texts is expected here"))
            return ()
        found = tuple(LINE_BREAK.sub(" ", part.strip()) for part in parts if part.strip())
        if len(found) > 30 or any(len(part) > longest or not shown(part) for part in found):
            self.wrong(column, _("at most 30 parts of %(most)d characters") % {"most": longest})
        return found


def shown(text: str) -> bool:
    return all(char.isprintable() or char in SHOWN_SPACES for char in text)


def checked(raw: RawEdition) -> ParsedEdition:
    """The typed edition; raises ParseFailed with every trouble found (the first fifty)."""
    found = Findings()
    header = Row(raw.file, None, raw.header, found)
    check_schema(raw.file, raw.header.get("schema") or SCHEMA)
    standard = header.text("standard", 40, required=True)
    year = header.text("year", 20, required=True)
    title = header.text("title", 200, required=True)
    checklist = header.text("checklist", 200)
    free = header.choice("numbering", {FREE: True, NESTED: False, "": False})
    clauses = _clauses(raw.clauses, found, _free_place if free else _nested_place)
    questions = None if raw.questions is None else _questions(raw.questions, clauses, found)
    if found.troubles:
        raise ParseFailed(found.troubles)
    rows, asked = in_order(tuple(clauses.values()), questions)
    return ParsedEdition(standard, title, year, checklist or f"{standard}:{year}", rows, asked, raw.notes)


def check_schema(file: str, value: Any) -> None:
    """A file of a later version may mean something that is not known here: nothing of it is guessed."""
    text = str(value).strip()[:10]
    if text == str(SCHEMA):
        return
    newer = text.isascii() and text.isdigit() and int(text) > SCHEMA
    reason = (
        _("this file is written in schema %(schema)s, and this version of the site reads schema %(known)d; update it")
        if newer
        else _("“%(schema)s” is not a schema; %(known)d is expected")
    )
    raise ParseFailed([Trouble(file, reason % {"schema": text, "known": SCHEMA}, None, "schema")])


def _clauses(table: Table, found: Findings, place: "Place") -> dict[str, ClauseRow]:
    clauses: dict[str, ClauseRow] = {}
    if table.rows and not any("number" in cells for _number, cells in table.rows):
        found.add(table.file, None, "number", _("there is no column of this name"))
        return clauses
    for row in _rows(table, CLAUSE_COLUMNS, found):
        clause = _clause(row, *place(row, clauses))
        if clause.number in clauses:
            row.wrong("number", _("clause %(number)s stands here twice") % {"number": clause.number})
        clauses[clause.number] = clause
    if not clauses:
        found.add(table.file, None, "", _("no clause was found"))
    return clauses


def _nested_place(row: Row, before: Mapping[str, ClauseRow]) -> tuple[str, str, int]:
    """Number, parent and level where 7.2.1 is part of 7.2."""
    number = row.clause_number("number", required=True)
    if number and not NUMBER.fullmatch(number):
        row.wrong("number", _("“%(number)s” is not a clause number such as 7.10 or A.2") % {"number": number})
    parent = row.clause_number("parent") or number.rpartition(".")[0]
    if parent and parent not in before:
        row.wrong("parent", _("clause %(number)s must stand above this row") % {"number": parent})
    elif parent and not number.startswith(f"{parent}."):
        row.wrong("parent", _("%(number)s is not a part of %(parent)s") % {"number": number, "parent": parent})
    return number, parent, number.count(".") + 1


def _free_place(row: Row, before: Mapping[str, ClauseRow]) -> tuple[str, str, int]:
    """Number, parent and level where only the parent says what is part of what."""
    number = row.clause_number("number", required=True)
    if number and not FREE_NUMBER.fullmatch(number):
        row.wrong("number", _("“%(number)s” has spaces in it") % {"number": number})
    parent = row.clause_number("parent")
    if parent and parent not in before:
        row.wrong("parent", _("clause %(number)s must stand above this row") % {"number": parent})
    level = before[parent].level + 1 if parent in before else 1
    if level > DEEPEST_LEVEL:
        row.wrong("parent", _("more than %(most)d levels") % {"most": DEEPEST_LEVEL})
    return number, parent, level


Place = Callable[[Row, Mapping[str, ClauseRow]], tuple[str, str, int]]


def _clause(row: Row, number: str, parent: str, level: int) -> ClauseRow:
    if row.count("level", 9) not in (0, level):
        row.wrong("level", _("clause %(number)s is on level %(level)d") % {"number": number, "level": level})
    return ClauseRow(
        number=number,
        parent=parent,
        title=row.text("title", 200, required=True),
        title_is_official=row.choice("title_kind", TITLE_KINDS),
        topic=row.text("topic", 300),
        level=level,
        auditable=row.choice("auditable", YES),
        lettered_items=row.count("lettered_items", 26),
        letters_are_notes=row.choice("lettered_kind", LETTER_KINDS),
    )


def _questions(tables: Sequence[Table], clauses: Mapping[str, ClauseRow], found: Findings) -> tuple[QuestionRow, ...]:
    questions: dict[str, QuestionRow] = {}
    positions: dict[str, int] = {}
    for table in tables:
        for row in _rows(table, QUESTION_COLUMNS, found):
            number = row.clause_number("clause", required=True)
            positions[number] = positions.get(number, 0) + 1
            question = _question(row, number, positions[number], clauses.get(number))
            if question.key in questions:
                row.wrong("key", _("the key %(key)s stands here twice") % {"key": question.key})
            questions[question.key] = question
    return tuple(questions.values())


def _question(row: Row, number: str, position: int, clause: ClauseRow | None) -> QuestionRow:
    if number and clause is None:
        row.wrong("clause", _("there is no clause %(number)s") % {"number": number})
    elif clause and not clause.auditable:
        row.wrong("clause", _("clause %(number)s is a heading; questions belong to its parts") % {"number": number})
    item = row.text("item", 2)
    if not ITEM.fullmatch(item):
        row.wrong("item", _("one small letter is expected here"))
    elif item and clause and ord(item) - ord("a") >= clause.lettered_items:
        row.wrong("item", _("clause %(number)s has no item %(item)s)") % {"number": number, "item": item})
    applies_to = row.texts("applies_to", 24)
    for word in applies_to:
        if word not in Trait.values:
            row.wrong("applies_to", _("“%(word)s” is not known") % {"word": word})
    return QuestionRow(
        clause=number,
        key=row.text("key", 40) or f"{number}#{position}",
        item=item,
        position=position,
        text=row.text("text", 300, required=True),
        look_for=row.text("look_for", 2000, lines=True),
        evidence=row.texts("evidence", 300),
        nonconformities=row.texts("nonconformities", 300),
        applies_to=applies_to,
    )


def _rows(table: Table, columns: frozenset[str], found: Findings) -> Iterator[Row]:
    unknown: set[str] = set()
    for number, cells in table.rows:
        place = table.places.get(number)
        row = Row(f"{table.file} {place}", None, cells, found) if place else Row(table.file, number, cells, found)
        for column in sorted(set(map(str, cells)) - columns - unknown):
            row.wrong(column[:40], _("this column is not known"))
            unknown.add(column)
        yield row
