"""Freezes an audit into the content of a report: everything that the document says, in the report's language."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from audits.enums import AnswerVerdict, MeetingKind, TeamRole
from audits.models import Answer, Audit, AuditFinding, Evidence, Meeting
from audits.models import TeamMember as Member
from findings.enums import FindingState
from findings.models import Finding as FindingRow
from laboratories.enums import Role
from laboratories.models import Laboratory, Membership, Organisation
from reports import content as c
from reports.models import Report
from standards.enums import GradeMeaning
from standards.models import Clause, Grade

AUDITING = (Role.LEAD_AUDITOR, Role.AUDITOR, Role.TRAINEE)
LEFT_OUT = (AnswerVerdict.NOT_APPLICABLE, AnswerVerdict.NOT_ASSESSED)
TONES: dict[str, c.Tone] = {
    GradeMeaning.NONCONFORMITY_MAJOR: "major",
    GradeMeaning.NONCONFORMITY_MINOR: "minor",
    GradeMeaning.OBSERVATION: "observation",
    GradeMeaning.OPPORTUNITY: "opportunity",
}


def take(audit: Audit, *, version: int, issued_at: datetime, issuer: str, reason: str = "") -> c.ReportContent:
    """The content of one version. Reads the audit as it stands; writes nothing. About a dozen statements."""
    with translation.override(audit.language):
        return _Snapshot(audit).content(version, issued_at, issuer, reason)


class _Snapshot:
    """One audit, read once."""

    def __init__(self, audit: Audit) -> None:
        self.audit = audit
        self.answers = list(audit.answers.select_related("item").order_by("position"))
        self.evidence: dict[int, list[Evidence]] = defaultdict(list)
        for file in audit.evidence.order_by("number"):
            self.evidence[file.answer_id].append(file)
        self.held = {meeting.kind: meeting for meeting in audit.meetings.all()}
        self.team = list(audit.team.select_related("person").order_by("id"))
        self.links = list(
            AuditFinding.objects.filter(audit=audit)
            .exclude(finding__state=FindingState.WITHDRAWN)
            .select_related("finding__grade")
            .prefetch_related("finding__clauses__clause", "finding__responses", "finding__actions")
            .order_by("id")
        )
        scale = list(audit.scheme.grades.order_by("position"))
        self.grades = list(
            {grade.pk: grade for grade in (*scale, *(link.finding.grade for link in self.links))}.values()
        )
        self.homes = homes_of([member.person_id for member in self.team], audit.starts_on)

    def content(self, version: int, issued_at: datetime, issuer: str, reason: str) -> c.ReportContent:
        audit = self.audit
        return c.ReportContent(
            status="issued",
            language=audit.language,
            zone=settings.TIME_ZONE,
            number=audit.code,
            version=version,
            issued_at=issued_at,
            programme=str(audit.programme) if audit.programme else "",
            programme_owner=str(audit.organisation),
            confidentiality=_(
                "This report belongs to the audit client. It is confidential, and copied only as a whole."
            ),
            verify_url=settings.LABAUDIT_ORIGIN + reverse("reports:report-latest", args=[audit.code]),
            laboratory=self.laboratory(),
            audit=self.facts(),
            summary=self.summary(),
            findings=tuple(self.finding(link) for link in self.links),
            clauses=tuple(self.groups()),
            distribution=(
                c.Recipient(
                    name=_("Management of the laboratory"), organisation=str(audit.laboratory), copy=_("Electronic")
                ),
                c.Recipient(name=_("Audit client"), organisation=str(audit.organisation), copy=_("Electronic")),
            ),
            amendments=tuple(self.amendments(version, issued_at, reason)),
            authorised_by=c.Signature(
                name=issuer, function=_("Team leader"), meaning=_("Approved and issued"), signed_at=issued_at
            ),
        )

    def laboratory(self) -> c.Laboratory:
        laboratory = self.audit.laboratory
        ids = [int(part) for part in laboratory.organisation.path.split(".") if part]
        names = {organisation.pk: str(organisation) for organisation in Organisation.objects.filter(pk__in=ids)}
        shown = str(laboratory)
        other = next(
            (name for name in (laboratory.name, laboratory.name_ru, laboratory.name_kk) if name and name != shown), ""
        )
        return c.Laboratory(
            name=shown,
            code=laboratory.code,
            address=address_of(laboratory),
            chain=tuple(names[pk] for pk in ids if pk in names),
            other_name=other,
            activity=laboratory.get_kind_display(),
        )

    def facts(self) -> c.Audit:
        audit = self.audit
        edition = audit.edition
        return c.Audit(
            code=audit.code,
            title=str(audit.laboratory),
            kind=audit.get_purpose_display(),
            method=audit.method,  # type: ignore[arg-type]
            starts_on=audit.starts_on,
            ends_on=audit.ends_on,
            objectives=tuple(line.strip() for line in audit.objectives.splitlines() if line.strip()),
            scope=audit.scope,
            client=str(audit.organisation),
            criteria=(
                c.Criterion(reference=edition.standard.code, edition=edition.year, title=edition.standard.title),
            ),
            places=(
                c.Place(
                    name=str(audit.laboratory),
                    address=address_of(audit.laboratory),
                    starts_on=audit.starts_on,
                    ends_on=audit.ends_on,
                    method=audit.method,  # type: ignore[arg-type]
                ),
            ),
            team=tuple(self.member(member) for member in self.team),
            participants=self.participants(),
            meetings=tuple(self.meeting(self.held[kind]) for kind in MeetingKind.values if kind in self.held),
        )

    def member(self, member: Member) -> c.TeamMember:
        return c.TeamMember(
            name=str(member.person),
            role=member.get_role_display(),
            organisation=self.homes.get(member.person_id, ""),
            is_lead=member.role == TeamRole.LEADER,
        )

    def participants(self) -> tuple[c.Participant, ...]:
        """Who of the laboratory was there: the attendance of both meetings, without the team, each once."""
        own = {str(member.person) for member in self.team}
        seen: dict[str, c.Participant] = {}
        for meeting in self.held.values():
            for person in attendance(meeting):
                if person.name not in own:
                    seen.setdefault(person.name, person)
        return tuple(seen.values())

    def meeting(self, meeting: Meeting) -> c.Meeting:
        return c.Meeting(
            kind=meeting.kind,  # type: ignore[arg-type]
            held_on=meeting.held_on,
            place=str(self.audit.laboratory),
            chaired_by=next((str(member.person) for member in self.team if member.role == TeamRole.LEADER), ""),
            attendees=tuple(attendance(meeting)),
            minutes=meeting.minutes,
        )

    def summary(self) -> c.Summary:
        audit = self.audit
        verdicts = [verdict_of(answer) for answer in self.answers]
        grades = [link.finding.grade_id for link in self.links]
        return c.Summary(
            conclusion=audit.conclusion,
            degree=audit.get_degree_display(),
            sampling=_(
                "An audit looks at a sample of the records and activities at the time of the audit. "
                "That no finding is named for a clause does not prove that there is none to be found."
            ),
            diverging_opinions=audit.diverging_opinions or _("There were none."),
            verdicts=tuple(
                c.VerdictCount(verdict=verdict, count=verdicts.count(verdict))  # type: ignore[arg-type]
                for verdict in AnswerVerdict
            ),
            grades=tuple(c.GradeCount(grade=grade_of(grade), count=grades.count(grade.pk)) for grade in self.grades),
            follow_up=_("The laboratory answers each finding in labaudit within the time that its grade gives."),
        )

    def finding(self, link: AuditFinding) -> c.Finding:
        finding = link.finding
        pictures = [file for file in self.evidence.get(link.answer_id or 0, []) if file.is_picture]
        return c.Finding(
            number=finding.number,
            title=finding.title,
            clauses=tuple(c.ClauseRef(number=ref.clause.number, letter=ref.letter) for ref in finding.clauses.all()),
            criterion=finding.requirement,
            evidence=finding.evidence,
            statement=finding.statement,
            grade=grade_of(finding.grade),
            place=str(self.audit.laboratory),
            seen_on=None,
            observed_by=_("Audit team"),
            state=finding.get_state_display(),
            answer_due_on=finding.due_on if finding.state == FindingState.RAISED else None,
            photos=tuple(
                c.Photo(
                    sha256=file.preview_sha256 or file.sha256,
                    caption=file.caption or file.name,
                    code=f"E-{file.number:02d}",
                )
                for file in pictures
            ),
            answer=self.answer_of(finding),
        )

    def answer_of(self, finding: FindingRow) -> c.LaboratoryAnswer | None:
        rounds = sorted(finding.responses.all(), key=lambda response: response.round)
        if not rounds:
            return None
        last = rounds[-1]
        return c.LaboratoryAnswer(
            correction=last.correction,
            extent=last.extent,
            cause=last.cause,
            effectiveness=last.effectiveness,
            received_on=timezone.localdate(last.submitted_at),
            state=last.get_decision_display(),
            actions=tuple(
                c.PlannedAction(
                    text=action.what,
                    owner=action.responsible,
                    due_on=action.due_on,
                    done_on=timezone.localdate(action.done_at) if action.done_at else None,
                )
                for action in finding.actions.all()
            ),
        )

    def groups(self) -> Iterable[c.ClauseGroup]:
        """Every question in scope, under the heading of its second-level clause (or its chapter)."""
        titles = dict(Clause.objects.filter(edition=self.audit.edition_id).values_list("number", "title"))
        raised: dict[int, list[str]] = defaultdict(list)
        for link in self.links:
            raised[link.answer_id or 0].append(link.finding.number)
        grouped: dict[str, list[c.ClauseAnswer]] = defaultdict(list)
        for answer in self.answers:
            grouped[heading_of(answer.item.clause_number)].append(self.clause_answer(answer, raised[answer.pk]))
        for number, answers in grouped.items():
            yield c.ClauseGroup(number=number, title=titles.get(number, ""), answers=tuple(answers))

    def clause_answer(self, answer: Answer, findings: list[str]) -> c.ClauseAnswer:
        left_out = verdict_of(answer) in LEFT_OUT
        item = answer.item
        return c.ClauseAnswer(
            number=f"{item.clause_number} {item.item})" if item.item else item.clause_number,
            title=item.clause_title,
            question=item.text,
            verdict=verdict_of(answer).value,  # type: ignore[arg-type]
            note="" if left_out else answer.note,
            reason=answer.note if left_out else "",
            evidence=tuple(f"E-{file.number:02d} {file.name}" for file in self.evidence.get(answer.pk, [])),
            findings=tuple(findings),
        )

    def amendments(self, version: int, issued_at: datetime, reason: str) -> Iterable[c.Amendment]:
        for earlier in Report.objects.filter(audit=self.audit).order_by("version"):
            yield c.Amendment(
                version=earlier.version,
                issued_at=earlier.issued_at,
                reason=earlier.amendment,
                sha256=earlier.content_sha256,
            )
        if reason:
            yield c.Amendment(version=version, issued_at=issued_at, reason=reason)


def grade_of(grade: Grade) -> c.Grade:
    return c.Grade(code=grade.code, label=grade.label, meaning=grade.definition, tone=TONES[grade.meaning])


def verdict_of(answer: Answer) -> AnswerVerdict:
    """What nobody answered was not assessed, in the counts and in the annex alike."""
    return AnswerVerdict(answer.verdict) if answer.verdict else AnswerVerdict.NOT_ASSESSED


def address_of(laboratory: Laboratory) -> str:
    return ", ".join(part for part in (laboratory.address, laboratory.city, laboratory.region) if part)


def homes_of(people: list[int], on: date) -> dict[int, str]:
    """The organisation in which each person held a seat on that day; a seat as an auditor before any other."""
    seats = (
        Membership.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=on), person__in=people)
        .filter(valid_from__lte=on)
        .select_related("organisation")
        .order_by("-valid_from", "-id")
    )
    ranked = sorted(seats, key=lambda seat: seat.role not in AUDITING)
    return {seat.person_id: str(seat.organisation) for seat in reversed(ranked)}


def heading_of(number: str) -> str:
    """The clause whose title heads the group: 7.8.2.1 → 7.8, but 5.4 and 6.1 stand under their chapter."""
    parts = number.split(".")
    return ".".join(parts[:2]) if len(parts) > 2 else parts[0]


def attendance(meeting: Meeting) -> Iterable[c.Participant]:
    """One person a line: name, function."""
    for line in meeting.attendance.splitlines():
        name, _comma, function = line.partition(",")
        if name.strip():
            yield c.Participant(name=name.strip(), function=function.strip())
