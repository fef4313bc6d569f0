"""Who may do what with standards. Everyone who is signed in reads them. Pure."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from core.verdict import ALLOWED, Denied, Verdict

if TYPE_CHECKING:
    from core.gatekeeper import RoleHolder

KEEPER = "administrator"


def may_import(access: "RoleHolder") -> Verdict:
    """Standards belong to the whole installation, so only administrators load them."""
    if access.has(KEEPER):
        return ALLOWED
    return Denied(_("Only administrators load standards."))
