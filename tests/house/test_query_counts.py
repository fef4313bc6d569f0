"""How many statements each page sends, to the number: session, person and access included.

Every GET row of the permission matrix that answers 200 has a line here. The numbers are the same for a small network
and for one with three times as much of everything: a page that grows with its data fails.
"""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from audits.enums import AuditState
from audits.models import Answer, Audit
from findings.enums import Decision, FindingState
from findings.models import Finding, FindingClause
from standards.models import ChecklistItem, Clause, Question
from tests.factories import build_audit
from tests.permissions.matrix import DONE, OWN, ROWS, Row
from tests.permissions.test_matrix import address_of
from tests.permissions.world import REACHED, World, add_finding, add_picture, add_report, build_world

LEADER, LABORATORY = "leader", "lab"
Counts = tuple[int | None, int | None]

# Page: statements for the team leader, for the laboratory manager (None: not her page).
PAGES: dict[str, Counts] = {
    "accounts:profile": (3, 3),
    "audits:answer-context IA-2026-01 1": (8, None),
    "audits:answer-guidance IA-2026-01 1": (6, None),
    "audits:audit-cancel IA-2026-01": (4, None),
    "audits:audit-create": (8, None),
    "audits:audit-detail IA-2026-01": (10, 10),
    "audits:audit-detail IA-2026-03": (11, 10),
    "audits:audit-edit IA-2026-01": (6, None),
    "audits:audit-list": (5, 5),
    "audits:audit-list sort state text": (5, 5),
    "audits:checklist IA-2026-01": (11, None),
    "audits:checklist IA-2026-01 question show": (11, None),
    "audits:checklist IA-2026-03": (11, None),
    "audits:evidence-file IA-2026-01 1": (5, None),
    "audits:evidence-preview IA-2026-01 1": (5, None),
    "audits:finding-raise IA-2026-01 1": (7, None),
    "findings:file {accepted} {file}": (5, 5),
    "findings:finding-answer {raised}": (None, 12),
    "findings:finding-detail {answered}": (10, 10),
    "findings:finding-detail {closed}": (10, 10),
    "findings:finding-detail {draft}": (10, None),
    "findings:finding-detail {raised}": (10, 10),
    "findings:finding-edit {draft}": (7, None),
    "findings:finding-list": (5, 5),
    "findings:finding-list q show sort": (5, 5),
    "insight:my-work": (6, 7),
    "insight:search": (3, 3),
    "insight:search q": (7, 7),
    "laboratories:laboratory-detail KARASU": (6, 6),
    "laboratories:laboratory-list": (7, None),
    "reports:report-detail IA-2026-03 1": (6, 6),
    "reports:report-file IA-2026-03 1": (5, 5),
    "reports:report-issue IA-2026-03": (6, None),
    "reports:report-progress IA-2026-03 1": (5, 5),
    "standards:edition-detail iso-iec-17025-2017": (7, 7),
    "standards:edition-export iso-iec-17025-2017 csv": (6, 6),
    "standards:edition-list": (4, 4),
}
# Pages whose statements depend on what is asked for.
ASKED = [
    Row("insight:search", "200 *", data={"q": "nonconforming"}),
    Row("audits:audit-list", "200 *", data={"text": "karasu", "state": "active", "sort": "laboratory"}),
    Row("findings:finding-list", "200 *", data={"q": "finding", "show": "closed", "sort": "-grade"}),
    Row("audits:checklist", "200 leader; 403 lab", args=(OWN,), data={"question": "2", "show": "unanswered"}),
]


def key_of(row: Row) -> str:
    """The name of the address, the thing that is opened, and what is asked for."""
    return " ".join([row.name, *map(str, row.args), *sorted(row.data)])


def pages() -> list[Row]:
    read = (row for row in [*ROWS, *ASKED] if row.method == "GET" and opens(row, LEADER, LABORATORY))
    return list({key_of(row): row for row in read}.values())


def opens(row: Row, *kinds: str) -> bool:
    return any(row.wanted(kind) == "200" for kind in kinds)


def test_every_page_has_its_number() -> None:
    assert sorted({key_of(row) for row in pages()} ^ set(PAGES)) == []


