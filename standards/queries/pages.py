"""The pages that show standards."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q
from django.urls import reverse

from core.gatekeeper import RoleHolder
from core.verdict import Verdict
from standards.enums import ChecklistState, EditionStatus, Trait
from standards.models import Clause, Edition, PendingImport, Question
from standards.parsing.rows import ParsedEdition
from standards.permissions import may_import
from standards.queries.differences import LoadResult, compare
from standards.writing.formats import FORMATS

SHOWN_DIFFERENCES = 400


@dataclass(frozen=True, slots=True)
class EditionRow:
    name: str
    title: str
    status: str
    is_current: bool
    clauses: int
    questions: int
    checklist_version: int | None
    loaded_at: datetime | None
    url: str


@dataclass(frozen=True, slots=True)
class EditionListPage:
    editions: list[EditionRow]
    may_import: Verdict


@dataclass(frozen=True, slots=True)
class QuestionView:
    text: str
    item: str
    look_for: str
    evidence: list[str]
    nonconformities: list[str]
    applies_to: list[str]


@dataclass(frozen=True, slots=True)
class ClauseView:
    """One place of the tree. `items` says which letters can be cited, `notes` which are only notes."""

    number: str
    title: str
    official: bool
    topic: str
    level: int
    anchor: str
    auditable: bool
    items: str
    notes: str
    questions: list[QuestionView]


@dataclass(frozen=True, slots=True)
class ChecklistRow:
    title: str
    version: int
    state: str
    is_published: bool
    published_at: datetime | None
    questions: int


@dataclass(frozen=True, slots=True)
class Download:
    """One format that the edition can be taken along in."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class EditionPage:
    name: str
    title: str
    status: str
    is_current: bool
    loaded_at: datetime | None
    clauses: list[ClauseView]
    chapters: list[ClauseView]
    auditable: int
    questions: int
    checklists: list[ChecklistRow]
    downloads: list[Download]


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """What an upload would change."""

    name: str
    title: str
    file_name: str
    result: LoadResult
    shown: list[Any]
    hidden: int
    silent_clauses: int
    keeps_questions: bool
    notes: tuple[str, ...]


def edition_list_page(access: RoleHolder) -> EditionListPage:
    """One statement."""
    asked = Q(clauses__questions__retired=False)
    published = Q(checklists__state=ChecklistState.PUBLISHED)
    editions = Edition.objects.select_related("standard").annotate(
        clause_count=Count("clauses", distinct=True),
        question_count=Count("clauses__questions", distinct=True, filter=asked),
        checklist_version=Max("checklists__version", filter=published),
    )
    return EditionListPage([_row(edition) for edition in editions], may_import(access))


def _row(edition: Any) -> EditionRow:
    return EditionRow(
        name=str(edition),
        title=edition.standard.title,
        status=str(edition.get_status_display()),
        is_current=edition.status == EditionStatus.CURRENT,
        clauses=edition.clause_count,
        questions=edition.question_count,
        checklist_version=edition.checklist_version,
        loaded_at=edition.loaded_at,
        url=reverse("standards:edition-detail", args=[edition.slug]),
    )


def edition_page(edition: Edition) -> EditionPage:
    """Three statements; `edition` comes with its standard."""
    by_clause: dict[int, list[QuestionView]] = {}
    for question in Question.objects.filter(clause__edition=edition, retired=False).order_by("position", "key"):
        by_clause.setdefault(question.clause_id, []).append(_question(question))
    clauses = [_clause(clause, by_clause.get(clause.pk, [])) for clause in edition.clauses.order_by("sort_key")]
    checklists = edition.checklists.annotate(questions=Count("items")).order_by("title", "-version")
    return EditionPage(
        name=str(edition),
        title=edition.standard.title,
        status=str(edition.get_status_display()),
        is_current=edition.status == EditionStatus.CURRENT,
        loaded_at=edition.loaded_at,
        clauses=clauses,
        chapters=[clause for clause in clauses if clause.level < 3],
        auditable=sum(clause.auditable for clause in clauses),
        questions=sum(len(clause.questions) for clause in clauses),
        checklists=[_checklist(checklist) for checklist in checklists],
        downloads=_downloads(edition),
    )


def _downloads(edition: Edition) -> list[Download]:
    return [
        Download(known.label, reverse("standards:edition-export", args=[edition.slug, kind]))
        for kind, known in FORMATS.items()
    ]


def _clause(clause: Clause, questions: list[QuestionView]) -> ClauseView:
    letters = f"a–{chr(ord('a') + clause.lettered_items - 1)}" if clause.lettered_items else ""
    return ClauseView(
        number=clause.number,
        title=clause.title,
        official=clause.title_is_official,
        topic=clause.topic,
        level=clause.level,
        anchor=f"c-{clause.number}",
        auditable=clause.auditable,
        items="" if clause.letters_are_notes else letters,
        notes=letters if clause.letters_are_notes else "",
        questions=questions,
    )


def _question(question: Question) -> QuestionView:
    return QuestionView(
        text=question.text,
        item=question.item,
        look_for=question.look_for,
        evidence=question.evidence,
        nonconformities=question.nonconformities,
        applies_to=[str(Trait(word).label) for word in question.applies_to],
    )


def _checklist(checklist: Any) -> ChecklistRow:
    return ChecklistRow(
        title=checklist.title,
        version=checklist.version,
        state=str(checklist.get_state_display()),
        is_published=checklist.state == ChecklistState.PUBLISHED,
        published_at=checklist.published_at,
        questions=checklist.questions,
    )


def preview_page(pending: PendingImport) -> PreviewPage:
    """Three statements."""
    parsed = ParsedEdition.from_data(pending.content)
    result = compare(parsed)
    asked = {question.clause for question in parsed.questions or ()}
    silent = sum(clause.auditable and clause.number not in asked for clause in parsed.clauses)
    return PreviewPage(
        name=parsed.name,
        title=parsed.title,
        file_name=pending.file_name,
        result=result,
        shown=list(result.differences[:SHOWN_DIFFERENCES]),
        hidden=max(len(result.differences) - SHOWN_DIFFERENCES, 0),
        silent_clauses=silent,
        keeps_questions=parsed.questions is None,
        notes=parsed.notes,
    )
