"""The page of one audit: what it is, where it stands, who acts next, what was found."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from audits.enums import AuditState, MeetingKind, TeamRole
from audits.models import Audit, AuditFinding, Meeting, TeamMember
from audits.permissions import may_change_plan, may_read_checklist, may_record_answer
from audits.queries.audit_list import state_tag
from audits.workflow import AUDIT
from core.history import lines_of
from core.models import HistoryLine
from core.verdict import Verdict
from findings.enums import FindingState, Side
from laboratories.access import Access

S = AuditState
# The steps of the stepper, and which of them is "now" in each state.
STEPS = (S.PLANNED, S.UNDER_WAY, S.CONCLUDED, S.REPORTED, S.CLOSED)
NOW = {S.PLANNED: 0, S.UNDER_WAY: 1, S.CONCLUDED: 3, S.REPORTED: 4, S.CLOSED: 5}
STEP_LABELS = (
    gettext_lazy("Plan"),
    gettext_lazy("Audit"),
    gettext_lazy("Closing meeting"),
    gettext_lazy("Report"),
    gettext_lazy("Closed"),
)
HISTORY = {
    "plan": gettext_lazy("Planned the audit."),
    "change_plan": gettext_lazy("Changed the plan."),
    "start": gettext_lazy("Held the opening meeting and started the audit."),
    "conclude": gettext_lazy("Held the closing meeting; the answers are frozen."),
    "report": gettext_lazy("Issued the report."),
    "close": gettext_lazy("Closed the audit."),
    "cancel": gettext_lazy("Cancelled the audit."),
}
FINDING_TAGS = {
    FindingState.DRAFT: "none",
    FindingState.CLOSED: "plain",
    FindingState.WITHDRAWN: "none",
}


@dataclass(frozen=True, slots=True)
class StepMark:
    label: str
    state: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Primary:
    """The one thing this person does next. `step` is set when it is a POST; `why` says what stands in the way."""

    label: str
    url: str
    icon: str = "right"
    post: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    words: str
    mine: bool


@dataclass(frozen=True, slots=True)
class TeamLine:
    name: str
    part: str


@dataclass(frozen=True, slots=True)
class FindingLine:
    number: str
    title: str
    url: str
    clauses: list[str]
    grade: str
    state: str
    state_tag: str
    due_on: date | None
    is_open: bool
    is_draft: bool


@dataclass(frozen=True, slots=True)
class MeetingView:
    title: str
    held_on: date
    present: list[str]
    minutes: str


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    who: str
    when: str
    text: str
    side: str = "team"
    quote: str = ""


@dataclass(frozen=True)
class AuditPage:
    audit: Audit
    laboratory: str
    state: SafeString
    late: bool
    steps: list[StepMark]
    turn: Turn | None
    primary: Primary | None
    team: list[TeamLine]
    findings: list[FindingLine]
    meetings: list[MeetingView]
    timeline: list[TimelineEntry]
    language: str
    urls: dict[str, str] = field(default_factory=dict)
    shows_checklist: bool = False
    may_change: bool = False
    may_cancel: bool = False
    conclude_why: str = ""


def audit_page(audit: Audit, access: Access) -> AuditPage:
    """`audit` comes with its laboratory, organisation, edition, scheme, programme, checklist and my_role."""
    team = list(audit.team.select_related("person"))
    leader = next((member.person.name for member in team if member.role == TeamRole.LEADER), "")
    steps = {step.name: verdict for step, verdict in AUDIT.open_to(access, audit)}
    urls = urls_of(audit, access)
    reads_checklist = bool(may_read_checklist(access, audit))
    return AuditPage(
        audit=audit,
        laboratory=audit.laboratory.local_name,
        state=state_tag(audit.state),
        late=audit.is_late(timezone.localdate()),
        steps=steps_of(audit, leader),
        turn=turn_of(audit, access, leader, steps),
        primary=primary_of(audit, access, steps, urls),
        team=[TeamLine(member.person.name, str(TeamRole(member.role).label)) for member in ordered(team)],
        findings=findings_of(audit, with_drafts=reads_checklist),
        meetings=meetings_of(audit),
        timeline=[entry_of(line) for line in lines_of(audit)],
        language=dict(settings.LANGUAGES).get(audit.language, audit.language),
        urls=urls,
        shows_checklist=reads_checklist,
        may_change=bool(may_change_plan(access, audit)) and audit.state in (S.PLANNED, S.UNDER_WAY),
        may_cancel="cancel" in steps,
        conclude_why=steps["conclude"].reason if "conclude" in steps else "",
    )


def urls_of(audit: Audit, access: Access) -> dict[str, str]:
    base = reverse("audits:audit-detail", args=[audit.code])
    urls = {name: f"{base}{name}/" for name in ("start", "conclude", "close", "edit", "cancel", "checklist")}
    if access.reads_laboratory(audit.laboratory):  # an auditor sees the audit, not the register
        urls["laboratory"] = reverse("laboratories:laboratory-detail", args=[audit.laboratory.code])
    if audit.state == S.CONCLUDED:
        urls["issue"] = reverse("reports:report-issue", args=[audit.code])
    if audit.state in (S.REPORTED, S.CLOSED):
        urls["report"] = reverse("reports:report-latest", args=[audit.code])
    return urls


def ordered(team: list[TeamMember]) -> list[TeamMember]:
    rank = {role: place for place, role in enumerate(TeamRole.values)}
    return sorted(team, key=lambda member: (rank[member.role], member.person.name))


def steps_of(audit: Audit, leader: str) -> list[StepMark]:
    if audit.state == S.CANCELLED:
        return []
    now = NOW[AuditState(audit.state)]
    states = ["done"] * now + ["now", "next"] + ["later"] * len(STEPS)
    notes = (audit.planned_at, audit.started_at, audit.concluded_at, audit.reported_at, audit.closed_at)
    said = {"done": lambda place: day_of(notes[place]), "now": lambda _place: now_note(audit, leader)}
    return [
        StepMark(str(label), state, said[state](place) if state in said else "")
        for place, (label, state) in enumerate(zip(STEP_LABELS, states, strict=False))
    ]


def now_note(audit: Audit, leader: str) -> str:
    if audit.state == S.REPORTED:
        return _("when all findings are settled")
    return leader


def day_of(moment: datetime | date | None) -> str:
    if moment is None:
        return ""
    day = timezone.localtime(moment).date() if isinstance(moment, datetime) else moment
    return str(date_format(day, pgettext("date format", "j M Y")))


def turn_of(audit: Audit, access: Access, leader: str, steps: dict[str, Verdict]) -> Turn | None:
    """Whose turn it is, in a sentence; nothing when the audit is over."""
    if audit.state in (S.CLOSED, S.CANCELLED):
        return None
    words = {
        "start": _("Hold the opening meeting: it starts the audit."),
        "conclude": under_way_words(audit),
        "report": _("Issue the report."),
        "close": _("Follow the findings up; close the audit when all are settled."),
    }
    step = next((name for name in words if name in steps), None)
    if step is not None:
        return Turn(words[step], mine=True)
    if audit.state == S.UNDER_WAY and may_record_answer(access, audit):
        return Turn(_("Answer your part of the checklist."), mine=True)
    return Turn(waiting_words(audit, leader), mine=False)


def under_way_words(audit: Audit) -> str:
    if audit.items_answered < audit.items_total:
        return _("Answer the checklist, then hold the closing meeting.")
    return _("Every question is answered: hold the closing meeting.")


def waiting_words(audit: Audit, leader: str) -> str:
    names = {"leader": leader, "date": day_of(audit.starts_on)}
    words = {
        S.PLANNED: _("%(leader)s opens the audit; its first day is %(date)s."),
        S.UNDER_WAY: _("The audit is under way, led by %(leader)s."),
        S.CONCLUDED: _("%(leader)s issues the report next."),
        S.REPORTED: _("The report is issued; %(leader)s closes the audit when all findings are settled."),
    }
    return words[AuditState(audit.state)] % names


def primary_of(audit: Audit, access: Access, steps: dict[str, Verdict], urls: dict[str, str]) -> Primary | None:
    """At most one filled button."""
    if "start" in steps:
        return Primary(_("Start the audit"), urls["start"], why=steps["start"].reason)
    if audit.state == S.UNDER_WAY and may_record_answer(access, audit):
        if steps.get("conclude"):
            return Primary(_("Hold the closing meeting"), urls["conclude"])
        label = _("Continue the checklist") if audit.items_answered else _("Open the checklist")
        return Primary(label, urls["checklist"])
    if "report" in steps:
        return Primary(_("Issue the report"), urls["issue"], icon="doc", why=steps["report"].reason)
    if "close" in steps:
        return Primary(_("Close the audit"), urls["close"], icon="lock", post=True, why=steps["close"].reason)
    return None


def findings_of(audit: Audit, *, with_drafts: bool) -> list[FindingLine]:
    """Drafts are the team's working paper: the laboratory does not see them. Two statements."""
    links = AuditFinding.objects.filter(audit=audit).select_related("finding__grade")
    if not with_drafts:
        links = links.exclude(finding__state=FindingState.DRAFT)
    return [finding_line(link) for link in links.prefetch_related("finding__clauses__clause").order_by("id")]


