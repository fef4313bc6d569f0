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
from tests.permissions.world import build_world

LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]+)"')
ICON = re.compile(r'{% (?:icon|empty_state) "([a-z0-9-]+)"')
SIGN_IN_PAGES = "/account/"
EACH_ROLE = ("leader", "auditor", "trainee", "manager", "lab", "staff", "coordinator", "admin")


def followed(person: User) -> dict[str, int]:
    """Every page this person can reach by pressing links, each once, and the answer."""
    client = Client(raise_request_exception=False)
    client.force_login(person)
    answers: dict[str, int] = {}
    waiting = deque(["/"])
    while waiting:
        address = waiting.popleft()
        if address in answers or address.startswith(SIGN_IN_PAGES):
            continue
        response = client.get(address)
        answers[address] = response.status_code
        if not response.streaming:
            waiting.extend(links_of(address, response.content.decode()))
    return answers


def links_of(address: str, page: str) -> set[str]:
    """Addresses without what sorts, filters or scrolls."""
    found = {urlsplit(urljoin(address, unescape(link))) for link in LINK.findall(page)}
    return {part.path for part in found if not part.scheme and part.path}


@pytest.mark.django_db
def test_no_link_leads_to_a_closed_door() -> None:
    world = build_world()
    answers = {kind: followed(world.people[kind]) for kind in EACH_ROLE}
    closed = {kind: [page for page, code in found.items() if code >= 400] for kind, found in answers.items()}
    assert {kind: pages for kind, pages in closed.items() if pages} == {}
    assert len(answers["leader"]) > 30


def test_every_icon_is_drawn() -> None:
    drawn = set(re.findall(r'id="i-([a-z0-9-]+)"', Path(settings.BASE_DIR, "static/img/icons.svg").read_text()))
    pages = Path(settings.BASE_DIR, "templates").rglob("*.html")
    asked = {(page.name, name) for page in pages for name in ICON.findall(page.read_text())}
    assert {pair for pair in asked if pair[1] not in drawn} == set()
