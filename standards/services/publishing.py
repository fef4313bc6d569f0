"""Publish a checklist: a frozen copy of the questions as they read now."""

from typing import Any, Protocol

from django.db.models import Max
from django.utils import timezone

from core import history
from standards.enums import ChecklistState
from standards.models import Checklist, ChecklistItem, Edition, Question
from standards.parsing.rows import digest

FROZEN_FIELDS = ("item", "text", "look_for", "evidence", "nonconformities", "applies_to")


class Publisher(Protocol):
    """Who publishes: a person, or a command (no person)."""

    @property
    def person_id(self) -> int | None: ...
    @property
    def person_name(self) -> str: ...


def publish(edition: Edition, title: str, *, by: Publisher) -> Checklist | None:
    """A new version when a question, or the clause it stands under, reads differently; else None.

    The version before is retired: audits that use it keep it. The caller holds the edition locked.
    """
    items = _items(edition)
    content = digest([_content(item) for item in items])
    published = edition.checklists.filter(title=title, state=ChecklistState.PUBLISHED)
    if not items or published.filter(content_sha256=content).exists():
        return None
    last = edition.checklists.filter(title=title).aggregate(last=Max("version"))["last"] or 0
    _retire(edition, title, by)
    checklist = Checklist.objects.create(
        edition=edition,
        title=title,
        version=last + 1,
        state=ChecklistState.PUBLISHED,
        content_sha256=content,
        published_at=timezone.now(),
        published_by_id=by.person_id,
    )
    for item in items:
        item.checklist = checklist
    ChecklistItem.objects.bulk_create(items)
    history.record(checklist, by=by, step="publish", to_state=ChecklistState.PUBLISHED)
    return checklist


def _retire(edition: Edition, title: str, by: Publisher) -> None:
    for checklist in edition.checklists.filter(title=title, state=ChecklistState.PUBLISHED):
        checklist.state = ChecklistState.RETIRED
        checklist.save(update_fields=["state"])
        published, retired = ChecklistState.PUBLISHED, ChecklistState.RETIRED
        history.record(checklist, by=by, step="retire", from_state=published, to_state=retired)


def _items(edition: Edition) -> list[ChecklistItem]:
    questions = (
        Question.objects.filter(clause__edition=edition, clause__auditable=True, retired=False)
        .select_related("clause")
        .order_by("clause__sort_key", "position", "key")
    )
    return [_item(question, position) for position, question in enumerate(questions, start=1)]


def _item(question: Question, position: int) -> ChecklistItem:
    clause = question.clause
    return ChecklistItem(
        question=question,
        clause=clause,
        position=position,
        clause_number=clause.number,
        clause_title=clause.title,
        clause_sort_key=clause.sort_key,
        **{name: getattr(question, name) for name in FROZEN_FIELDS},
    )


def _content(item: ChecklistItem) -> list[Any]:
    return [item.clause_number, item.clause_title, *(getattr(item, name) for name in FROZEN_FIELDS)]
