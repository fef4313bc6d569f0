"""The frozen content of a report: the snapshot writes it, ``Report.content`` keeps it, drawing sees only it.

The shape only. No model is read here, so that a report drawn years later looks as on the day it was
issued. Codes stand for the few closed lists of this file and get their words when the report is drawn, in
``language``. Every other text is already in the language of the report.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Self

from django.utils.translation import gettext_lazy as _

from reports import shapes

SCHEMA_VERSION = 1

Status = Literal["draft", "issued"]
Method = Literal["on_site", "remote", "hybrid"]
MeetingKind = Literal["opening", "closing"]
Verdict = Literal["conforming", "nonconforming", "observation", "not_applicable", "not_assessed"]
Tone = Literal["major", "minor", "observation", "opportunity", "good"]


@dataclass(frozen=True, kw_only=True)
class Signature:
    name: str
    function: str
    meaning: str
    """What the signature says, for example "Approved"."""
    signed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Laboratory:
    name: str
    code: str
    address: str
    chain: tuple[str, ...]
    """The organisations above it, from the top down."""
    other_name: str = ""
    activity: str = ""


@dataclass(frozen=True, kw_only=True)
class Criterion:
    reference: str
    edition: str
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Place:
    name: str
    address: str
    starts_on: date
    ends_on: date
    method: Method


@dataclass(frozen=True, kw_only=True)
class TeamMember:
    name: str
    role: str
    organisation: str = ""
    is_lead: bool = False


@dataclass(frozen=True, kw_only=True)
class Participant:
    name: str
    function: str


@dataclass(frozen=True, kw_only=True)
class Meeting:
    kind: MeetingKind
    held_on: date
    place: str
    chaired_by: str
    attendees: tuple[Participant, ...] = ()
    points: tuple[str, ...] = ()
    """What was confirmed, one line each."""
    minutes: str = ""


@dataclass(frozen=True, kw_only=True)
class Audit:
    code: str
    title: str
    kind: str
    """In words, for example "Internal audit"."""
    method: Method
    starts_on: date
    ends_on: date
    objectives: tuple[str, ...]
    scope: str
    client: str
    criteria: tuple[Criterion, ...]
    places: tuple[Place, ...]
    team: tuple[TeamMember, ...]
    participants: tuple[Participant, ...]
    meetings: tuple[Meeting, ...]
    scope_examined: str = ""
    scope_left_out: str = ""
    account: str = ""
    """How it went, and what stood in the way."""


@dataclass(frozen=True, kw_only=True)
class Grade:
    code: str
    label: str
    meaning: str
    tone: Tone
    """Which sign the grade is drawn with."""


@dataclass(frozen=True, kw_only=True)
class VerdictCount:
    verdict: Verdict
    count: int


@dataclass(frozen=True, kw_only=True)
class GradeCount:
    grade: Grade
    count: int


@dataclass(frozen=True, kw_only=True)
class Summary:
    conclusion: str
    degree: str
    """The degree to which the criteria are met."""
    sampling: str
    diverging_opinions: str
    """Say that there were none, when there were none."""
    verdicts: tuple[VerdictCount, ...]
    grades: tuple[GradeCount, ...]
    objectives_met: str = ""
    good_practices: str = ""
    follow_up: str = ""


@dataclass(frozen=True, kw_only=True)
class ClauseRef:
    number: str
    letter: str = ""


@dataclass(frozen=True, kw_only=True)
class Photo:
    sha256: str
    caption: str
    code: str = ""
    """Its number in the audit's evidence, for example "E-31"."""


@dataclass(frozen=True, kw_only=True)
class PlannedAction:
    text: str
    owner: str
    due_on: date | None = None
    done_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class LaboratoryAnswer:
    correction: str
    extent: str
    cause: str
    effectiveness: str
    actions: tuple[PlannedAction, ...] = ()
    received_on: date | None = None
    state: str = ""


@dataclass(frozen=True, kw_only=True)
class Finding:
    number: str
    title: str
    clauses: tuple[ClauseRef, ...]
    criterion: str
    evidence: str
    statement: str
    grade: Grade
    place: str
    seen_on: date | None
    observed_by: str
    """By function, never by name."""
    state: str = ""
    grade_reason: str = ""
    answer_due_on: date | None = None
    acknowledgement: str = ""
    diverging_opinion: str = ""
    photos: tuple[Photo, ...] = ()
    answer: LaboratoryAnswer | None = None


