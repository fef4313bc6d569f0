"""Who may do what with a finding. Pure: `finding` carries `decides` (see with_my_part)."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from core.verdict import ALLOWED, Denied, Verdict

if TYPE_CHECKING:
    from findings.models import Finding
    from laboratories.access import Access


def may_answer(access: "Access", finding: "Finding") -> Verdict:
    if access.manages_laboratory(finding.laboratory_id):
        return ALLOWED
    return Denied(_("Only the manager of the laboratory answers a finding."))


def may_carry_out(access: "Access", finding: "Finding") -> Verdict:
    """Mark an action as done and add evidence to it: the laboratory's own people."""
    if finding.laboratory_id in access.laboratory_ids:
        return ALLOWED
    return Denied(_("Only people of the laboratory carry out its actions."))


def may_judge(access: "Access", finding: "Finding") -> Verdict:
    """Accept, return, close, withdraw. Never by the laboratory itself."""
    if finding.laboratory_id in access.laboratory_ids:
        return Denied(_("A laboratory does not judge its own finding."))
    if getattr(finding, "decides", None):
        return ALLOWED
    return Denied(_("Only the auditors of this audit decide on its findings."))


def may_write(access: "Access", finding: "Finding") -> Verdict:
    """Change a draft."""
    return may_judge(access, finding)
