"""What stands in the rail and the bottom bar, each shown only to those who may use it."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.context_processors import Frame, NavItem
from laboratories.access import LABORATORY_ROLES, REGISTER_ROLES, Access, access_of
from laboratories.enums import Role

AUDIT_ROLES = (
    Role.PROGRAMME_MANAGER,
    Role.LEAD_AUDITOR,
    Role.AUDITOR,
    Role.TRAINEE,
    *LABORATORY_ROLES,
)
ROLE_ORDER = list(Role.values)


def frame(request: HttpRequest) -> Frame:
    user = request.user
    if not user.is_authenticated:
        return Frame()
    access = access_of(request)
    return Frame(
        items=tuple(items(request, access)),
        person_name=access.person_name,
        person_role=role_words(access),
        theme=user.theme,
        search_url=reverse("insight:search"),
    )


def items(request: HttpRequest, access: Access) -> list[NavItem]:
    path = request.path
    places = [NavItem(_("My work"), reverse("insight:my-work"), "work", path == "/")]
    if access.has(*AUDIT_ROLES):
        places.append(place(path, _("Audits"), "audits:audit-list", "audits"))
        places.append(place(path, _("Findings"), "findings:finding-list", "flag", pgettext("short", "Findings")))
    if access.has(*REGISTER_ROLES):
        places.append(
            place(path, _("Laboratories"), "laboratories:laboratory-list", "lab", pgettext("short", "Labs"))
        )
    elif access.laboratory_ids:
        places.append(
            place(path, _("My laboratory"), "laboratories:laboratory-list", "lab", pgettext("short", "Lab"))
        )
    places.append(place(path, _("Standards"), "standards:edition-list", "book"))
    return places


def place(path: str, label: str, url_name: str, icon: str, short: str = "") -> NavItem:
    url = reverse(url_name)
    return NavItem(label, url, icon, current=path.startswith(url), short=short or label)


def role_words(access: Access) -> str:
    """The first role of the person, in the order of the enum, in words."""
    for role in ROLE_ORDER:
        if role in access.roles:
            return str(Role(role).label)
    return ""
