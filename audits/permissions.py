"""Who may do what in an audit. Pure: `audit` carries `my_role` (see with_my_role) and its organisation."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from audits.enums import TeamRole
from core.verdict import ALLOWED, Denied, Verdict
from laboratories.enums import Role

if TYPE_CHECKING:
    from audits.models import Audit
    from laboratories.access import Access
    from laboratories.models import Laboratory

WORKING_ROLES = frozenset({TeamRole.LEADER, TeamRole.AUDITOR, TeamRole.EXPERT})


def part_of(audit: "Audit") -> str | None:
    return getattr(audit, "my_role", None)


def runs_programme(access: "Access", audit: "Audit") -> bool:
    """Above the audit; but whoever belongs to the laboratory stands on its side, whatever else she is."""
    return audit.laboratory_id not in access.laboratory_ids and access.over(
        audit.organisation.path, Role.PROGRAMME_MANAGER
    )


def may_plan(access: "Access", laboratory: "Laboratory | None" = None) -> Verdict:
    """Plan an audit (of this laboratory, when one is named). Nobody plans the audit of her own laboratory."""
    if not access.has(Role.PROGRAMME_MANAGER, Role.LEAD_AUDITOR):
        return Denied(_("Audits are planned by programme managers and lead auditors."))
    if laboratory is None:
        return ALLOWED
    if not access.over(laboratory.organisation.path, Role.PROGRAMME_MANAGER, Role.LEAD_AUDITOR):
        return Denied(_("This laboratory belongs to another organisation."))
    return ALLOWED


def may_lead(access: "Access", audit: "Audit") -> Verdict:
    """Start, hold the meetings, issue the report, close: the team leader."""
    if part_of(audit) == TeamRole.LEADER:
        return ALLOWED
    return Denied(_("Only the leader of the audit team does this."))


def may_change_plan(access: "Access", audit: "Audit") -> Verdict:
    if part_of(audit) == TeamRole.LEADER or runs_programme(access, audit):
        return ALLOWED
    return Denied(_("Only the team leader or the programme manager changes the plan."))


def may_read_checklist(access: "Access", audit: "Audit") -> Verdict:
    """The checklist is the working paper of the team."""
    if part_of(audit) or runs_programme(access, audit):
        return ALLOWED
    return Denied(_("The checklist is the working paper of the audit team; its results are in the report."))


def may_record_answer(access: "Access", audit: "Audit") -> Verdict:
    if part_of(audit) in WORKING_ROLES:
        return ALLOWED
    return Denied(_("Only the working members of the audit team record answers."))


def may_raise_finding(access: "Access", audit: "Audit") -> Verdict:
    return may_record_answer(access, audit)


def may_read_report(access: "Access", audit: "Audit") -> Verdict:
    """Whoever sees the audit reads its issued reports."""
    return ALLOWED
