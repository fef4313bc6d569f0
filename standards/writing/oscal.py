"""A catalog of NIST OSCAL. What OSCAL has no place for stands in properties and parts of our own namespace."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from standards.parsing.checking import SCHEMA
from standards.parsing.oscal import CLAUSE_PROPS, NS
from standards.parsing.rows import ClauseRow, ParsedEdition, QuestionRow, sort_keys
from standards.writing.documents import as_text
from standards.writing.rows import clause_of

OSCAL_VERSION = "1.1.3"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

Thing = dict[str, Any]


def as_oscal(parsed: ParsedEdition, moment: datetime | None = None) -> bytes:
    catalog = {
        "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{NS}:{parsed.digest()}")),
        "metadata": _metadata(parsed, moment or LONG_AGO),
        **_Tree(parsed).below(""),
    }
    return as_text({"catalog": catalog})


def _metadata(parsed: ParsedEdition, moment: datetime) -> Thing:
    own = {"standard": parsed.standard, "checklist": parsed.checklist, "schema": str(SCHEMA)}
    if parsed.questions is None:
        own["questions"] = "none"
    return {
        "title": parsed.title,
        "last-modified": moment.isoformat(timespec="seconds"),
        "version": parsed.year,
        "oscal-version": OSCAL_VERSION,
        "props": [_prop(name, value, ns=NS) for name, value in own.items()],
    }


def _prop(name: str, value: str, ns: str = "") -> Thing:
    return {"name": name, **({"ns": ns} if ns else {}), "value": value}


class _Tree:
    """The clauses as groups and controls: a group until the first that is audited, controls from there on."""

    def __init__(self, parsed: ParsedEdition) -> None:
        self.keys = sort_keys(parsed.clauses)
        self.ids = dict(_ids(parsed.clauses))
        self.parts: dict[str, list[ClauseRow]] = {}
        self.questions: dict[str, list[QuestionRow]] = {}
        for clause in parsed.clauses:
            self.parts.setdefault(clause.parent, []).append(clause)
        for question in parsed.questions or ():
            self.questions.setdefault(question.clause, []).append(question)

    def below(self, number: str, *, in_control: bool = False) -> Thing:
        groups: list[Thing] = []
        controls: list[Thing] = []
        for clause in self.parts.get(number, []):
            control = in_control or clause.auditable
            (controls if control else groups).append(self.thing(clause, control))
        return {**({"groups": groups} if groups else {}), **({"controls": controls} if controls else {})}

    def thing(self, clause: ClauseRow, control: bool) -> Thing:
        values = clause_of(clause)
        own = [_prop(name, str(values[name]), ns=NS) for name in CLAUSE_PROPS]
        labels = [_prop("label", clause.number), _prop("sort-id", self.keys[clause.number])]
        parts = [{"name": "overview", "prose": clause.topic}] if clause.topic else []
        name = self.ids[clause.number]
        parts += [_question(row, f"{name}_q{place}") for place, row in self._asked(clause.number)]
        return {
            "id": name,
            "class": "clause",
            "title": clause.title,
            "props": [*labels, *own],
            **({"parts": parts} if parts else {}),
            **self.below(clause.number, in_control=control),
        }

    def _asked(self, number: str) -> Iterator[tuple[int, QuestionRow]]:
        return enumerate(self.questions.get(number, []), start=1)


def _ids(clauses: tuple[ClauseRow, ...]) -> Iterator[tuple[str, str]]:
    """An id holds letters, digits, dots, hyphens and underlines only, and no two are the same."""
    used: set[str] = set()
    for place, clause in enumerate(clauses, start=1):
        name = "c-" + "".join(char if char.isalnum() or char in ".-_" else "_" for char in clause.number)
        name = f"{name}_n{place}" if name in used else name
        used.add(name)
        yield clause.number, name


def _question(row: QuestionRow, name: str) -> Thing:
    props = [_prop("key", row.key, ns=NS)]
    if row.item:
        props.append(_prop("item", row.item, ns=NS))
    props += [_prop("applies_to", word, ns=NS) for word in row.applies_to]
    inner = [("look_for", row.look_for)] if row.look_for else []
    inner += [("evidence", words) for words in row.evidence]
    inner += [("nonconformity", words) for words in row.nonconformities]
    parts = [{"name": kind, "ns": NS, "prose": words} for kind, words in inner]
    whole = {"id": name, "name": "question", "ns": NS, "props": props, "prose": row.text}
    return {**whole, **({"parts": parts} if parts else {})}
