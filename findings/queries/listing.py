"""The list of findings: filtered, sorted, and paged by key, so that no page costs more than the first."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from findings.enums import SETTLED_STATES, FindingState
from findings.models import FAR, Finding, FindingQuerySet
from findings.queries.turns import is_mine, side_of
from laboratories.models import Laboratory

if TYPE_CHECKING:
    from laboratories.access import Access

PAGE_SIZE = 50
MOST_CHOICES = 50


@dataclass(frozen=True, slots=True)
class Sort:
    """A way to order the list. `key` is never null; `read` makes a key of the text in an address."""

    key: Any
    read: Callable[[str], Any]
    backwards: bool = False


SORTS = {
    "due": Sort(Coalesce("due_on", FAR), date.fromisoformat),
    "laboratory": Sort(F("laboratory__sort_name"), str),
    "grade": Sort(F("grade__position"), int),
    "newest": Sort(F("id"), int),
}
DEFAULT_SORT = "due"
# What a row shows; the texts of a finding stay where they are.
COLUMNS = (
    "number",
    "title",
    "source_ref",
    "state",
    "due_on",
    "closed_at",
    "withdrawn_at",
    "laboratory__name",
    "laboratory__name_ru",
    "laboratory__name_kk",
    "grade__meaning",
    "grade__response_required",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person asked the list for."""

    show: str = "open"
    laboratory: int | None = None
    grade: str = ""
    words: str = ""
    sort: str = ""
    before: str = ""
    after: str = ""

    @property
    def narrowed(self) -> bool:
        return bool(self.laboratory or self.grade or self.words)


@dataclass(frozen=True, slots=True)
class Row:
    url: str
    number: str
    title: str
    source_ref: str
    laboratory: str
    grade: str
    state: str
    mine: bool
    side: str
    answer_optional: bool
    due_on: date | None
    settled_on: date | None
    settled: bool


@dataclass(frozen=True, slots=True)
class FindingList:
    rows: list[Row]
    before: str
    after: str


def finding_list(access: "Access", wanted: Wanted) -> FindingList:
    """One SQL statement."""
    found = _shown(Finding.objects.visible_to(access).with_my_part(access), access, wanted.show)
    if wanted.laboratory:
        found = found.filter(laboratory_id=wanted.laboratory)
    if wanted.grade:
        found = found.filter(grade__meaning=wanted.grade)
    if wanted.words:
        found = found.filter(_named(wanted.words))
    rows, before, after = _page(
        found.select_related("laboratory", "grade").only(*COLUMNS), _sort(wanted.sort), wanted
    )
    base, words = reverse("findings:finding-list"), {state: str(word) for state, word in FindingState.choices}
    return FindingList([_row(access, finding, base, words) for finding in rows], before, after)


def laboratories_with_findings(access: "Access") -> list[tuple[int, str]]:
    """Choices of the filter: the laboratories of the findings that this person sees.

    None when they are too many to choose from; the words that are looked for find a laboratory by its name.
    """
    mine = Finding.objects.visible_to(access).order_by().values("laboratory_id")
    named = list(Laboratory.objects.filter(pk__in=mine).only("name", "name_ru", "name_kk")[: MOST_CHOICES + 1])
    return [(one.pk, one.local_name) for one in named] if len(named) <= MOST_CHOICES else []


def _shown(found: FindingQuerySet, access: "Access", show: str) -> FindingQuerySet:
    if show == "mine":
        return found.waiting_for(access)
    if show == "overdue":
        return found.overdue(timezone.localdate())
    if show == "closed":
        return found.filter(state__in=SETTLED_STATES)
    if show == "drafts":
        return found.filter(state=FindingState.DRAFT)
    return found.open()


def _named(words: str) -> Q:
    names = ("laboratory__name", "laboratory__name_ru", "laboratory__name_kk")
    columns = ("title", "number", "source_ref", "statement", *names)
    condition = Q()
    for word in words.split():
        anywhere = Q()
        for column in columns:
            anywhere |= Q(**{f"{column}__icontains": word})
        condition &= anywhere
    return condition


def _sort(name: str) -> Sort:
    sort = SORTS.get(name.removeprefix("-"), SORTS[DEFAULT_SORT])
    return replace(sort, backwards=name.startswith("-"))


def _page(found: FindingQuerySet, sort: Sort, wanted: Wanted) -> tuple[list[Any], str, str]:
    """The rows after (or before) a row that the address names, with the addresses of both neighbours."""
    back = _cursor(wanted.before, sort)
    start = back or _cursor(wanted.after, sort)
    down = sort.backwards != bool(back)
    found = found.annotate(sort_by=sort.key)
    if start:
        found = found.filter(_beyond(start, "lt" if down else "gt"))
    direction = "-" if down else ""
    rows = list(found.order_by(f"{direction}sort_by", f"{direction}id")[: PAGE_SIZE + 1])
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    if back:
        rows.reverse()
    before = _name(rows[0]) if rows and (more if back else start) else ""
    after = _name(rows[-1]) if rows and (back or more) else ""
    return rows, before, after


def _beyond(start: tuple[Any, int], way: str) -> Q:
    """Said so that an index can start at the key: a >= x AND (a > x OR id > y)."""
    key, pk = start
    return Q(**{f"sort_by__{way}e": key}) & (Q(**{f"sort_by__{way}": key}) | Q(**{f"id__{way}": pk}))


def _cursor(text: str, sort: Sort) -> tuple[Any, int] | None:
    """A hand-made address that names no place starts at the beginning."""
    key, _tilde, pk = text.rpartition("~")
    try:
        return sort.read(key), int(pk)
    except ValueError:
        return None


def _name(finding: Finding) -> str:
    return f"{getattr(finding, 'sort_by', '')}~{finding.pk}"


def _row(access: "Access", finding: Finding, base: str, words: dict[str, str]) -> Row:
    settled = finding.closed_at or finding.withdrawn_at
    return Row(
        url=f"{base}{finding.pk}/",
        number=finding.number,
        title=finding.title,
        source_ref=finding.source_ref,
        laboratory=finding.laboratory.local_name,
        grade=finding.grade.meaning,
        state=words[finding.state],
        mine=is_mine(access, finding),
        side=side_of(finding.state) or "",
        answer_optional=finding.state == FindingState.RAISED and not finding.grade.response_required,
        due_on=finding.due_on,
        settled_on=timezone.localtime(settled).date() if settled else None,
        settled=finding.state in SETTLED_STATES,
    )
