"""The register and the page of one laboratory."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from core.verdict import Verdict
from laboratories.access import Access
from laboratories.enums import Activity, Role, Sector
from laboratories.models import Laboratory, LaboratoryQuerySet, Membership, Organisation
from laboratories.permissions import may_have_audited, may_read_people, may_see_audits

PAGE_SIZE = 50
ORDERS: dict[str, tuple[str, ...]] = {
    name: tuple(sign + column for column in columns)
    for key, columns in {
        "name": ("sort_name", "id"),
        "code": ("code",),
        "kind": ("kind", "sort_name", "id"),
        "level": ("level", "sort_name", "id"),
        "region": ("region", "sort_name", "id"),
        "organisation": ("organisation__path", "sort_name", "id"),
    }.items()
    for sign, name in (("", key), ("-", f"-{key}"))
}
NAME_COLUMNS = ("name", "name_ru", "name_kk", "code", "city")


@dataclass(frozen=True, slots=True)
class LaboratoryRow:
    name: str
    other_name: str
    code: str
    kind: str
    level: str
    region: str
    city: str
    organisation: str
    url: str


@dataclass(frozen=True, slots=True)
class LaboratoryListPage:
    rows: list[LaboratoryRow]
    page: Page[Laboratory]
    total: int
    filtered: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    name: str
    role: str
    email: str


@dataclass(frozen=True, slots=True)
class LaboratoryPage:
    name: str
    other_names: list[tuple[str, str]]
    code: str
    kind: str
    level: str
    sectors: list[str]
    activities: list[str]
    management: str
    place: str
    region: str
    address: str
    business_id: str
    owners: list[str]
    people: list[PersonRow]
    may_read_people: Verdict
    may_plan: Verdict
    may_see_audits: Verdict
    plan_url: str
    audits_url: str


def laboratory_list_page(access: Access, asked: dict[str, Any]) -> LaboratoryListPage:
    """Two statements: how many, and the rows of this page."""
    order = ORDERS.get(asked.get("sort") or "", ORDERS["name"])
    found = filtered(Laboratory.objects.visible_to(access), asked).select_related("organisation").order_by(*order)
    page = Paginator(found, PAGE_SIZE).get_page(asked.get("page") or 1)
    names = ("text", "kind", "sector", "region", "organisation")
    return LaboratoryListPage(
        rows=[_row(laboratory) for laboratory in page.object_list],
        page=page,
        total=page.paginator.count,
        filtered=any(asked.get(name) for name in names),
    )


def filtered(laboratories: LaboratoryQuerySet, asked: dict[str, Any]) -> LaboratoryQuerySet:
    if asked.get("kind"):
        laboratories = laboratories.filter(kind=asked["kind"])
    if asked.get("sector"):
        laboratories = laboratories.filter(sectors__contains=[asked["sector"]])
    if asked.get("region"):
        laboratories = laboratories.filter(region=asked["region"])
    if asked.get("organisation"):
        laboratories = laboratories.filter(organisation__path__startswith=asked["organisation"])
    for word in str(asked.get("text") or "").split()[:6]:
        condition = Q(pk__in=[])
        for column in NAME_COLUMNS:
            condition |= Q(**{f"{column}__icontains": word})
        laboratories = laboratories.filter(condition)
    return laboratories


def regions(access: Access) -> list[str]:
    """The regions in which this person sees laboratories (one statement)."""
    seen = Laboratory.objects.visible_to(access).order_by("region")
    return list(seen.values_list("region", flat=True).distinct())


def organisations(access: Access) -> list[tuple[str, str]]:
    """Path and indented name of every organisation this person sees (one statement)."""
    seen = list(Organisation.objects.visible_to(access).order_by("path"))
    top = min((organisation.path.count(".") for organisation in seen), default=1)
    return [(one.path, "– " * (one.path.count(".") - top) + one.local_name) for one in _as_tree(seen)]


def _as_tree(organisations: list[Organisation]) -> list[Organisation]:
    """Parents before their parts, ids compared as numbers."""
    return sorted(organisations, key=lambda one: [int(part) for part in one.path.split(".") if part])


def _row(laboratory: Laboratory) -> LaboratoryRow:
    name = laboratory.local_name
    return LaboratoryRow(
        name=name,
        other_name=next((other for other in _names(laboratory).values() if other and other != name), ""),
        code=laboratory.code,
        kind=str(laboratory.get_kind_display()),
        level=str(laboratory.get_level_display()),
        region=laboratory.region,
        city=laboratory.city,
        organisation=laboratory.organisation.local_name,
        url=reverse("laboratories:laboratory-detail", args=[laboratory.code]),
    )


def _names(laboratory: Laboratory) -> dict[str, str]:
    return {"kk": laboratory.name_kk, "ru": laboratory.name_ru, "en": laboratory.name}


def laboratory_page(laboratory: Laboratory, access: Access) -> LaboratoryPage:
    """Two statements at most; `laboratory` comes with its organisation."""
    people = may_read_people(access, laboratory)
    name = laboratory.local_name
    return LaboratoryPage(
        name=name,
        other_names=[(language, other) for language, other in _names(laboratory).items() if other and other != name],
        code=laboratory.code,
        kind=str(laboratory.get_kind_display()),
        level=str(laboratory.get_level_display()),
        sectors=[str(Sector(sector).label) for sector in laboratory.sectors],
        activities=[str(Activity(activity).label) for activity in laboratory.activities],
        management=str(laboratory.get_management_option_display()),
        place=", ".join(part for part in (laboratory.city, laboratory.region) if part),
        region=laboratory.region,
        address=laboratory.address,
        business_id=laboratory.business_id,
        owners=_owners(laboratory),
        people=_people(laboratory) if people else [],
        may_read_people=people,
        may_plan=may_have_audited(access, laboratory),
        may_see_audits=may_see_audits(access, laboratory),
        plan_url=f"{reverse('audits:audit-create')}?{urlencode({'laboratory': laboratory.code})}",
        audits_url=f"{reverse('audits:audit-list')}?{urlencode({'text': laboratory.code})}",
    )


def _owners(laboratory: Laboratory) -> list[str]:
    """From the ministry down to the owner: names only."""
    ids = [int(part) for part in laboratory.organisation.path.split(".") if part]
    found = Organisation.objects.in_bulk(ids)
    return [found[pk].local_name for pk in ids if pk in found]


def _people(laboratory: Laboratory) -> list[PersonRow]:
    today = timezone.localdate()
    valid = Membership.objects.filter(laboratory=laboratory, valid_from__lte=today, person__is_active=True)
    seats = valid.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=today)).select_related("person")
    order = list(Role.values)
    ranked = sorted(seats, key=lambda seat: (order.index(seat.role), seat.person.name))
    return [PersonRow(seat.person.name, str(seat.get_role_display()), seat.person.email) for seat in ranked]
