"""The list of audits: three statements at any size, and no count(*)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from audits.enums import AuditState, Purpose, TeamRole
from audits.models import Audit, AuditQuerySet, TeamMember
from laboratories.access import Access

PAGE_SIZE = 50
ACTIVE = "active"
ORDERS: dict[str, tuple[str, ...]] = {
    "dates": ("starts_on", "id"),
    "-dates": ("-starts_on", "-id"),
    "code": ("code",),
    "-code": ("-code",),
    "laboratory": ("laboratory__sort_name", "-starts_on", "-id"),
    "-laboratory": ("-laboratory__sort_name", "-starts_on", "-id"),
}
# Word of the state: kind of tag, icon. Green, amber and red belong to verdicts and deadlines.
STATE_LOOKS: dict[str, tuple[str, str]] = {
    AuditState.PLANNED: ("plain", "date"),
    AuditState.UNDER_WAY: ("accent", "edit"),
    AuditState.CONCLUDED: ("plain", "people"),
    AuditState.REPORTED: ("plain", "doc"),
    AuditState.CLOSED: ("plain", "lock"),
    AuditState.CANCELLED: ("none", "close"),
}


@dataclass(frozen=True, slots=True)
class StateTag:
    words: str
    kind: str
    icon: str

    @classmethod
    def of(cls, state: str) -> "StateTag":
        kind, icon = STATE_LOOKS[state]
        return cls(str(AuditState(state).label), kind, icon)


@dataclass(frozen=True, slots=True)
class AuditRow:
    code: str
    url: str
    purpose: str
    laboratory: str
    region: str
    leader: str
    starts_on: date
    ends_on: date
    state: StateTag
    late: bool
    answered: int
    total: int


@dataclass(frozen=True, slots=True)
class AuditListPage:
    rows: list[AuditRow]
    page: int
    has_next: bool
    filtered: bool

    @property
    def before(self) -> int:
        return self.page - 1

    @property
    def after(self) -> int:
        return self.page + 1


def audit_list_page(access: Access, filters: dict[str, Any]) -> AuditListPage:
    """One more row than a page is read: it tells whether there is a next page."""
    today = timezone.localdate()
    page = filters.get("page") or 1
    start = (page - 1) * PAGE_SIZE
    order = ORDERS.get(filters.get("sort") or "", ORDERS["-dates"])
    found = filtered(Audit.objects.visible_to(access), access, filters, today)
    audits = list(found.select_related("laboratory").order_by(*order)[start : start + PAGE_SIZE + 1])
    shown = audits[:PAGE_SIZE]
    leaders = leaders_of(shown)
    rows = [row_of(audit, leaders.get(audit.pk, ""), today) for audit in shown]
    asked = any(filters.get(name) for name in ("text", "state", "year", "mine", "late"))
    return AuditListPage(rows, page, len(audits) > PAGE_SIZE, asked)


def filtered(audits: AuditQuerySet, access: Access, filters: dict[str, Any], today: date) -> AuditQuerySet:
    if filters.get("state"):
        state = filters["state"]
        audits = audits.active() if state == ACTIVE else audits.filter(state=state)
    if filters.get("year"):
        year = int(filters["year"])
        audits = audits.filter(starts_on__gte=date(year, 1, 1), starts_on__lte=date(year, 12, 31))
    if filters.get("mine"):
        audits = audits.filter(Exists(TeamMember.objects.filter(audit=OuterRef("pk"), person_id=access.person_id)))
    if filters.get("late"):
        audits = audits.filter(state__in=[AuditState.PLANNED, AuditState.UNDER_WAY], ends_on__lt=today)
    return audits.filter(named(filters["text"])) if filters.get("text") else audits


def named(text: str) -> Q:
    """By code or by any name of the laboratory."""
    condition = Q(code__icontains=text) | Q(laboratory__code__iexact=text)
    for field in ("name", "name_ru", "name_kk"):
        condition |= Q(**{f"laboratory__{field}__icontains": text})
    return condition


def leaders_of(audits: list[Audit]) -> dict[int, str]:
    rows = TeamMember.objects.filter(audit__in=[audit.pk for audit in audits], role=TeamRole.LEADER)
    return dict(rows.order_by().values_list("audit_id", "person__name"))


def row_of(audit: Audit, leader: str, today: date) -> AuditRow:
    return AuditRow(
        code=audit.code,
        url=f"{reverse('audits:audit-list')}{audit.code}/",
        purpose=str(Purpose(audit.purpose).label),
        laboratory=audit.laboratory.local_name,
        region=audit.laboratory.region,
        leader=leader,
        starts_on=audit.starts_on,
        ends_on=audit.ends_on,
        state=StateTag.of(audit.state),
        late=audit.is_late(today),
        answered=audit.items_answered,
        total=audit.items_total,
    )
