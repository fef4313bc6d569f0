"""The register of laboratories and the page of one: who sees what, filters, statements."""

from typing import Any

import pytest

from tests.factories import Network, build_laboratory

pytestmark = pytest.mark.django_db


def page(client: Any, url: str = "/laboratories/") -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.mark.parametrize(
    ("person", "seen", "hidden"),
    [
        ("aigerim", "KARASU", "TIRKEU"),
        ("nurlan", "KARASU", "TIRKEU"),
        ("botagoz", "TIRKEU", "KARASU"),
    ],
)
def test_each_ministry_sees_its_own(network: Network, sign_in: Any, person: str, seen: str, hidden: str) -> None:
    client = sign_in(network.people[person])
    shown = page(client)
    assert seen in shown
    assert hidden not in shown
    assert client.get(f"/laboratories/{seen}/").status_code == 200
    assert client.get(f"/laboratories/{hidden}/").status_code == 404


def test_those_above_all_see_all_and_an_auditor_sees_no_register(network: Network, sign_in: Any) -> None:
    for person in (network.saule, network.adil):
        shown = page(sign_in(person))
        assert "KARASU" in shown
        assert "TIRKEU" in shown
    assert "KARASU" not in page(sign_in(network.dauren))


def test_who_belongs_to_one_laboratory_is_led_to_it(network: Network, sign_in: Any) -> None:
    for person in (network.elena, network.marat):
        client = sign_in(person)
        assert client.get("/laboratories/").url == "/laboratories/KARASU/"
        assert "Elena" in page(client, "/laboratories/KARASU/")
        assert client.get("/laboratories/TIRKEU/").status_code == 404


def test_people_are_shown_to_those_who_work_with_the_laboratory(network: Network, sign_in: Any) -> None:
    assert "elena@example.org" in page(sign_in(network.aigerim), "/laboratories/KARASU/")
    assert "elena@example.org" not in page(sign_in(network.saule), "/laboratories/KARASU/")


def test_only_those_who_plan_audits_get_the_button(network: Network, sign_in: Any) -> None:
    button = "/audits/new/?laboratory=KARASU"
    for name, expected in {"aigerim": True, "nurlan": True, "elena": False, "saule": False, "adil": False}.items():
        shown = page(sign_in(network.people[name]), "/laboratories/KARASU/")
        assert (button in shown) is expected, name


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=veterinary", {"TIRKEU"}),
        ("sector=environment", {"KARASU", "TIRKEU", "SHYGYS"}),
        ("region=Abai", {"SHYGYS"}),
        ("text=қарасу", {"KARASU"}),
        ("text=water+karasu", {"KARASU"}),
        ("text=nothing", set()),
        ("kind=nonsense&sort=nonsense&page=nonsense", {"KARASU", "TIRKEU", "SHYGYS"}),
        ("page=99999999999999999999", {"KARASU", "TIRKEU", "SHYGYS"}),
    ],
)
def test_filters(network: Network, sign_in: Any, query: str, found: set[str]) -> None:
    build_laboratory(network.agriculture, "SHYGYS", "Shygys laboratory", region="Abai", city="Semei")
    shown = page(sign_in(network.saule), f"/laboratories/?{query}")
    rows = {code for code in ("KARASU", "TIRKEU", "SHYGYS") if f"/laboratories/{code}/" in shown}
    assert rows == found


def test_an_organisation_takes_in_all_below_it(network: Network, sign_in: Any) -> None:
    shown = page(sign_in(network.saule), f"/laboratories/?organisation={network.agriculture.path}")
    assert "/laboratories/TIRKEU/" in shown
    assert "/laboratories/KARASU/" not in shown


def test_sorting_and_pages(network: Network, sign_in: Any) -> None:
    for number in range(60):
        build_laboratory(network.health, f"LAB-{number:02d}", f"Laboratory {number:02d}")
    client = sign_in(network.aigerim)
    first = page(client, "/laboratories/?sort=-name")
    assert first.index("LAB-59") < first.index("LAB-58")
    second = page(client, "/laboratories/?sort=-name&page=2")
    assert "LAB-00" in second
    assert "LAB-59" not in second
    assert "LAB-00" not in first


def test_a_fixed_number_of_statements(network: Network, sign_in: Any, django_assert_max_num_queries: Any) -> None:
    for number in range(30):
        build_laboratory(network.health, f"LAB-{number:02d}", f"Laboratory {number:02d}")
    client = sign_in(network.aigerim)
    client.get("/standards/")
    with django_assert_max_num_queries(8):
        client.get("/laboratories/")
    with django_assert_max_num_queries(7):
        client.get("/laboratories/KARASU/")
