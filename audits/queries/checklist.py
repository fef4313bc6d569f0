"""The checklist page: every question of one audit, and beside it the papers of the question in hand."""

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.enums import AnswerVerdict, AuditState
from audits.models import Answer, Audit, AuditFinding
from audits.permissions import may_lead, may_record_answer
from audits.queries.question import Context, Guidance, Stamps, context_of, guidance_of, reference
from standards.models import Clause

if TYPE_CHECKING:
    from laboratories.access import Access

SHOWS = ("all", "unanswered", "nonconforming", "evidence", "mine")
COLUMNS = ("id", "position", "verdict", "note", "version", "evidence_count", "answered_at", "answered_by_id")


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person sent that was not accepted: shown again in its place, with the reason."""

    position: int
    verdict: str
    note: str
    error: str
    current: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One question with its answer; numbers are words already, so that two hundred rows draw quickly."""

    number: str
    clause: str
    text: str
    verdict: str
    note: str
    version: str
    stamp: str
    files: int
    mine: bool
    hidden: bool
    current: bool
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The questions under one heading ("7.7 Validity of results")."""

    number: str
    title: str
    anchor: str
    rows: list[QuestionRow]

    @property
    def done(self) -> int:
        return sum(bool(row.verdict) for row in self.rows)

    @property
    def nonconforming(self) -> int:
        return sum(row.verdict == AnswerVerdict.NONCONFORMING for row in self.rows)

    @property
    def hidden(self) -> bool:
        return all(row.hidden for row in self.rows)

    @property
    def first(self) -> str:
        return self.rows[0].number

    @property
    def current(self) -> bool:
        return any(row.current for row in self.rows)


@dataclass(frozen=True, slots=True)
class Chapter:
    number: str
    title: str
    groups: list[Group]

    @property
    def total(self) -> int:
        return sum(len(group.rows) for group in self.groups)

    @property
    def done(self) -> int:
        return sum(group.done for group in self.groups)

    @property
    def first(self) -> str:
        return self.groups[0].first

    @property
    def current(self) -> bool:
        return any(group.current for group in self.groups)


@dataclass(frozen=True, slots=True)
class FilterChoice:
    key: str
    words: str
    count: int
    on: bool


@dataclass(frozen=True)
class ChecklistPage:
    audit: Audit
    url: str
    base: str
    person_id: int
    may_write: bool
    why_not: str
    may_finish: bool
    why_not_finish: str
    chapters: list[Chapter]
    filters: list[FilterChoice]
    show: str
    position: str
    before: str
    after: str
    heading: str
    guidance: Guidance | None
    context: Context | None
    progress: str
    mutation: str
    finish_url: str
    typed: Typed | None = None

    @property
    def list_place(self) -> str:
        """Where links of the two hundred questions lead, as short as it can be: this page, at its address."""
        return self.url if self.typed else ""

    @property
    def answer_place(self) -> str:
        return self.base if self.typed else "../"

    @property
    def locked(self) -> bool:
        return bool(self.why_not)

    @property
    def nothing(self) -> bool:
        """No question matches the filter."""
        return all(group.hidden for chapter in self.chapters for group in chapter.groups)


def why_not_now(state: str) -> str:
    """Why answers cannot change in this state of the audit; empty while it is under way."""
    reasons = {
        AuditState.UNDER_WAY: "",
        AuditState.PLANNED: _("Hold the opening meeting first: answers are recorded while the audit is under way."),
        AuditState.CANCELLED: _("This audit was cancelled: its answers are kept as they are."),
    }
    frozen = _("The closing meeting was held: the answers are frozen and can no longer be changed.")
    return reasons.get(AuditState(state), frozen)


def checklist_page(
    audit: Audit, access: "Access", *, position: int | None = None, show: str = "all", typed: Typed | None = None
) -> ChecklistPage:
    """Six statements, however many questions there are."""
    answers = _answers(audit)
    here = _in_hand(access, answers, typed.position if typed else position, show)
    allowed = may_record_answer(access, audit)
    why_not = allowed.reason or why_not_now(audit.state)
    rows = _rows(audit, access, answers, here, show, typed)
    chapters = _chapters(audit, answers, rows)
    numbers = [row.number for row in rows if not row.hidden or row.current]
    number = str(here["position"]) if here else ""
    place = numbers.index(number) if number in numbers else 0
    return ChecklistPage(
        audit=audit,
        url=reverse("audits:checklist", args=[audit.code]),
        base=reverse("audits:audit-detail", args=[audit.code]),
        person_id=access.person_id,
        may_write=not why_not,
        why_not=why_not,
        may_finish=audit.state == AuditState.UNDER_WAY and bool(may_lead(access, audit)),
        why_not_finish=_why_not_finish(rows),
        chapters=chapters,
        filters=_filters(rows, show),
        show=show,
        position=number,
        before=numbers[place - 1] if place else "",
        after=numbers[place + 1] if place + 1 < len(numbers) else "",
        heading=next((f"{g.number} {g.title}" for c in chapters for g in c.groups if g.current), ""),
        guidance=guidance_of(here["item_id"]) if here else None,
        context=context_of(audit, here["id"], here["position"], may_write=not why_not) if here else None,
        progress=_progress(rows),
        mutation=str(uuid.uuid4()),
        finish_url=reverse("audits:audit-conclude", args=[audit.code]),
        typed=typed,
    )


def _answers(audit: Audit) -> list[dict[str, Any]]:
    """Answers with their questions: one statement."""
    return list(
        Answer.objects.filter(audit=audit)
        .order_by("position")
        .values(
            *COLUMNS,
            "item_id",
            who=F("answered_by__name"),
            clause=F("item__clause_number"),
            clause_title=F("item__clause_title"),
            letter=F("item__item"),
            text=F("item__text"),
        )
    )


def _in_hand(
    access: "Access", answers: list[dict[str, Any]], position: int | None, show: str
) -> dict[str, Any] | None:
    """The question that was asked for, else the first shown without an answer, else the first shown."""
    asked = (answer for answer in answers if answer["position"] == position)
    shown = [answer for answer in answers if _shown(show, answer, _is_mine(access, answer))] or answers
    unanswered = (answer for answer in shown if not answer["verdict"])
    return next(asked, None) or next(unanswered, None) or next(iter(shown), None)


def _is_mine(access: "Access", answer: dict[str, Any]) -> bool:
    return bool(answer["verdict"]) and answer["answered_by_id"] == access.person_id


def _rows(
    audit: Audit,
    access: "Access",
    answers: list[dict[str, Any]],
    here: dict[str, Any] | None,
    show: str,
    typed: Typed | None,
) -> list[QuestionRow]:
    findings = _findings_by_answer(audit)
    stamps = Stamps()
    rows = []
    for answer in answers:
        mine = _is_mine(access, answer)
        kept = typed if typed and typed.position == answer["position"] else None
        rows.append(
            QuestionRow(
                number=str(answer["position"]),
                clause=reference(answer["clause"], answer["letter"]),
                text=answer["text"],
                verdict=kept.verdict if kept else answer["verdict"],
                note=kept.note if kept else answer["note"],
                version=str(answer["version"]),
                stamp=stamps.words(answer["who"], answer["answered_at"]),
                files=answer["evidence_count"],
                mine=mine,
                hidden=not _shown(show, answer, mine),
                current=answer is here,
                findings=tuple(findings.get(answer["id"], ())),
            )
        )
    return rows


def _shown(show: str, answer: dict[str, Any], mine: bool) -> bool:
    return {
        "unanswered": not answer["verdict"],
        "nonconforming": answer["verdict"] == AnswerVerdict.NONCONFORMING,
        "evidence": bool(answer["evidence_count"]),
        "mine": mine,
    }.get(show, True)


def _findings_by_answer(audit: Audit) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    lines = AuditFinding.objects.filter(audit=audit, answer__isnull=False).order_by("id")
    for answer_id, number in lines.values_list("answer_id", "finding__number"):
        found.setdefault(answer_id, []).append(number)
    return found


def _chapters(audit: Audit, answers: list[dict[str, Any]], rows: list[QuestionRow]) -> list[Chapter]:
    headings = Clause.objects.filter(edition_id=audit.edition_id, level__lte=2).order_by()
    titles = dict(headings.values_list("number", "title"))
    chapters: dict[str, Chapter] = {}
    groups: dict[str, Group] = {}
    for answer, row in zip(answers, rows, strict=True):
        parts = answer["clause"].split(".")
        number, heading = parts[0], ".".join(parts[:2])
        if heading not in groups:
            title = titles.get(heading) or answer["clause_title"]
            groups[heading] = Group(heading, title, "c" + heading.replace(".", "-"), [])
            chapter = chapters.setdefault(number, Chapter(number, titles.get(number, ""), []))
            chapter.groups.append(groups[heading])
        groups[heading].rows.append(row)
    return list(chapters.values())


def _filters(rows: list[QuestionRow], show: str) -> list[FilterChoice]:
    counts = {
        "all": len(rows),
        "unanswered": sum(not row.verdict for row in rows),
        "nonconforming": sum(row.verdict == AnswerVerdict.NONCONFORMING for row in rows),
        "evidence": sum(bool(row.files) for row in rows),
        "mine": sum(row.mine for row in rows),
    }
    words = {
        "all": _("All"),
        "unanswered": _("Unanswered"),
        "nonconforming": _("Nonconforming"),
        "evidence": _("With evidence"),
        "mine": _("Mine"),
    }
    return [FilterChoice(key, words[key], counts[key], key == show) for key in SHOWS]


def _progress(rows: list[QuestionRow]) -> str:
    counts = {"done": sum(bool(row.verdict) for row in rows), "all": len(rows)}
    return _("%(done)s of %(all)s answered") % counts


def _why_not_finish(rows: list[QuestionRow]) -> str:
    left = sum(not row.verdict for row in rows)
    if not left:
        return ""
    return ngettext(
        "You can finish when %(count)s more question is answered or left out with a reason.",
        "You can finish when %(count)s more questions are answered or left out with a reason.",
        left,
    ) % {"count": left}