@pytest.fixture(scope="module")
def counted(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, dict[str, list[str]]]]:
    """The statements of every page, twice: in a small network and in a larger one. Nothing stays."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = build_world()
        for state in (FindingState.RAISED, FindingState.ACCEPTED):  # so that no list is counted empty
            add_finding(world.net, Audit.objects.get(code=OWN), state)
        small = statements_of(world)
        enlarge(world)
        yield {"small": small, "large": statements_of(world)}
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("page", sorted(PAGES))
def test_page_sends_so_many_statements(page: str, counted: dict[str, dict[str, list[str]]]) -> None:
    for kind, wanted in zip((LEADER, LABORATORY), PAGES[page], strict=True):
        if wanted is None:
            assert f"{page} as {kind}" not in counted["small"]
            continue
        for size in ("small", "large"):
            sent = counted[size][f"{page} as {kind}"]
            assert len(sent) == wanted, f"{kind}, {size} network: {len(sent)} statements:\n" + "\n".join(sent)


def statements_of(world: World) -> dict[str, list[str]]:
    found = {}
    for kind in (LEADER, LABORATORY):
        client = Client()
        client.force_login(world.people[kind])
        client.get("/")  # the session notes when it began
        for row in (row for row in pages() if opens(row, kind)):
            found[f"{key_of(row)} as {kind}"] = statements(client, address_of(row, world), row)
    return found


def statements(client: Client, address: str, row: Row) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address, row.data)
        if response.streaming:
            b"".join(response.streaming_content)
    assert response.status_code == 200, address
    return [query["sql"][:300] for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]


def enlarge(world: World) -> None:
    """Three times as many questions, answers, files, findings, versions of a report and audits."""
    more_questions(world)
    for code in (OWN, DONE):
        audit = Audit.objects.get(code=code)
        more_answers(audit)
        more_findings(world, audit)
        for number in (2, 3):
            add_picture(audit, number)
    for version in (2, 3):
        add_report(Audit.objects.get(code=DONE), version)
    for number in range(10, 16):
        audit = build_audit(world.net, code=f"IA-2026-{number}", state=(AuditState.UNDER_WAY, "reported")[number % 2])
        add_picture(audit)
        more_findings(world, audit)
        if audit.state == AuditState.REPORTED:
            add_report(audit)
    for name in ("answered", "returned", "accepted", "implemented", "closed"):
        more_rounds(Finding.objects.get(pk=world.ids[name]))


def more_questions(world: World) -> None:
    checklist, before = world.net.checklist, world.net.checklist.items.count()
    for place in range(before + 1, 3 * before + 1):
        clause = Clause.objects.create(
            edition=checklist.edition, number=f"8.{place}", sort_key=f"0008.{place:04d}", level=2, auditable=True
        )
        question = Question.objects.create(clause=clause, key=f"8.{place}#1", position=1, text=f"Question {place}?")
        ChecklistItem.objects.create(
            checklist=checklist,
            question=question,
            clause=clause,
            position=place,
            clause_number=clause.number,
            clause_sort_key=clause.sort_key,
            text=question.text,
        )


def more_answers(audit: Audit) -> None:
    have = set(audit.answers.values_list("item_id", flat=True))
    items = audit.checklist.items.exclude(pk__in=have).order_by("position")
    Answer.objects.bulk_create(
        Answer(audit=audit, organisation=audit.organisation, item=item, position=position)
        for position, item in enumerate(items, start=len(have) + 1)
    )


def more_findings(world: World, audit: Audit) -> None:
    """Two of each state, each with two more clauses."""
    clauses = list(Clause.objects.filter(auditable=True).order_by("-sort_key")[:2])
    for state in (state for state in REACHED for _ in range(2)):
        finding = add_finding(world.net, audit, state)
        FindingClause.objects.bulk_create(FindingClause(finding=finding, clause=clause) for clause in clauses)


def more_rounds(finding: Finding) -> None:
    """Two more answers that were returned, two more actions, each with two files."""
    first = finding.responses.get()
    for number in (2, 3):
        finding.responses.create(
            organisation=finding.organisation,
            round=number,
            correction=first.correction,
            extent=first.extent,
            cause=first.cause,
            submitted_by=first.submitted_by,
            decision=Decision.RETURNED,
            decided_at=first.submitted_at,
            decided_by=first.submitted_by,
        )
    action = finding.actions.get()
    file = finding.files.get()
    for _ in range(2):
        action.pk = None
        action.save()
        for _ in range(2):
            file.pk, file.action = None, action
            file.save()
