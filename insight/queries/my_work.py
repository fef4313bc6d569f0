"""The home page: what waits for me, by due date, one verb each. Six statements, however much there is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from audits.enums import AuditState, TeamRole
from audits.models import Audit, AuditFinding
from audits.permissions import WORKING_ROLES
from findings.enums import SETTLED_STATES, ActionState, FindingState
from findings.models import Finding, Reviewer
from laboratories.access import Access
from laboratories.enums import Role

MOST = 60
SOON = timedelta(days=7)
REPORT_WITHIN = timedelta(days=14)


@dataclass(frozen=True)
class WorkRow:
    """One thing that waits: what it is, where, until when, and the one verb."""

    what: str
    where: str
    ref: str
    due_on: date | None
    verb: str
    url: str


@dataclass(frozen=True)
class WorkGroup:
    title: str
    rows: tuple[WorkRow, ...]
    urgent: bool


@dataclass(frozen=True)
class OnSite:
    """The audit under way that this person works in, or follows as a trainee or observer."""

    code: str
    laboratory: str
    answered: int
    total: int
    url: str
    works: bool

    @property
    def percent(self) -> int:
        return 100 * self.answered // self.total if self.total else 0


@dataclass(frozen=True)
class MyWorkPage:
    groups: tuple[WorkGroup, ...]
    waiting: tuple[WorkRow, ...]
    on_site: OnSite | None
    may_plan: bool
    may_load: bool
    sees_register: bool
    of_laboratory: bool
    total: int
    late: int


def my_work_page(access: Access, today: date) -> MyWorkPage:
    audits = my_audits(access)
    rows = [
        *audit_rows(audits),
        *laboratory_rows(access),
        *review_rows(access),
        *programme_rows(access, today, {audit.pk for audit in audits}),
    ]
    rows.sort(key=lambda row: (row.due_on is None, row.due_on or today, row.what))
    late = [row for row in rows if row.due_on and row.due_on < today]
    return MyWorkPage(
        groups=tuple(grouped(rows, today)),
        waiting=tuple(waiting_for_others(access)),
        on_site=next(iter(on_site(audits)), None),
        may_plan=access.has(Role.PROGRAMME_MANAGER, Role.LEAD_AUDITOR),
        may_load=access.has(Role.ADMINISTRATOR),
        sees_register=access.has(Role.NATIONAL_COORDINATOR),
        of_laboratory=bool(access.laboratory_ids),
        total=len(rows),
        late=len(late),
    )


def grouped(rows: list[WorkRow], today: date) -> Iterable[WorkGroup]:
    late = [row for row in rows if row.due_on and row.due_on < today]
    week = [row for row in rows if row.due_on and today <= row.due_on <= today + SOON]
    later = [row for row in rows if row.due_on is None or row.due_on > today + SOON]
    for title, part, urgent in ((_("Late"), late, True), (_("This week"), week, False), (_("Later"), later, False)):
        if part:
            yield WorkGroup(title, tuple(part), urgent)


def my_audits(access: Access) -> list[Audit]:
    """Audits in whose team this person is and that still move."""
    findings_left = AuditFinding.objects.filter(audit=OuterRef("pk")).exclude(finding__state__in=SETTLED_STATES)
    return list(
        Audit.objects.filter(team__person_id=access.person_id)
        .active()
        .with_my_role(access)
        .annotate(findings_left=Exists(findings_left))
        .select_related("laboratory")
        .order_by("ends_on", "id")[:MOST]
    )


def works_in(audit: Audit) -> bool:
    return getattr(audit, "my_role", None) in WORKING_ROLES


def audit_rows(audits: list[Audit]) -> Iterable[WorkRow]:
    for audit in filter(works_in, audits):
        leads = getattr(audit, "my_role", None) == TeamRole.LEADER
        where = f"{audit.laboratory} · {audit.get_purpose_display()}"
        if audit.state == AuditState.UNDER_WAY:
            yield checklist_row(audit, where)
        elif leads and audit.state == AuditState.PLANNED:
            what = _("Start %(code)s with the opening meeting") % {"code": audit.code}
            yield WorkRow(what, where, audit.code, audit.starts_on, pgettext("verb", "Open"), audit_url(audit))
        elif leads and audit.state == AuditState.CONCLUDED:
            what = _("Issue the report of %(code)s") % {"code": audit.code}
            yield WorkRow(
                what,
                where,
                audit.code,
                audit.ends_on + REPORT_WITHIN,
                _("Issue"),
                reverse("reports:report-issue", args=[audit.code]),
            )
        elif leads and audit.state == AuditState.REPORTED and not getattr(audit, "findings_left", True):
            what = _("Close %(code)s: all its findings are settled") % {"code": audit.code}
            yield WorkRow(what, where, audit.code, None, _("Close"), audit_url(audit))


def checklist_row(audit: Audit, where: str) -> WorkRow:
    left = audit.items_total - audit.items_answered
    url = reverse("audits:checklist", args=[audit.code])
    if left:
        what = _("Continue the checklist of %(code)s") % {"code": audit.code}
        where = f"{audit.laboratory} · " + _("%(count)s questions open") % {"count": left}
        return WorkRow(what, where, audit.code, audit.ends_on, _("Continue"), url)
    what = _("Hold the closing meeting of %(code)s") % {"code": audit.code}
    return WorkRow(what, where, audit.code, audit.ends_on, pgettext("verb", "Open"), audit_url(audit))


def audit_url(audit: Audit) -> str:
    return reverse("audits:audit-detail", args=[audit.code])


def on_site(audits: list[Audit]) -> Iterable[OnSite]:
    for audit in audits:
        if audit.state == AuditState.UNDER_WAY:
            yield OnSite(
                audit.code,
                str(audit.laboratory),
                audit.items_answered,
                audit.items_total,
                reverse("audits:checklist", args=[audit.code]),
                works_in(audit),
            )


def laboratory_rows(access: Access) -> Iterable[WorkRow]:
    """Findings that a laboratory must answer, and actions it must carry out."""
    if not access.laboratory_ids:
        return
    states = [FindingState.RAISED, FindingState.RETURNED, FindingState.ACCEPTED]
    findings = (
        Finding.objects.filter(
            laboratory_id__in=access.laboratory_ids, state__in=states, grade__response_required=True
        )
        .annotate(actions_left=Count("actions", filter=Q(actions__state=ActionState.OPEN)))
        .select_related("laboratory")
        .order_by("due_on", "id")[:MOST]
    )
    for finding in findings:
        if finding.state == FindingState.ACCEPTED:
            left = getattr(finding, "actions_left", 0)
            if left:
                what, verb = _("Carry out the actions of %(number)s"), _("Carry out")
            else:
                what, verb = _("Report the actions of %(number)s as done"), pgettext("verb", "Report")
        elif not access.manages_laboratory(finding.laboratory_id):
            continue
        elif finding.state == FindingState.RETURNED:
            what, verb = _("Answer %(number)s again: it was returned"), pgettext("verb", "Answer")
        else:
            what, verb = _("Answer %(number)s"), pgettext("verb", "Answer")
        yield finding_row(finding, what, verb)


def review_rows(access: Access) -> Iterable[WorkRow]:
    """Answers to decide on and evidence to check."""
    findings = (
        Finding.objects.filter(
            reviewers__person_id=access.person_id,
            reviewers__decides=True,
            state__in=[FindingState.ANSWERED, FindingState.IMPLEMENTED],
        )
        .select_related("laboratory")
        .order_by("due_on", "id")[:MOST]
    )
    for finding in findings:
        if finding.state == FindingState.ANSWERED:
            yield finding_row(finding, _("Decide on the answer to %(number)s"), _("Decide"))
        else:
            yield finding_row(finding, _("Check the evidence for %(number)s"), _("Check"))


def programme_rows(access: Access, today: date, own: set[int]) -> Iterable[WorkRow]:
    """What runs late in the programmes that this person manages: audits, reports, overdue findings."""
    if not access.has(Role.PROGRAMME_MANAGER):
        return
    below = access.subtree_filter("organisation__path", Role.PROGRAMME_MANAGER)
    late = (
        Q(state=AuditState.PLANNED, starts_on__lt=today)
        | Q(state=AuditState.UNDER_WAY, ends_on__lt=today)
        | Q(state=AuditState.CONCLUDED, ends_on__lt=today - REPORT_WITHIN)
    )
    audits = Audit.objects.filter(below, late).exclude(pk__in=own).select_related("laboratory")
    for audit in audits.order_by("ends_on", "id")[:MOST]:
        yield late_audit_row(audit)
    overdue = list(
        Finding.objects.filter(below).overdue(today).order_by("due_on").values_list("due_on", flat=True)[:MOST]
    )
    if overdue:
        what = ngettext("%(count)s finding is overdue", "%(count)s findings are overdue", len(overdue))
        url = reverse("findings:finding-list") + "?show=overdue"
        where = _("in the laboratories of your programmes")
        yield WorkRow(what % {"count": len(overdue)}, where, "", overdue[0], _("Look"), url)


def late_audit_row(audit: Audit) -> WorkRow:
    words = {
        AuditState.PLANNED: (_("%(code)s has not started"), audit.starts_on),
        AuditState.UNDER_WAY: (_("%(code)s is past its last day"), audit.ends_on),
        AuditState.CONCLUDED: (_("The report of %(code)s is not issued"), audit.ends_on + REPORT_WITHIN),
    }
    what, due_on = words[AuditState(audit.state)]
    return WorkRow(
        what % {"code": audit.code}, str(audit.laboratory), audit.code, due_on, _("Look"), audit_url(audit)
    )


def waiting_for_others(access: Access) -> Iterable[WorkRow]:
    """What I wait for: the laboratory's turn on findings I review; the team's turn on findings of my laboratory."""
    reviewed = Reviewer.objects.filter(person_id=access.person_id, decides=True).order_by().values("finding_id")
    theirs = Finding.objects.filter(
        pk__in=reviewed, state__in=[FindingState.RAISED, FindingState.RETURNED, FindingState.ACCEPTED]
    )
    ours = Finding.objects.filter(
        laboratory_id__in=access.laboratory_ids, state__in=[FindingState.ANSWERED, FindingState.IMPLEMENTED]
    )
    mine = theirs.order_by().values("pk").union(ours.order_by().values("pk"))
    findings = Finding.objects.filter(pk__in=mine).select_related("laboratory").order_by("due_on", "id")[:6]
    for finding in findings:
        yield finding_row(finding, f"%(number)s: {finding.get_state_display()}", "")


def finding_row(finding: Finding, what: str, verb: str) -> WorkRow:
    where = f"{finding.laboratory} · {finding.title}"
    url = reverse("findings:finding-detail", args=[finding.pk])
    return WorkRow(what % {"number": finding.number}, where, finding.source_ref, finding.due_on, verb, url)
