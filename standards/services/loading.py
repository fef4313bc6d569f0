"""Load an edition: the clauses, the questions, and the checklist published from them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from core import history
from core.errors import RuleBroken
from standards.models import Clause, Edition, Question, Standard
from standards.parsing.files import parse_folder
from standards.parsing.rows import ClauseRow, ParsedEdition, QuestionRow, sort_keys
from standards.queries.differences import (
    CLAUSE_FIELDS,
    QUESTION_FIELDS,
    LoadResult,
    compare,
    differs,
    unchanged,
    values_of,
)
from standards.services.addresses import address_of, check_addresses, slug_of
from standards.services.grading import load_grading
from standards.services.publishing import Publisher, publish

ThingT = TypeVar("ThingT", Clause, Question)

DATA = Path(__file__).resolve().parent.parent / "data"


@dataclass(frozen=True, slots=True)
class ByCommand:
    """Nobody signed in: a command loads."""

    person_id: int | None = None
    person_name: str = "labaudit"


def load_catalogue() -> str:
    """Load everything that is shipped; quick when nothing changed. Returns one line for the person."""
    load_grading(DATA / "grading" / "default.yaml")
    results = [load_edition(parse_folder(path.parent)) for path in sorted(DATA.glob("*/edition.yaml"))]
    moved = [result.summary() for result in results if result.moved]
    return "; ".join(moved) or "up to date"


def load_edition(parsed: ParsedEdition, by: Publisher | None = None) -> LoadResult:
    """Bring the tables to what `parsed` says, in one transaction. The same content again changes nothing.

    Questions that are gone are retired, never deleted. A clause that is gone is deleted, unless something cites
    it: then RuleBroken, and nothing is changed.
    """
    who = by or ByCommand()
    fingerprint = parsed.digest()
    if Edition.objects.filter(slug=slug_of(parsed), content_sha256=fingerprint).exists():
        return unchanged(parsed)
    with transaction.atomic():
        edition = _edition(parsed)
        result = compare(parsed)
        clauses = _save_clauses(edition, parsed.clauses)
        if parsed.questions is not None:
            _save_questions(edition, parsed.questions, clauses)
        _drop_clauses(edition, {row.number for row in parsed.clauses})
        publish(edition, parsed.checklist, by=who)
        edition.content_sha256 = fingerprint
        edition.loaded_at = timezone.now()
        edition.save(update_fields=["content_sha256", "loaded_at"])
        history.record(edition, by=who, step="load", detail=result.counts())
    return result


def _edition(parsed: ParsedEdition) -> Edition:
    """The edition, locked, so that two loads of it follow one another."""
    check_addresses(parsed)
    names = {"slug": address_of(parsed.standard, 40), "title": parsed.title}
    standard, _made = Standard.objects.get_or_create(code=parsed.standard, defaults=names)
    if standard.title != parsed.title:
        standard.title = parsed.title
        standard.save(update_fields=["title"])
    place = {"standard": standard, "year": parsed.year}
    edition, _made = Edition.objects.get_or_create(**place, defaults={"slug": slug_of(parsed)})
    return Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)


def _save_clauses(edition: Edition, rows: Sequence[ClauseRow]) -> dict[str, Clause]:
    """Level by level, so that each part finds the clause it belongs to."""
    kept = {clause.number: clause for clause in edition.clauses.select_related("parent")}
    keys = sort_keys(rows)
    by_level: dict[int, list[ClauseRow]] = {}
    for row in rows:
        by_level.setdefault(row.level, []).append(row)
    for level in sorted(by_level):
        _save_level(edition, by_level[level], kept, keys)
    return kept


def _save_level(
    edition: Edition, rows: Iterable[ClauseRow], kept: dict[str, Clause], keys: Mapping[str, str]
) -> None:
    fresh, moved = [], []
    for row in rows:
        clause, parent, key = kept.get(row.number), kept.get(row.parent), keys[row.number]
        if clause is None:
            fresh.append(Clause(edition=edition, number=row.number, parent=parent, sort_key=key, **values_of(row)))
        elif differs(clause, row) or clause.sort_key != key:
            clause.parent, clause.sort_key = parent, key
            moved.append(_filled(clause, row))
    if moved:
        Clause.objects.bulk_update(moved, [*CLAUSE_FIELDS, "parent", "sort_key"])
    kept.update({clause.number: clause for clause in Clause.objects.bulk_create(fresh)})


def _save_questions(edition: Edition, rows: Iterable[QuestionRow], clauses: dict[str, Clause]) -> None:
    found = Question.objects.filter(clause__edition=edition)
    kept = {(question.clause_id, question.key): question for question in found}
    fresh, moved = [], []
    for row in rows:
        clause = clauses[row.clause]
        question = kept.pop((clause.pk, row.key), None)
        if question is None:
            fresh.append(Question(clause=clause, key=row.key, **values_of(row)))
        elif differs(question, row):
            question.retired = False
            moved.append(_filled(question, row))
    if moved:
        Question.objects.bulk_update(moved, [*QUESTION_FIELDS, "retired"])
    Question.objects.bulk_create(fresh)
    found.filter(pk__in=[gone.pk for gone in kept.values()], retired=False).update(retired=True)


def _filled(thing: ThingT, row: ClauseRow | QuestionRow) -> ThingT:
    for name, value in values_of(row).items():
        setattr(thing, name, value)
    return thing


def _drop_clauses(edition: Edition, numbers: set[str]) -> None:
    gone = list(edition.clauses.exclude(number__in=numbers).order_by("-level"))
    try:
        Question.objects.filter(clause__in=gone).delete()
        for clause in gone:
            clause.delete()
    except ProtectedError as error:
        names = ", ".join(clause.number for clause in gone[:10])
        raise RuleBroken(
            _("These clauses are gone from the file, but are still cited, so they must stay: %(numbers)s.")
            % {"numbers": names}
        ) from error
