"""The search box: audits, laboratories, findings and clauses that this person may see."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from audits.models import Audit
from findings.models import Finding
from laboratories.access import Access
from laboratories.models import Laboratory
from standards.models import Clause

MOST = 12
SHORTEST = 2


@dataclass(frozen=True)
class Hit:
    title: str
    detail: str
    url: str


@dataclass(frozen=True)
class HitGroup:
    title: str
    hits: tuple[Hit, ...]
    more: bool


@dataclass(frozen=True)
class SearchPage:
    words: str
    groups: tuple[HitGroup, ...]
    too_short: bool


def search_page(access: Access, words: str) -> SearchPage:
    if len(words) < SHORTEST:
        return SearchPage(words, (), bool(words))
    kinds = (
        (_("Audits"), audits(access, words)),
        (_("Findings"), findings(access, words)),
        (_("Laboratories"), laboratories(access, words)),
        (_("Clauses"), clauses(words)),
    )
    return SearchPage(words, tuple(group for title, hits in kinds if (group := grouped(title, hits))), False)


def grouped(title: str, hits: Iterable[Hit]) -> HitGroup | None:
    found = tuple(hits)
    return HitGroup(title, found[:MOST], len(found) > MOST) if found else None


def audits(access: Access, words: str) -> Iterable[Hit]:
    named = Q(laboratory__name__icontains=words) | Q(laboratory__name_ru__icontains=words)
    named |= Q(laboratory__name_kk__icontains=words) | Q(code__icontains=words)
    rows = Audit.objects.visible_to(access).filter(named).select_related("laboratory").order_by("-starts_on", "-id")
    for audit in rows[: MOST + 1]:
        detail = f"{audit.laboratory} · {audit.get_state_display()}"
        yield Hit(audit.code, detail, reverse("audits:audit-detail", args=[audit.code]))


def findings(access: Access, words: str) -> Iterable[Hit]:
    named = Q(title__icontains=words) | Q(number__iexact=words) | Q(source_ref__icontains=words)
    rows = Finding.objects.visible_to(access).filter(named).select_related("laboratory").order_by("-id")
    for finding in rows[: MOST + 1]:
        detail = f"{finding.laboratory} · {finding.get_state_display()}"
        url = reverse("findings:finding-detail", args=[finding.pk])
        yield Hit(f"{finding.source_ref}/{finding.number} {finding.title}", detail, url)


def laboratories(access: Access, words: str) -> Iterable[Hit]:
    named = (
        Q(name__icontains=words) | Q(name_ru__icontains=words) | Q(name_kk__icontains=words) | Q(code__iexact=words)
    )
    for laboratory in Laboratory.objects.visible_to(access).filter(named).order_by("sort_name")[: MOST + 1]:
        url = reverse("laboratories:laboratory-detail", args=[laboratory.code])
        yield Hit(str(laboratory), f"{laboratory.code} · {laboratory.region}", url)


def clauses(words: str) -> Iterable[Hit]:
    rows = Clause.objects.filter(Q(number__startswith=words) | Q(title__icontains=words) | Q(topic__icontains=words))
    for clause in rows.select_related("edition__standard").order_by("edition", "sort_key")[: MOST + 1]:
        url = reverse("standards:edition-detail", args=[clause.edition.slug]) + f"#c-{clause.number}"
        yield Hit(f"{clause.number} {clause.title}", str(clause.edition), url)
