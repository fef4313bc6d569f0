"""Odd requests to every address by every kind of person: refused or answered, never a fault of the site.

The seed is printed by pytest with a failure; FUZZ_REQUESTS and FUZZ_SEED ask for more.
"""

import os
import random
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from audits.models import Audit
from core.numbering import next_number
from tests.permissions.matrix import KINDS, ROWS, Row
from tests.permissions.test_matrix import address_of
from tests.permissions.world import World, build_world

SEED = int(os.environ.get("FUZZ_SEED", "17025"))
REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "300"))
pytestmark = pytest.mark.django_db

WORDS = """
    q text sort page show after before laboratory grade organisation region kind sector state year mine late
    question mutation version verdict note person clear v1 n1 caption file clause letter title requirement
    evidence statement step reason due_on held_on attendance minutes conclusion degree leader part_1
    programme scheme checklist starts_on ends_on language purpose method objectives scope do coach correction
    extent cause effectiveness cause_considered actions-TOTAL_FORMS actions-INITIAL_FORMS actions-0-what
    actions-0-responsible actions-0-due_on theme name standard
"""
NAMES = WORDS.split()
ODD = [
    "",
    " ",
    "0",
    "1",
    "-1",
    "2147483648",
    "9" * 30,
    "9" * 5000,
    "1e9",
    "NaN",
    "٣",
    "²",
    "0x10",
    "1.5",
    "\x00",
    "\ud800",
    "a\r\nSet-Cookie: a=b",
    "a" * 20_001,
    "%",
    "_",
    "\\",
    "'",
    '"',
    "'; --",
    "1 OR 1=1",
    "<script>alert(1)</script>",
    "{{ 7|add:7 }}",
    "{% load static %}",
    "%(number)s",
    "%s%d",
    "\u202egnp.exe",
    "\u200b",
    "../../etc/passwd",
    "//evil.example",
    "javascript:alert(1)",
    "9999-12-31",
    "0001-01-01",
    "2026-02-30",
    "00:00",
    "~",
    "~1",
    "1~99999999999999999999",
    "9999-12-31~1",
    "nan~1",
    "password",
    "-laboratory__organisation__path",
    "null",
    "[]",
    '{"a": 1}',
    "true",
    "on",
    "conforming",
    "nonconforming",
    "accept",
    "close",
    "done",
    "undo",
    "add",
    "mine",
    "🙂" * 50,
    "Ә" * 500,
    "i" + "\u0307" * 500,
]
HEADERS = [
    {},
    {"HX-Request": "true"},
    {"X-Requested-With": "fetch"},
    {"Accept": "application/json"},
    {"Accept-Language": "kk"},
    {"Accept-Language": "../.."},
    {"X-HTTP-Method-Override": "DELETE"},
    {"Referer": "//evil.example"},
    {"Range": "bytes=5-1"},
]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        built = build_world()
        for audit in Audit.objects.all():
            next_number(f"evidence-{audit.pk}")  # the picture of the world was written past the counter
        yield built
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def browsers(world: World, django_db_blocker: DjangoDbBlocker) -> dict[str, Client]:
    """One browser for each kind of person, and one without an account."""
    found = {kind: Client(raise_request_exception=False) for kind in (*KINDS, "anonymous")}
    with django_db_blocker.unblock():
        for kind in KINDS:
            found[kind].force_login(world.people[kind])
    return found


def test_odd_requests_are_never_a_fault(world: World, browsers: dict[str, Client]) -> None:
    dice = random.Random(SEED)
    faults = []
    for number in range(REQUESTS):
        row = ROWS[number % len(ROWS)]
        kind = dice.choice(kinds_for(row))
        request = odd_request(dice, row, address_of(row, world))
        status = answered(browsers[kind], **request)
        if status >= 500:
            faults.append(f"{status} for {kind}: {str(request)[:300]}")
    assert faults == []


def kinds_for(row: Row) -> list[str]:
    """Mostly those who get through to the form; the others now and then."""
    let_in = [kind for kind in KINDS if row.wanted(kind) in ("200", "204", "302", "ok")]
    return [*let_in * 3, "anonymous", *KINDS] if let_in else [*KINDS, "anonymous"]


def odd_request(dice: random.Random, row: Row, url: str) -> dict[str, Any]:
    method = dice.choice([row.method] * 6 + ["GET", "POST", "HEAD", "OPTIONS", "PUT"])
    if dice.random() < 0.1:
        parts = url.strip("/").split("/")
        parts[dice.randrange(len(parts))] = quote(odd_value(dice)[:500], safe="", errors="surrogatepass") or "0"
        url = f"/{'/'.join(parts)}/"
    fields = {dice.choice(NAMES): odd_values(dice) for _ in range(dice.randint(1, 9))}
    if method == "POST":
        fields = {**sound_fields(dice), **fields}
    return {"method": method, "url": url, "fields": fields, "headers": dice.choice(HEADERS), "form": dice.random()}


def sound_fields(dice: random.Random) -> dict[str, list[str]]:
    """What lets a form get far enough to meet the odd ones."""
    return {"mutation": [str(uuid.UUID(int=dice.getrandbits(128)))], "version": [dice.choice("01")]}


def odd_value(dice: random.Random) -> str:
    return dice.choice(ODD)


def odd_values(dice: random.Random) -> list[str]:
    return [odd_value(dice) for _ in range(dice.choice([1, 1, 1, 2]))]


def answered(browser: Client, *, method: str, url: str, fields: Any, headers: Any, form: float) -> int:
    """The status; everything that the request wrote is taken back."""
    query = "&".join(f"{name}={quote(text, errors='surrogatepass')}" for name in fields for text in fields[name])
    with transaction.atomic():
        if method != "POST":
            response = browser.generic(method, f"{url}?{query}", headers=headers)
        elif form < 0.5:
            response = browser.post(url, query, content_type="application/x-www-form-urlencoded", headers=headers)
        elif form < 0.9:
            file = SimpleUploadedFile("a\u202e.txt", b"words", "image/png")
            sound = {name: [text for text in fields[name] if "\ud800" not in text] for name in fields}
            response = browser.post(url, {**sound, "file": file, "evidence": [file]}, headers=headers)
        else:
            response = browser.post(url, query, content_type="application/json", headers=headers)
        if response.streaming:
            b"".join(response.streaming_content)
        transaction.set_rollback(True)
    return response.status_code
