"""A corpus of bad files: each is refused with its place, and nothing changes."""

import time
import uuid
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from standards.models import Clause, Edition, PendingImport, Question
from standards.parsing.files import parse_upload
from standards.parsing.rows import ParseFailed
from standards.queries.exporting import exported
from standards.services.importing import propose_import
from standards.services.loading import load_edition
from tests.factories import Network
from tests.standards import malformed, malformed_others
from tests.standards.builders import HEADER, as_yaml
from tests.standards.malformed import Bad

SLOWEST = 3.0
ALL = [*malformed.ALL, *malformed_others.ALL]
WORKBOOKS = [bad for bad in ALL if bad.name.endswith(".xlsx")]
KEPT = (Edition, Clause, Question, PendingImport)


@dataclass(frozen=True)
class Keeper:
    """An administrator, as a service knows one."""

    person_id: int
    person_name: str

    def has(self, *roles: str) -> bool:
        return "administrator" in roles


def named(bad: Bad) -> dict[str, str]:
    """What the person types beside the file."""
    return {} if bad.what == "no title, oscal" else {name: HEADER[name] for name in ("standard", "year", "title")}


def refused(bad: Bad) -> ParseFailed:
    with pytest.raises(ParseFailed) as caught:
        parse_upload(bad.content, bad.name, named(bad))
    return caught.value


def test_there_are_more_than_a_hundred_and_no_two_are_the_same() -> None:
    assert len(ALL) > 130
    assert [what for what, count in Counter(bad.what for bad in ALL).items() if count > 1] == []
    assert len({(bad.name, bad.content) for bad in ALL}) == len(ALL)


@pytest.mark.parametrize("bad", ALL, ids=lambda bad: bad.what)
def test_a_bad_file_is_refused_with_its_place(bad: Bad) -> None:
    began = time.monotonic()
    troubles = refused(bad).troubles
    assert time.monotonic() - began < SLOWEST
    assert 1 <= len(troubles) <= 50
    said = [str(trouble) for trouble in troubles]
    assert [line for line in said if bad.place in line and bad.words in line], said[:5]
    assert [line for line in said if len(line) > 400 or not line.partition(": ")[2]] == []


@pytest.mark.django_db
def test_nothing_changes(network: Network, sign_in: Any) -> None:
    """Through the service, and some through the page, as an administrator sends them."""
    load_edition(parse_upload(as_yaml(), "demo.yaml"))
    edition = Edition.objects.select_related("standard").get(slug="demo-1-2024")
    before = exported(edition)
    counts = [model.objects.count() for model in KEPT]
    adil = Keeper(network.adil.pk, network.adil.name)
    for bad in [*(bad for bad in ALL if not bad.name.endswith(".xlsx")), *WORKBOOKS[::8]]:
        with pytest.raises(ParseFailed):
            propose_import(by=adil, mutation=uuid.uuid4(), content=bad.content, name=bad.name, header=named(bad))
    client = sign_in(network.adil)
    for bad in ALL[::15]:
        sent = {"file": SimpleUploadedFile(bad.name, bad.content), "mutation": str(uuid.uuid4())}
        answer = client.post("/standards/import/", sent | named(bad))
        assert answer.status_code == 200, bad.what
        assert 'role="alert"' in answer.content.decode() or "errorlist" in answer.content.decode(), bad.what
    assert exported(edition) == before
    assert [model.objects.count() for model in KEPT] == counts
