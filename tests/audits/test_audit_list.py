"""The list and the pages around it: who sees what, in how many statements, and what a form refuses."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from audits.enums import AuditState
from audits.models import Audit
from audits.queries.audit_list import audit_list_page
from audits.queries.audit_page import audit_page
from tests.factories import Network, build_audit, new_mutation

SignIn = Callable[[User], Client]


def codes(net: Network, name: str, **filters: object) -> list[str]:
    return [row.code for row in audit_list_page(net.access(name), filters).rows]


def three(net: Network) -> None:
    build_audit(net, code="IA-2026-01", state=AuditState.CLOSED)
    build_audit(net, code="IA-2026-02", auditors=(), trainees=())
    build_audit(net, code="IA-2026-03", laboratory=net.tirkeu, leader="botagoz", auditors=(), trainees=())


def many(net: Network, count: int) -> None:
    """Bare audits of one laboratory, one a day."""
    first = build_audit(net, code="IA-2025-000")
    values = {
        field.attname: getattr(first, field.attname) for field in Audit._meta.concrete_fields if field.attname != "id"
    }
    rows = []
    for number in range(1, count):
        day = first.starts_on - timedelta(days=number)
        rows.append(Audit(**{**values, "code": f"IA-2025-{number:03d}", "starts_on": day, "ends_on": day}))
    Audit.objects.bulk_create(rows)


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("aigerim", ["IA-2026-02", "IA-2026-01"]),  # her teams
        ("dauren", ["IA-2026-01"]),  # only where he is in the team
        ("nurlan", ["IA-2026-02", "IA-2026-01"]),  # runs the programmes of his ministry
        ("elena", ["IA-2026-02", "IA-2026-01"]),  # her laboratory
        ("olga", ["IA-2026-03"]),
        ("adil", []),  # an administrator reads no audits
    ],
)
def test_each_sees_her_own_audits(network: Network, name: str, seen: list[str]) -> None:
    three(network)
    assert codes(network, name) == seen


def test_filters_narrow_the_list(network: Network) -> None:
    three(network)
    Audit.objects.filter(code="IA-2026-02").update(
        starts_on=timezone.localdate() - timedelta(days=9), ends_on=timezone.localdate() - timedelta(days=7)
    )
    assert codes(network, "nurlan", state="closed") == ["IA-2026-01"]
    assert codes(network, "nurlan", state="active") == ["IA-2026-02"]
    assert codes(network, "nurlan", late=True) == ["IA-2026-02"]
    assert codes(network, "nurlan", mine=True) == []
    assert codes(network, "dauren", mine=True) == ["IA-2026-01"]
    assert codes(network, "nurlan", text="Қарасу", sort="code") == ["IA-2026-01", "IA-2026-02"]
    assert codes(network, "nurlan", text="2026-02") == ["IA-2026-02"]
    assert codes(network, "nurlan", year=str(timezone.localdate().year + 1)) == []


def test_pages_of_fifty_without_a_count(network: Network) -> None:
    many(network, 60)
    access = network.access("nurlan")
    with CaptureQueriesContext(connection) as queries:
        first = audit_list_page(access, {})
    assert not [query for query in queries if "COUNT(" in query["sql"]]
    assert (len(queries), len(first.rows), first.has_next) == (2, 50, True)
    second = audit_list_page(access, {"page": 2})
    assert (len(second.rows), second.has_next) == (10, False)
    assert not {row.code for row in first.rows} & {row.code for row in second.rows}


@pytest.mark.parametrize("count", [3, 55])
def test_the_list_costs_the_same_at_any_size(network: Network, sign_in: SignIn, count: int) -> None:
    many(network, count)
    for name in ("nurlan", "dauren", "elena"):
        client = sign_in(network.people[name])
        client.get("/audits/")
        with CaptureQueriesContext(connection) as queries:
            answer = client.get("/audits/?state=active&text=karasu&sort=laboratory")
        assert answer.status_code == 200
        assert len(queries) <= 8


def test_nonsense_in_the_address_is_left_out(network: Network, sign_in: SignIn) -> None:
    three(network)
    client = sign_in(network.nurlan)
    for query in ("page=0", "page=-1", "page=99999999999", "page=²", "sort=evil", "state=evil", "year=12", "mine=x"):
        assert client.get(f"/audits/?{query}").status_code == 200


def test_an_empty_list_says_what_comes_and_offers_the_first_step(network: Network, sign_in: SignIn) -> None:
    assert "/audits/new/" in sign_in(network.aigerim).get("/audits/").content.decode()
    assert "/audits/new/" not in sign_in(network.dauren).get("/audits/").content.decode()


def test_a_foreign_audit_does_not_exist(network: Network, sign_in: SignIn) -> None:
    build_audit(network)
    client = sign_in(network.botagoz)
    for tail in ("", "edit/", "start/", "conclude/", "cancel/"):
        assert client.get(f"/audits/IA-2026-01/{tail}").status_code == 404
    assert client.post("/audits/IA-2026-01/close/").status_code == 404


def test_who_sees_but_may_not_is_told_why(network: Network, sign_in: SignIn) -> None:
    build_audit(network, state=AuditState.PLANNED)
    for name in ("elena", "dauren"):
        client = sign_in(network.people[name])
        assert client.get("/audits/IA-2026-01/").status_code == 200
        for tail in ("edit/", "start/", "conclude/", "cancel/"):
            answer = client.get(f"/audits/IA-2026-01/{tail}")
            assert answer.status_code == 403
            assert "leader" in answer.content.decode()


@pytest.mark.parametrize("state", AuditState.values)
def test_the_page_opens_in_every_state_for_everyone_it_belongs_to(
    network: Network, sign_in: SignIn, state: str
) -> None:
    build_audit(network, state=state)
    for name in ("aigerim", "dauren", "tomas", "nurlan", "elena", "marat"):
        client = sign_in(network.people[name])
        client.get("/audits/IA-2026-01/")
        with CaptureQueriesContext(connection) as queries:
            answer = client.get("/audits/IA-2026-01/")
        assert answer.status_code == 200
        assert len(queries) <= 12
        has_checklist = "/audits/IA-2026-01/checklist/" in answer.content.decode()
        assert has_checklist == (name not in ("elena", "marat"))


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/audits/new/?laboratory=KARASU", 9),
        ("/audits/IA-2026-01/edit/", 6),
        ("/audits/IA-2026-01/start/", 4),
        ("/audits/IA-2026-01/conclude/", 7),
        ("/audits/IA-2026-01/cancel/", 4),
    ],
)
def test_each_form_opens_in_few_statements(network: Network, sign_in: SignIn, path: str, most: int) -> None:
    build_audit(network)
    client = sign_in(network.aigerim)
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    assert len(queries) <= most


def test_the_laboratory_sees_no_draft(network: Network) -> None:
    from tests.audits.test_closing import answer_all, conclude, draft

    audit = answer_all(build_audit(network))
    draft(network, audit)
    elena = network.access("elena")
    seen = Audit.objects.visible_to(elena).with_my_role(elena).get()
    assert audit_page(seen, elena).findings == []
    conclude(network, audit)
    seen.refresh_from_db()
    assert [line.number for line in audit_page(seen, elena).findings] == ["NC-01"]


def form_of(net: Network, **changes: object) -> dict[str, object]:
    return {
        "mutation": str(new_mutation()),
        "laboratory": net.karasu.pk,
        "purpose": "internal",
        "checklist": net.checklist.pk,
        "programme": "",
        "scheme": net.scheme.pk,
        "method": "on_site",
        "objectives": "See whether results can be relied on.",
        "scope": "Water testing.",
        "starts_on": "2026-11-23",
        "ends_on": "2026-11-25",
        "language": "en",
        "leader": net.aigerim.pk,
        f"part_{net.dauren.pk}": "auditor",
        **changes,
    }


def test_planning_through_the_page(network: Network, sign_in: SignIn) -> None:
    client = sign_in(network.aigerim)
    page = client.get("/audits/new/?laboratory=KARASU").content.decode()
    assert f'<option value="{network.karasu.pk}" selected>' in page
    answer = client.post("/audits/new/", form_of(network))
    assert answer.status_code == 302
    audit = Audit.objects.get()
    assert answer["Location"] == f"/audits/{audit.code}/"
    assert dict(audit.team.values_list("person__name", "role")) == {"Aigerim": "leader", "Dauren": "auditor"}


@pytest.mark.parametrize("foreign", ["laboratory", "leader", "checklist", "programme"])
def test_foreign_ids_are_refused_and_nothing_is_revealed(network: Network, sign_in: SignIn, foreign: str) -> None:
    ids = {"laboratory": network.tirkeu.pk, "leader": network.botagoz.pk}
    answer = sign_in(network.aigerim).post("/audits/new/", form_of(network, **{foreign: ids.get(foreign, 10**9)}))
    assert answer.status_code == 200
    assert not Audit.objects.exists()
    text = answer.content.decode()
    assert "Tirkeu" not in text
    assert "Botagoz" not in text


def test_a_person_outside_the_pool_is_not_taken_into_the_team(network: Network, sign_in: SignIn) -> None:
    sneaked = form_of(network, **{f"part_{network.botagoz.pk}": "auditor"})
    sign_in(network.aigerim).post("/audits/new/", sneaked)
    assert not Audit.objects.get().team.filter(person=network.botagoz).exists()


def test_only_planners_plan(network: Network, sign_in: SignIn) -> None:
    for name in ("dauren", "elena", "saule", "adil"):
        assert sign_in(network.people[name]).get("/audits/new/").status_code == 403


def test_the_plan_form_shows_what_is_planned(network: Network, sign_in: SignIn) -> None:
    build_audit(network, state=AuditState.PLANNED)
    page = sign_in(network.aigerim).get("/audits/IA-2026-01/edit/").content.decode()
    assert "All activities at the site." in page
    assert f'<option value="{network.aigerim.pk}" selected>' in page


def test_attendance_names_people_with_their_function(network: Network, sign_in: SignIn) -> None:
    audit = build_audit(network, state=AuditState.PLANNED)
    client = sign_in(network.aigerim)
    form = {"mutation": str(new_mutation()), "version": audit.version, "held_on": timezone.localdate().isoformat()}
    refused = client.post("/audits/IA-2026-01/start/", {**form, "attendance": "Әсел Нұрланқызы"})
    assert "write the name, a comma, and the function" in refused.content.decode()
    taken = client.post("/audits/IA-2026-01/start/", {**form, "attendance": "Әсел Нұрланқызы, head\n\n"})
    assert taken.status_code == 302
    audit.refresh_from_db()
    assert (audit.state, audit.meetings.get().attendance) == (AuditState.UNDER_WAY, "Әсел Нұрланқызы, head")


def test_the_closing_page_says_what_is_in_the_way(network: Network, sign_in: SignIn) -> None:
    audit = build_audit(network)
    client = sign_in(network.aigerim)
    assert "4 questions are still open" in client.get("/audits/IA-2026-01/conclude/").content.decode()
    form = {
        "mutation": str(new_mutation()),
        "version": audit.version,
        "held_on": timezone.localdate().isoformat(),
        "attendance": "Әсел Нұрланқызы, head",
        "conclusion": "It works.",
        "degree": "met",
    }
    answer = client.post("/audits/IA-2026-01/conclude/", form)
    assert answer.status_code == 200
    assert "4 questions are still open" in answer.content.decode()
    audit.refresh_from_db()
    assert audit.state == AuditState.UNDER_WAY


def test_reading_never_writes(network: Network, sign_in: SignIn) -> None:
    build_audit(network)
    client = sign_in(network.aigerim)
    client.get("/audits/")
    with CaptureQueriesContext(connection) as queries:
        for tail in ("", "edit/", "conclude/", "cancel/", "start/"):
            client.get(f"/audits/IA-2026-01/{tail}")
        client.get("/audits/new/")
    assert not [q["sql"] for q in queries if q["sql"].split(" ")[0] in ("INSERT", "UPDATE", "DELETE")]
