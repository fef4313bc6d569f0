"""One question of the checklist: what to look for, and what lies beside it."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from audits.models import Answer, Audit, AuditFinding, Evidence
from standards.models import ChecklistItem


@dataclass(frozen=True, slots=True)
class Guidance:
    look_for: str
    evidence: list[str]
    nonconformities: list[str]


@dataclass(frozen=True, slots=True)
class Tile:
    """One file of the question in hand."""

    label: str
    name: str
    meta: str
    url: str
    picture: str


@dataclass(frozen=True, slots=True)
class Revision:
    """An answer as it was accepted: the newest first, the oldest stays for ever."""

    verdict: str
    note: str
    who: str
    when: str


@dataclass(frozen=True, slots=True)
class FindingLine:
    label: str
    title: str
    url: str
    grade: str
    state: str


@dataclass(frozen=True, slots=True)
class Context:
    """What lies beside the question in hand."""

    number: str
    tiles: list[Tile]
    revisions: list[Revision]
    findings: list[FindingLine]
    add_url: str
    raise_url: str
    mutation: str
    may_write: bool


class Stamps:
    """ "Dauren, 14:02" for today, with the date before; each day is put into words once."""

    def __init__(self) -> None:
        self.today, self.days = timezone.localdate(), dict[date, str]()

    def words(self, who: str | None, at: datetime | None) -> str:
        return f"{who}, {self.when(at)}" if who and at else ""

    def when(self, at: datetime) -> str:
        local = timezone.localtime(at)
        day = local.date()
        if day not in self.days:
            self.days[day] = "" if day == self.today else f"{date_format(day, 'SHORT_DATE_FORMAT')} "
        return f"{self.days[day]}{local:%H:%M}"


def reference(number: str, letter: str) -> str:
    return f"{number} {letter})" if letter else number


def guidance_of(item_id: int) -> Guidance:
    look_for, evidence, nonconformities = ChecklistItem.objects.values_list(
        "look_for", "evidence", "nonconformities"
    ).get(pk=item_id)
    return Guidance(look_for, evidence, nonconformities)


def context_of(audit: Audit, answer_id: int, position: int, *, may_write: bool) -> Context:
    """Three statements: files, earlier wordings, findings."""
    place = [audit.code, position]
    return Context(
        number=str(position),
        tiles=tiles(audit, Evidence.objects.filter(answer=answer_id).select_related("added_by").order_by("number")),
        revisions=_revisions(answer_id),
        findings=_finding_lines(answer_id),
        add_url=reverse("audits:evidence-add", args=place),
        raise_url=reverse("audits:finding-raise", args=place),
        mutation=str(uuid.uuid4()),
        may_write=may_write,
    )


def tiles(audit: Audit, files: Iterable[Evidence]) -> list[Tile]:
    stamps = Stamps()
    return [
        Tile(
            label=evidence_label(file.number),
            name=file.caption or file.name,
            meta=stamps.words(str(file.added_by), file.added_at),
            url=reverse("audits:evidence-file", args=[audit.code, file.number]),
            picture=reverse("audits:evidence-preview", args=[audit.code, file.number]) if file.preview_sha256 else "",
        )
        for file in files
    ]


def evidence_label(number: int) -> str:
    return f"E-{number:02d}"


def _revisions(answer_id: int) -> list[Revision]:
    stamps = Stamps()
    # Through the tracked model: the table of revisions was made from it.
    model: Any = Answer._meta.get_field("revisions").related_model
    lines = model.objects.filter(pgh_obj_id=answer_id).order_by("-pgh_id")[:20]
    return [
        Revision(verdict, note, who or "", stamps.when(at))
        for verdict, note, who, at in lines.values_list("verdict", "note", "answered_by__name", "pgh_created_at")
    ]


def _finding_lines(answer_id: int) -> list[FindingLine]:
    held = AuditFinding.objects.filter(answer=answer_id).select_related("finding__grade").order_by("id")
    return [
        FindingLine(
            label=line.finding.number,
            title=line.finding.title,
            url=reverse("findings:finding-detail", args=[line.finding_id]),
            grade=line.finding.grade.meaning,
            state=line.finding.get_state_display(),
        )
        for line in held
    ]
