"""The list of audits: three statements at any size, and no count(*)."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from audits.enums import AuditState, Purpose, TeamRole
from audits.models import Audit, AuditQuerySet, TeamMember
from core.templatetags.ui import tag
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
COLUMNS = (
    "code",
    "purpose",
    "state",
    "starts_on",
    "ends_on",
    "items_answered",
    "items_total",
    "laboratory__name",
    "laboratory__name_ru",
    "laboratory__name_kk",
    "laboratory__region",
)
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
class AuditRow:
    """Ready to be written out: fifty of these are drawn on a page."""

    code: str
    url: str
    purpose: str
    laboratory: str
    region: str
    leader: str
    first_day: str
    first_words: str
    last_day: str
    last_words: str
    state: SafeString
    late_since: date | None
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
    rows = found.select_related("laboratory").only(*COLUMNS).order_by(*order)
    audits = list(rows[start : start + PAGE_SIZE + 1])
    shown = rows_of(audits[:PAGE_SIZE], today)
    asked = any(filters.get(name) for name in ("text", "state", "year", "mine", "late"))
    return AuditListPage(shown, page, len(audits) > PAGE_SIZE, asked)


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


def rows_of(audits: list[Audit], today: date) -> list[AuditRow]:
    leaders, base = leaders_of(audits), reverse("audits:audit-list")
    states = {state: state_tag(state) for state in {audit.state for audit in audits}}
    return [row_of(audit, base, leaders.get(audit.pk, ""), states[audit.state], today) for audit in audits]


def row_of(audit: Audit, base: str, leader: str, state: SafeString, today: date) -> AuditRow:
    return AuditRow(
        code=audit.code,
        url=f"{base}{audit.code}/",
        purpose=str(Purpose(audit.purpose).label),
        laboratory=audit.laboratory.local_name,
        region=audit.laboratory.region,
        leader=leader,
        first_day=audit.starts_on.isoformat(),
        first_words=day_words(audit.starts_on, get_language() or ""),
        last_day="" if audit.ends_on == audit.starts_on else audit.ends_on.isoformat(),
        last_words=day_words(audit.ends_on, get_language() or ""),
        state=state,
        late_since=audit.ends_on if audit.is_late(today) else None,
        answered=audit.items_answered,
        total=audit.items_total,
    )


def state_tag(state: str) -> SafeString:
    kind, icon = STATE_LOOKS[state]
    return tag(str(AuditState(state).label), kind, icon)


@lru_cache(maxsize=4096)
def day_words(day: date, _language: str) -> str:
    """A day in the language of the person; the same few days come again and again."""
    return str(date_format(day))