def finding_line(link: AuditFinding) -> FindingLine:
    finding = link.finding
    return FindingLine(
        number=finding.number,
        title=finding.title,
        url=reverse("findings:finding-detail", args=[finding.pk]),
        clauses=[cited.reference for cited in finding.clauses.all()],
        grade=finding.grade.meaning,
        state=str(FindingState(finding.state).label),
        state_tag=FINDING_TAGS.get(FindingState(finding.state), "accent"),
        due_on=finding.due_on,
        is_open=finding.is_open,
        is_draft=finding.state == FindingState.DRAFT,
    )


def meetings_of(audit: Audit) -> list[MeetingView]:
    return [meeting_view(meeting) for meeting in audit.meetings.order_by("id")]


def meeting_view(meeting: Meeting) -> MeetingView:
    present = [line.strip() for line in meeting.attendance.splitlines() if line.strip()]
    return MeetingView(str(MeetingKind(meeting.kind).label), meeting.held_on, present, meeting.minutes)


def entry_of(line: HistoryLine) -> TimelineEntry:
    text = str(HISTORY.get(line.step, line.step))
    when = date_format(timezone.localtime(line.at), pgettext("date format", "j M Y, H:i"))
    side = "lab" if line.side == Side.LABORATORY else "team"
    return TimelineEntry(line.by_name or _("The system"), when, text, side, line.reason)
