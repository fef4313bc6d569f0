"""What loading a file would change: asked by the preview, and kept as the result of the load."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from standards.models import Clause, Edition, Question
from standards.parsing.rows import ClauseRow, ParsedEdition, QuestionRow, sort_keys

CLAUSE_FIELDS = ("title", "title_is_official", "topic", "level", "auditable", "lettered_items", "letters_are_notes")
QUESTION_FIELDS = ("item", "position", "text", "look_for", "evidence", "nonconformities", "applies_to")
NEW, CHANGED, REMOVED = "new", "changed", "removed"
CHANGES = {
    ("clause", NEW): gettext_lazy("New clause"),
    ("clause", CHANGED): gettext_lazy("Changed clause"),
    ("clause", REMOVED): gettext_lazy("Removed clause"),
    ("question", NEW): gettext_lazy("New question"),
    ("question", CHANGED): gettext_lazy("Changed question"),
    ("question", REMOVED): gettext_lazy("Retired question"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One clause or question that is new, changed or removed, and what it says (or said)."""

    change: str
    thing: str
    number: str
    words: str

    @property
    def words_for_change(self) -> str:
        return str(CHANGES[self.thing, self.change])


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What a load changed, or would change."""

    name: str
    differences: tuple[Difference, ...]
    unchanged: int
    moved: bool = True

    def count(self, change: str) -> int:
        return sum(difference.change == change for difference in self.differences)

    @property
    def new(self) -> int:
        return self.count(NEW)

    @property
    def changed(self) -> int:
        return self.count(CHANGED)

    @property
    def removed(self) -> int:
        return self.count(REMOVED)

    def counts(self) -> dict[str, int]:
        return {NEW: self.new, CHANGED: self.changed, REMOVED: self.removed, "unchanged": self.unchanged}

    def summary(self) -> str:
        words = _("%(name)s: %(new)d new, %(changed)d changed, %(removed)d removed, %(unchanged)d unchanged")
        return words % {"name": self.name, **self.counts()}


def unchanged(parsed: ParsedEdition) -> LoadResult:
    return LoadResult(parsed.name, (), len(parsed.clauses) + len(parsed.questions or ()), moved=False)


def compare(parsed: ParsedEdition) -> LoadResult:
    """What differs between the file and the tables (3 statements)."""
    edition = Edition.objects.filter(standard__code=parsed.standard, year=parsed.year).first()
    known = Clause.objects.filter(edition=edition).select_related("parent") if edition else ()
    clauses = {clause.number: clause for clause in known}
    found, same = _clauses(parsed, clauses)
    if parsed.questions is not None:
        kept = list(Question.objects.filter(clause__edition=edition).select_related("clause")) if edition else []
        more, same_questions = _questions(parsed.questions, kept)
        found, same = found + more, same + same_questions
    keys = {number: clause.sort_key for number, clause in clauses.items()} | sort_keys(parsed.clauses)
    found.sort(key=lambda difference: (keys[difference.number], difference.thing))
    return LoadResult(parsed.name, tuple(found), same)


def values_of(row: ClauseRow | QuestionRow) -> dict[str, Any]:
    """The columns of a row as its table keeps them."""
    names = CLAUSE_FIELDS if isinstance(row, ClauseRow) else QUESTION_FIELDS
    return {name: _plain(getattr(row, name)) for name in names}


def differs(thing: Clause | Question, row: ClauseRow | QuestionRow) -> bool:
    """Does the row say another thing? A clause comes with its parent."""
    if isinstance(thing, Question):
        moved = thing.retired
    else:
        moved = isinstance(row, ClauseRow) and (thing.parent.number if thing.parent else "") != row.parent
    return moved or any(getattr(thing, name) != value for name, value in values_of(row).items())


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _clauses(parsed: ParsedEdition, kept: dict[str, Clause]) -> tuple[list[Difference], int]:
    found = []
    for row in parsed.clauses:
        change = _change(kept.get(row.number), row)
        if change:
            found.append(Difference(change, "clause", row.number, row.title))
    same = len(parsed.clauses) - len(found)
    numbers = {row.number for row in parsed.clauses}
    gone = [clause for number, clause in kept.items() if number not in numbers]
    return found + [Difference(REMOVED, "clause", clause.number, clause.title) for clause in gone], same


def _questions(rows: tuple[QuestionRow, ...], kept: list[Question]) -> tuple[list[Difference], int]:
    by_place = {(question.clause.number, question.key): question for question in kept}
    found = []
    for row in rows:
        change = _change(by_place.pop((row.clause, row.key), None), row)
        if change:
            found.append(Difference(change, "question", row.clause, row.text))
    same = len(rows) - len(found)
    gone = [question for question in by_place.values() if not question.retired]
    return found + [Difference(REMOVED, "question", q.clause.number, q.text) for q in gone], same


def _change(thing: Clause | Question | None, row: ClauseRow | QuestionRow) -> str:
    if thing is None:
        return NEW
    return CHANGED if differs(thing, row) else ""
