"""A page offers nobody a link that is closed to that person, and no picture that is not drawn."""

import re
from collections import deque
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from tests.permissions.matrix import KINDS
from tests.permissions.world import build_world

LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]+)"')
ICON = re.compile(r'{% (?:icon|empty_state) "([a-z0-9-]+)"')
NUMBER = re.compile(r"\d+")
SIGN_IN_PAGES = "/account/"


def followed(person: User) -> dict[str, int]:
    """Every link this person can press, one of each kind of address, and the answer."""
    client = Client(raise_request_exception=False)
    client.force_login(person)
    answers: dict[str, int] = {}
    waiting, kinds = deque([("/", "/")]), set()
    while waiting:
        address, link = waiting.popleft()
        kind = (NUMBER.sub("0", urlsplit(address).path), NUMBER.sub("0", link))
        if kind in kinds or link.startswith(SIGN_IN_PAGES):
            continue
        kinds.add(kind)
        response = client.get(link)
        answers[f"{address} → {link}"] = response.status_code
        if not response.streaming:
            waiting.extend((link, target) for target in links_of(link, response.content.decode()))
    return answers


def links_of(address: str, page: str) -> set[str]:
    found = {urlsplit(urljoin(address, unescape(link))) for link in LINK.findall(page)}
    return {part._replace(fragment="").geturl() for part in found if not part.scheme and part.path}


@pytest.mark.django_db
def test_no_link_leads_to_a_closed_door() -> None:
    world = build_world()
    answers = {kind: followed(world.people[kind]) for kind in KINDS}
    closed = {kind: [link for link, code in found.items() if code >= 400] for kind, found in answers.items()}
    assert {kind: links for kind, links in closed.items() if links} == {}
    assert len(answers["leader"]) > 40


def test_every_icon_is_drawn() -> None:
    drawn = set(re.findall(r'id="i-([a-z0-9-]+)"', Path(settings.BASE_DIR, "static/img/icons.svg").read_text()))
    pages = Path(settings.BASE_DIR, "templates").rglob("*.html")
    asked = {(page.name, name) for page in pages for name in ICON.findall(page.read_text())}
    assert {pair for pair in asked if pair[1] not in drawn} == set()
