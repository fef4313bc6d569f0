"""What catalogues of other programs have in common: a tree, longer texts than are kept here, unknown parts."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from standards.parsing.checking import DEEPEST_LEVEL, FREE_NUMBER, Cells, RawEdition, Table, shown
from standards.parsing.limits import MOST_ROWS, failed
from standards.parsing.rows import FREE

LONGEST = {"title": 200, "topic": 300, "text": 300, "look_for": 2000}
SHOWN_UNUSED = 20
LONGEST_ABOVE = 15


@dataclass
class Gathered:
    """Clauses and questions as they are found, and what was left out or cut on the way."""

    file: str
    clauses: list[tuple[int, Cells]] = field(default_factory=list)
    questions: list[tuple[int, Cells]] = field(default_factory=list)
    clause_places: dict[int, str] = field(default_factory=dict)
    question_places: dict[int, str] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)
    parts: Counter[str] = field(default_factory=Counter)
    unused: Counter[str] = field(default_factory=Counter)
    renumbered: int = 0
    cut: int = 0

    def number(self, wanted: str, parent: str) -> str:
        """The number that the file gives, without spaces; else one by its place in the tree."""
        number = "".join(wanted.split())
        if not FREE_NUMBER.fullmatch(number) or number in self.numbers:
            self.renumbered += 1
            number = next(place for place in self._places(parent) if place not in self.numbers)
        self.numbers.add(number)
        return number

    def _places(self, parent: str) -> Iterator[str]:
        above = parent if parent and len(parent) <= LONGEST_ABOVE else ""
        while True:
            self.parts[above] += 1
            yield f"{above}.{self.parts[above]}" if above else f"P{self.parts[above]}"

    def clause(self, place: str, level: int, cells: Mapping[str, Any]) -> None:
        if level > DEEPEST_LEVEL:
            raise failed(f"{self.file} {place}", _("more than %(most)d levels") % {"most": DEEPEST_LEVEL})
        self._add(self.clauses, self.clause_places, place, cells)

    def question(self, place: str, cells: Mapping[str, Any]) -> None:
        self._add(self.questions, self.question_places, place, cells)

    def _add(self, rows: list[Any], places: dict[int, str], place: str, cells: Mapping[str, Any]) -> None:
        if len(rows) >= MOST_ROWS:
            raise failed(f"{self.file} {place}", _("More than %(most)d rows.") % {"most": MOST_ROWS})
        number = len(rows) + 1
        places[number] = place
        rows.append((number, {column: self._fitted(column, value) for column, value in cells.items()}))

    def _fitted(self, column: str, value: Any) -> Any:
        longest = LONGEST.get(column)
        if longest is None or not isinstance(value, str) or len(value.strip()) <= longest:
            return value
        self.cut += 1
        return value.strip()[: longest - 1].rstrip() + "…"

    def pass_over(self, thing: Mapping[str, Any], known: frozenset[str], prefix: str = "") -> None:
        """Note the parts of a thing that are not used here."""
        for name in thing:
            if name not in known and thing[name] not in (None, "", [], {}):
                self.unused[f"{prefix}{str(name)[:40]}"] += 1

    def raw(self, header: Mapping[str, Any], *, questions: bool) -> RawEdition:
        asked = [Table(self.file, self.questions, self.question_places)] if questions else None
        clauses = Table(self.file, self.clauses, self.clause_places)
        return RawEdition(self.file, {**header, "numbering": FREE}, clauses, asked, tuple(self.notes()))

    def notes(self) -> list[str]:
        found = []
        if self.unused:
            parts = ", ".join(f"{name} ({count})" for name, count in sorted(self.unused.items())[:SHOWN_UNUSED])
            found.append(_("These parts of the file are not used: %(parts)s.") % {"parts": parts})
        if self.cut:
            words = ngettext(
                "%(count)d text was longer than is kept here, and was cut.",
                "%(count)d texts were longer than is kept here, and were cut.",
                self.cut,
            )
            found.append(words % {"count": self.cut})
        if self.renumbered:
            words = ngettext(
                "%(count)d clause has no number of its own that can be used, and was numbered by its place.",
                "%(count)d clauses have no number of their own that can be used, and were numbered by their place.",
                self.renumbered,
            )
            found.append(words % {"count": self.renumbered})
        return found


def mapping(data: Any, place: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise failed(place, _("Names with values are expected here."))
    return data


def listing(data: Any, place: str) -> list[Any]:
    """A list that may be missing."""
    if data is None:
        return []
    if not isinstance(data, list):
        raise failed(place, _("A list is expected here."))
    return data


def text(data: Any, place: str) -> str:
    """A text that may be missing."""
    if data is None:
        return ""
    if not isinstance(data, (str, int)) or isinstance(data, bool):
        raise failed(place, _("A text is expected here."))
    return "".join(char if shown(char) else " " for char in str(data)).strip()
