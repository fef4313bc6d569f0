"""Every address × every kind of person × method × thing. An address without a row fails the build."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django.plugin import DjangoDbBlocker

from tests.permissions.matrix import KINDS, ROWS, SIGN_IN, Row
from tests.permissions.world import CANARY, World, build_world

# Pages of libraries, tested by their own projects; what we changed in them is tested in tests/accounts.
LIBRARIES = {"account", "mfa", "usersessions", "i18n"}
OPEN_TO_ALL = {"core:healthz", "core:readyz", "setup"}
# The register of laboratories is what a coordinator and an administrator of the whole network are there for.
REGISTER_KINDS = {"coordinator", "admin"}
pytestmark = pytest.mark.django_db


def addresses(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from addresses(entry, f"{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern) and entry.name:
            yield f"{namespace}{entry.name}"


def is_ours(name: str) -> bool:
    library = name.split("_")[0] in LIBRARIES or name.startswith(("mfa", "usersessions", "set_language"))
    return not library and name not in OPEN_TO_ALL


def test_every_address_has_a_row() -> None:
    declared = {row.name for row in ROWS}
    without = sorted({name for name in addresses(get_resolver()) if is_ours(name)} - declared)
    assert without == []


def test_no_row_is_for_an_address_that_is_gone() -> None:
    assert sorted({row.name for row in ROWS} - set(addresses(get_resolver()))) == []


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Built once; nothing stays, since every request of this file is rolled back, and in the end all of it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_row(row: Row, world: World) -> None:
    """Each kind of person in turn, in a transaction that is rolled back, so that nobody sees the others' writes."""
    url = address_of(row, world)
    wrong = {}
    for kind in KINDS:
        client = Client(raise_request_exception=False)
        client.force_login(world.people[kind])
        answer, text = ask(client, row, url)
        if not fits(row.wanted(kind), answer):
            wrong[kind] = f"{answer} instead of {row.wanted(kind)}"
        elif CANARY in text and not may_see_canary(kind, row):
            wrong[kind] = "the canary of the other ministry sings"
    answer, _text = ask(Client(raise_request_exception=False), row, url)
    if not (answer in (302, 401) if row.anonymous == SIGN_IN else answer == row.anonymous):
        wrong["anonymous"] = f"{answer} instead of {row.anonymous}"
    assert wrong == {}


def ask(client: Client, row: Row, url: str) -> tuple[int, str]:
    data = {name: value() if callable(value) else value for name, value in row.data.items()}
    with transaction.atomic():
        response = client.post(url, data) if row.method == "POST" else client.get(url, data)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    return response.status_code, body.decode(errors="replace") + str(response.headers)


def address_of(row: Row, world: World) -> str:
    args = [world.ids[arg[1:-1]] if isinstance(arg, str) and arg.startswith("{") else arg for arg in row.args]
    return reverse(row.name, args=args)


def fits(wanted: str, status: int) -> bool:
    return status in (200, 204, 302, 400, 409, 422) if wanted == "ok" else status == int(wanted)


def may_see_canary(kind: str, row: Row) -> bool:
    """The other ministry's own people; in the register, those who keep or coordinate the whole network."""
    if kind in ("otherleader", "otherlab"):
        return True
    return kind in REGISTER_KINDS and row.name.startswith("laboratories:")


def test_the_canary_is_where_it_can_be_heard(world: World) -> None:
    """The other ministry's leader reads it on her own pages: a silent canary would prove nothing."""
    client = Client()
    client.force_login(world.people["otherleader"])
    for name in ("audits:audit-list", "findings:finding-list", "laboratories:laboratory-list"):
        assert CANARY in client.get(reverse(name)).content.decode(), name
    found = client.get(reverse("insight:search"), {"q": "Canary"}).content.decode()
    assert CANARY in found


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not kind.startswith("other")])
@pytest.mark.parametrize("name", ["audits:audit-list", "findings:finding-list", "insight:my-work", "insight:search"])
def test_search_and_lists_never_name_foreign_things(kind: str, name: str, world: World) -> None:
    client = Client()
    client.force_login(world.people[kind])
    text = client.get(reverse(name), {"q": "Canary"}).content.decode()
    if name == "insight:search" and kind in REGISTER_KINDS:
        text = text.replace(f"{CANARY} laboratory", "", 1)
    assert CANARY not in text


def test_get_never_writes(world: World) -> None:
    """Every GET of the matrix, as the leader, sends no INSERT, UPDATE or DELETE."""
    client = Client(raise_request_exception=False)
    client.force_login(world.people["leader"])
    client.get(reverse("insight:my-work"))  # the session notes when it began
    written = []
    for row in (row for row in ROWS if row.method == "GET"):
        with CaptureQueriesContext(connection) as queries:
            client.get(address_of(row, world))
        written += [f"{row.id}: {query['sql'][:90]}" for query in queries if is_write(query["sql"])]
    assert written == []


def is_write(sql: str) -> bool:
    return sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))
