"""Names and figures in a file that would break the pages or the hours of everybody."""

import time
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from core.errors import RuleBroken
from standards.models import Edition
from standards.parsing.files import parse_upload
from standards.parsing.rows import ParseFailed
from standards.services.loading import load_edition
from tests.factories import Network

WORDS = 'edition:\n  standard: "%s"\n  year: "%s"\n  title: Words\nclauses:\n  - {number: "4", title: Words}\n'


def load(standard: str, year: str) -> None:
    load_edition(parse_upload((WORDS % (standard, year)).encode(), "a.yaml"))


@pytest.mark.parametrize(
    ("standard", "year", "address"),
    [
        ("СТ РК ISO 15189", "2023", "st-rk-iso-15189-2023"),
        ("Қазақ үлгісі", "жоба", "qazaq-ulgisi-zhoba"),
        ("标准", "一", "edition-"),
        ("???", "!", "edition-"),
        ("import", "/", "edition-"),
    ],
)
def test_every_name_has_an_address(
    standard: str, year: str, address: str, network: Network, sign_in: Callable[[User], Client]
) -> None:
    load(standard, year)
    slug = Edition.objects.get(standard__code=standard).slug
    assert slug.startswith(address)
    client = sign_in(network.adil)
    assert client.get("/standards/").status_code == 200
    assert client.get(f"/standards/{slug}/").status_code == 200


def test_a_name_nearly_the_same_is_refused_in_words(network: Network) -> None:
    load("ISO 15189", "2022")
    for standard, year in (("ISO/15189", "2022"), ("iso 15189", "2012"), ("ISO", "15189 2022")):
        with pytest.raises(RuleBroken, match="nearly the same name"):
            load(standard, year)
    load("ISO 15189", "2022")


@pytest.mark.parametrize("figure", ["0x" + "f" * 6000, "1" + ":30" * 100_000, "9" * 6000, "0b" + "1" * 100_000])
def test_endless_figures_are_refused_at_once(figure: str) -> None:
    began = time.process_time()
    with pytest.raises(ParseFailed):
        parse_upload((WORDS % ("a", "1")).replace("title: Words", f"title: {figure}", 1).encode(), "a.yaml")
    assert time.process_time() - began < 2


def test_a_hundred_thousand_names_are_compared_once() -> None:
    names = ",".join(f'"a{number}":1' for number in range(100_000))
    began = time.process_time()
    for content, name in ((f'{{{names},"b":1,"b":2}}', "a.json"), (f"{{{names}}}", "a.yaml")):
        with pytest.raises(ParseFailed):
            parse_upload(content.encode(), name)
    assert time.process_time() - began < 20