@dataclass(frozen=True, kw_only=True)
class ClauseAnswer:
    number: str
    title: str
    question: str
    verdict: Verdict
    note: str = ""
    sample: str = ""
    reason: str = ""
    """Why not applicable, or why not assessed."""
    evidence: tuple[str, ...] = ()
    """File names, as many as there are."""
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ClauseGroup:
    number: str
    title: str
    answers: tuple[ClauseAnswer, ...]


@dataclass(frozen=True, kw_only=True)
class Recipient:
    name: str
    organisation: str
    copy: str = ""
    """For example "Electronic"."""


@dataclass(frozen=True, kw_only=True)
class Amendment:
    version: int
    issued_at: datetime
    reason: str
    sha256: str = ""
    """Of that version's content."""


@dataclass(frozen=True, kw_only=True)
class ReportContent:
    """One version of one report, whole. ``schema`` says by which shape it was written."""

    status: Status
    language: str
    zone: str
    """The time zone in which every moment is printed, for example "Asia/Almaty"."""
    number: str
    version: int
    issued_at: datetime
    programme: str
    confidentiality: str
    verify_url: str
    laboratory: Laboratory
    audit: Audit
    summary: Summary
    findings: tuple[Finding, ...]
    clauses: tuple[ClauseGroup, ...]
    distribution: tuple[Recipient, ...]
    amendments: tuple[Amendment, ...] = ()
    """Earlier versions, the oldest first; then this one, when it has a reason of its own."""
    authorised_by: Signature | None = None
    signatures: tuple[Signature, ...] = ()
    """The others, in the order of signing."""
    programme_owner: str = ""
    schema: int = SCHEMA_VERSION

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, for ``Report.content``."""
        written: dict[str, Any] = shapes.write(self)
        return written

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """The same content again. Refuses another version, a missing or unknown field, a wrong type."""
        if stored.get("schema") != SCHEMA_VERSION:
            raise shapes.Misshapen(f"schema: {stored.get('schema')!r} is not {SCHEMA_VERSION}")
        content: Self = shapes.read(cls, stored, "content")
        return content

    def canonical(self) -> bytes:
        """The one spelling of this content that is hashed."""
        return json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    def sha256(self) -> str:
        return hashlib.sha256(self.canonical()).hexdigest()

    def photos(self) -> tuple[Photo, ...]:
        return tuple(photo for finding in self.findings for photo in finding.photos)


def missing_parts(content: ReportContent) -> list[str]:
    """What stands between this content and an issued report, a sentence each; empty when it may be issued."""
    audit, summary = content.audit, content.summary
    needed = (
        (audit.objectives, _("The objectives of the audit are missing.")),
        (audit.scope, _("The scope of the audit is missing.")),
        (audit.client, _("The audit client is missing.")),
        (audit.team, _("The audit team is missing.")),
        (audit.participants, _("The participants from the laboratory are missing.")),
        (audit.places, _("The dates and places of the audit are missing.")),
        (audit.criteria, _("The audit criteria are missing.")),
        (summary.conclusion, _("The conclusion is missing.")),
        (summary.degree, _("The degree to which the criteria are met is missing.")),
        (summary.diverging_opinions, _("The diverging opinions, or that there were none, are missing.")),
        (summary.sampling, _("The statement on sampling is missing.")),
        (content.clauses, _("There is no clause in scope.")),
        (content.authorised_by, _("Nobody has authorised the report.")),
    )
    gaps = [str(sentence) for part, sentence in needed if not part]
    return gaps + _gaps_in_findings(content) + _gaps_in_clauses(content)


def _gaps_in_findings(content: ReportContent) -> list[str]:
    return [
        str(_("Finding %(number)s has no requirement, no evidence or no statement.")) % {"number": finding.number}
        for finding in content.findings
        if not (finding.clauses and finding.evidence and finding.statement)
    ]


def _gaps_in_clauses(content: ReportContent) -> list[str]:
    return [
        str(_("Clause %(number)s is left out without a reason.")) % {"number": answer.number}
        for group in content.clauses
        for answer in group.answers
        if answer.verdict in ("not_applicable", "not_assessed") and not answer.reason
    ]
