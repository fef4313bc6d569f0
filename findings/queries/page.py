"""The page of one finding: what was found, what the laboratory answered, what was done, and what is next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Prefetch
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from core import history
from findings.enums import SETTLED_STATES, ActionState, Decision
from findings.models import (
    Action,
    ActionEvidence,
    Finding,
    FindingClause,
    FindingQuerySet,
    Response,
    Reviewer,
)
from findings.queries.stages import Stage, stages_of
from findings.queries.timeline import Entry, entries
from findings.queries.turns import Turn, turn_of
from findings.workflow import FINDING

if TYPE_CHECKING:
    from laboratories.access import Access


@dataclass(frozen=True, slots=True)
class Cited:
    reference: str
    title: str
    url: str
    detail: str


@dataclass(frozen=True, slots=True)
class Part:
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Round:
    """One answer with the decision on it."""

    number: int
    parts: list[Part]
    by: str
    sent_at: datetime
    decision: str
    decision_label: str
    reason: str
    decided_by: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class FileTile:
    url: str
    name: str
    meta: str
    picture: str


@dataclass(frozen=True, slots=True)
class ActionRow:
    pk: int
    version: int
    url: str
    what: str
    responsible: str
    due_on: date
    done_at: datetime | None
    done_by: str
    note: str
    files: list[FileTile]

    @property
    def done(self) -> bool:
        return self.done_at is not None


@dataclass(frozen=True, slots=True)
class FindingPage:
    pk: int
    version: int
    number: str
    title: str
    state: str
    state_label: str
    grade: str
    grade_label: str
    grade_definition: str
    source_ref: str
    source_url: str
    laboratory: str
    laboratory_url: str
    cited: list[Cited]
    requirement: str
    evidence: str
    statement: str
    raised_by: str
    deciders: list[str]
    due_on: date | None
    settled_at: datetime | None
    stages: list[Stage]
    turn: Turn
    rounds: list[Round]
    actions: list[ActionRow]
    entries: list[Entry]
    open_steps: frozenset[str]
    blocked: dict[str, str]

    @property
    def latest(self) -> Round | None:
        return self.rounds[-1] if self.rounds else None

    @property
    def earlier(self) -> list[Round]:
        return self.rounds[-2::-1]

    @property
    def settled(self) -> bool:
        return self.state in SETTLED_STATES

    @property
    def done_count(self) -> int:
        return sum(action.done for action in self.actions)


def with_everything(found: FindingQuerySet) -> FindingQuerySet:
    """What the page needs, in six statements."""
    return found.select_related("laboratory__organisation", "grade", "raised_by").prefetch_related(
        Prefetch("clauses", queryset=FindingClause.objects.select_related("clause__edition")),
        Prefetch("reviewers", queryset=Reviewer.objects.select_related("person")),
        Prefetch("responses", queryset=Response.objects.select_related("submitted_by", "decided_by")),
        Prefetch("actions", queryset=Action.objects.select_related("done_by")),
        "files",
    )


def _laboratory_url(access: "Access", finding: Finding) -> str:
    """Empty for an auditor: she sees the audit, not the register."""
    if not access.reads_laboratory(finding.laboratory):
        return ""
    return reverse("laboratories:laboratory-detail", args=[finding.laboratory.code])


def finding_page(access: "Access", finding: Finding) -> FindingPage:
    """`finding` comes from `with_everything`; one more statement reads the history."""
    steps = FINDING.open_to(access, finding)
    return FindingPage(
        pk=finding.pk,
        version=finding.version,
        number=finding.number,
        title=finding.title,
        state=finding.state,
        state_label=finding.get_state_display(),
        grade=finding.grade.meaning,
        grade_label=finding.grade.label,
        grade_definition=finding.grade.definition,
        source_ref=finding.source_ref,
        source_url=source_url(finding),
        laboratory=finding.laboratory.local_name,
        laboratory_url=_laboratory_url(access, finding),
        cited=[_cited(citation) for citation in finding.clauses.all()],
        requirement=finding.requirement,
        evidence=finding.evidence,
        statement=finding.statement,
        raised_by=str(finding.raised_by or ""),
        deciders=[str(reviewer.person) for reviewer in finding.reviewers.all() if reviewer.decides],
        due_on=finding.due_on,
        settled_at=finding.closed_at or finding.withdrawn_at,
        stages=stages_of(finding),
        turn=turn_of(access, finding),
        rounds=[_round(answer) for answer in finding.responses.all()],
        actions=_actions(finding),
        entries=entries(
            history.lines_of(finding),
            finding.state,
            finding.due_on,
            inside=finding.laboratory_id not in access.laboratory_ids,
        ),
        open_steps=frozenset(step.name for step, verdict in steps if verdict),
        blocked={step.name: verdict.reason for step, verdict in steps if not verdict},
    )


def source_url(finding: Finding) -> str:
    """By name only: what a finding came from stands on a floor above."""
    return reverse("audits:audit-detail", args=[finding.source_ref]) if finding.source == "audit" else ""


def _cited(citation: FindingClause) -> Cited:
    clause = citation.clause
    url = reverse("standards:edition-detail", args=[clause.edition.slug])
    return Cited(citation.reference, clause.title, f"{url}#c-{clause.number}", citation.detail)


def _round(answer: Response) -> Round:
    parts = [
        Part(_("Correction now"), answer.correction),
        Part(_("Extent"), answer.extent),
        Part(_("Cause"), answer.cause),
        Part(_("How effectiveness will be judged"), answer.effectiveness),
    ]
    return Round(
        number=answer.round,
        parts=parts,
        by=str(answer.submitted_by),
        sent_at=answer.submitted_at,
        decision=answer.decision,
        decision_label=str(Decision(answer.decision).label),
        reason=answer.decision_reason,
        decided_by=str(answer.decided_by or ""),
        decided_at=answer.decided_at,
    )


def _actions(finding: Finding) -> list[ActionRow]:
    files = list(finding.files.all())
    return [_action(action, [f for f in files if f.action_id == action.pk]) for action in finding.actions.all()]


def _action(action: Action, files: Sequence[ActionEvidence]) -> ActionRow:
    return ActionRow(
        pk=action.pk,
        version=action.version,
        url=reverse("findings:action-done", args=[action.finding_id, action.pk]),
        what=action.what,
        responsible=action.responsible,
        due_on=action.due_on,
        done_at=action.done_at if action.state == ActionState.DONE else None,
        done_by=str(action.done_by or ""),
        note=action.note,
        files=[_tile(file) for file in files],
    )


def _tile(file: ActionEvidence) -> FileTile:
    url = reverse("findings:file", args=[file.finding_id, file.pk])
    picture = f"{url}?preview=1" if file.preview_sha256 else ""
    return FileTile(url, file.name, filesizeformat(file.size), picture)
