"""Who may see what of the network. Pure."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from core.verdict import ALLOWED, Denied, Verdict
from laboratories.enums import Role

if TYPE_CHECKING:
    from laboratories.access import Access
    from laboratories.models import Laboratory


def may_read_people(access: "Access", laboratory: "Laboratory") -> Verdict:
    """Names of a laboratory's people: her own colleagues, and those who audit or administer there."""
    if laboratory.pk in access.laboratory_ids:
        return ALLOWED
    path = laboratory.organisation.path
    if access.over(path, Role.ADMINISTRATOR, Role.PROGRAMME_MANAGER, Role.LEAD_AUDITOR):
        return ALLOWED
    return Denied(_("The people of a laboratory are shown to those who work with it."))


def may_see_audits(access: "Access", laboratory: "Laboratory") -> Verdict:
    """Whether a link to the laboratory's audits leads anywhere; the audits themselves ask again."""
    path = laboratory.organisation.path
    if laboratory.pk in access.laboratory_ids or access.over(path, Role.PROGRAMME_MANAGER, Role.LEAD_AUDITOR):
        return ALLOWED
    return Denied(_("Audits are shown to those who take part in them."))


def may_have_audited(access: "Access", laboratory: "Laboratory") -> Verdict:
    """Plan an audit here: lead auditors and programme managers above it, never the laboratory itself."""
    if laboratory.pk in access.laboratory_ids:
        return Denied(_("Nobody plans the audit of her own laboratory."))
    if access.over(laboratory.organisation.path, Role.PROGRAMME_MANAGER, Role.LEAD_AUDITOR):
        return ALLOWED
    return Denied(_("Audits are planned by programme managers and lead auditors."))
