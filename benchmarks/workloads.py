"""What people do all day, and what each of it may cost (see `Limit`)."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

from django.db.models import Count
from django.urls import reverse

from accounts.models import User
from audits.enums import AnswerVerdict, AuditState, TeamRole
from audits.models import Answer, Audit
from benchmarks.browser import Ask
from findings.models import Finding
from findings.queries.listing import Wanted, finding_list
from laboratories.access import Access

LEADER, MANAGER, LABORATORY = "team leader", "programme manager", "laboratory manager"
PEOPLE = {
    LEADER: "lead@health.example.org",
    MANAGER: "programme@health.example.org",
    LABORATORY: "manager@karasu.example.org",
}
# The floors of the machine on which the limits were set: a limit of 15 ms there is 15 / 1.4 hello pages here.
HELLO_MS = 1.4
SAVE_MS = 3.5
CHECKLIST_MS = 30.0


@dataclass(frozen=True)
class Limit:
    """Milliseconds on the machine of the design, kept as a ratio to the floor; statements as they are."""

    ms: float
    sql: int
    floor_ms: float = HELLO_MS

    @property
    def ratio(self) -> float:
        return round(self.ms / self.floor_ms, 1)


@dataclass(frozen=True)
class Work:
    """`ask` makes the next request; `floor` that of the floor it stands beside."""

    name: str
    person: str
    ask: Callable[[], Ask]
    limit: Limit | None = None
    floor_name: str = "hello"
    floor: Callable[[], Ask] = lambda: Ask("/hello/")


HELLO = Limit(3, 8)
CHECKLIST = Limit(45, 12)
SAVE = Limit(12, 12)
LIST = Limit(15, 8)
DASHBOARD = Limit(25, 12)


def workloads() -> Iterator[Work]:
    """For each kind of person what that kind may open. The audit is the same at both sizes."""
    audit = audit_in_hand()
    base = reverse("audits:audit-detail", args=[audit.code])
    for person in PEOPLE:
        yield from pages_of(person)
        if person != LABORATORY:
            yield page("checklist", person, f"{base}checklist/", CHECKLIST)
            yield page("audit", person, base)
            yield page("laboratories-list", person, reverse("laboratories:laboratory-list"))
    plain = f"/checklist/{audit.pk}/"
    yield Work("checklist", LEADER, asks(f"{base}checklist/"), Limit(45, 12, CHECKLIST_MS), "plain", asks(plain))
    yield Work("save-answer", LEADER, saves(audit), SAVE)
    yield Work("save-answer", LEADER, saves(audit), Limit(12, 12, SAVE_MS), "plain", plain_saves(audit))
    yield page("clause-tree", LEADER, reverse("standards:edition-detail", args=["iso-iec-17025-2017"]))


def pages_of(person: str) -> Iterator[Work]:
    """What everyone has: the lists, plain, filtered and far down, the home page and the search."""
    audits, findings = reverse("audits:audit-list"), reverse("findings:finding-list")
    yield page("hello", person, reverse("insight:search"), HELLO)
    yield page("my-work", person, reverse("insight:my-work"), DASHBOARD)
    yield page("audits-list", person, audits, LIST)
    yield page("audits-list-filtered", person, audits, LIST, "state=closed&sort=laboratory")
    yield page("audits-list-page-5", person, audits, LIST, "page=5")
    yield page("findings-list", person, findings, LIST)
    yield page("findings-list-closed", person, findings, LIST, "show=closed")
    yield page("findings-list-deep", person, findings, LIST, deep(person))
    yield page("search", person, reverse("insight:search"), LIST, "q=control")
    yield page("finding", person, a_finding(person))


def page(name: str, person: str, path: str, limit: Limit | None = None, query: str = "") -> Work:
    return Work(name, person, asks(path, query), limit)


def asks(path: str, query: str = "") -> Callable[[], Ask]:
    wanted = Ask(path, query)
    return lambda: wanted


def audit_in_hand() -> Audit:
    """The demo's audit under way, with the most questions, that the leader leads."""
    audit: Audit = (
        Audit.objects.filter(
            state=AuditState.UNDER_WAY, team__role=TeamRole.LEADER, team__person__email=PEOPLE[LEADER]
        )
        .exclude(code__startswith="LARGE-")
        .order_by("-items_total")[0]
    )
    return audit


def a_finding(person: str) -> str:
    """The finding with the most actions that this person sees."""
    seen = Finding.objects.visible_to(access_of(person)).annotate(size=Count("actions")).order_by("-size", "id")
    return reverse("findings:finding-detail", args=[seen[0].pk])


def deep(person: str) -> str:
    """The address of the sixth page of what is closed, or of the last one."""
    access, after = access_of(person), ""
    for _ in range(5):
        found = finding_list(access, Wanted(show="closed", sort="laboratory", after=after))
        if not found.after:
            break
        after = found.after
    return f"show=closed&sort=laboratory&after={after}"


def access_of(person: str) -> Access:
    return Access.of(User.objects.get(email=PEOPLE[person]))


def saves(audit: Audit) -> Callable[[], Ask]:
    """One question answered again and again, each time with another verdict and note, as the page's script does."""
    answer = audit.answers.order_by("position")[3]
    path = reverse("audits:answer-save", args=[audit.code, answer.position])
    turns = count()

    def ask() -> Ask:
        version = Answer.objects.values_list("version", flat=True).get(pk=answer.pk)
        return Ask(
            path, form={**typed(next(turns)), "mutation": str(uuid.uuid4()), "version": str(version)}, fetch=True
        )

    return ask


def plain_saves(audit: Audit) -> Callable[[], Ask]:
    turns = count()
    return lambda: Ask(f"/save/{audit.pk}/6/", form=typed(next(turns)))


def typed(turn: int) -> dict[str, str]:
    verdict = (AnswerVerdict.CONFORMING, AnswerVerdict.NONCONFORMING)[turn % 2]
    return {"verdict": verdict, "note": f"Seen in the log book, page {turn}. " * 4}
