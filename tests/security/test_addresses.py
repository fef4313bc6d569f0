"""Numbers in addresses never grow beyond what a column holds, whatever the view does with them."""

import uuid
from collections.abc import Callable, Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter

from accounts.models import User
from tests.factories import Network, build_audit

OURS = ("core", "accounts", "laboratories", "standards", "findings", "auditors", "audits", "reports", "insight")
LONG = ["2147483648", "9" * 19, "9" * 80, "9" * 400]


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        elif entry.callback.__module__.partition(".")[0] in OURS:
            yield entry


def test_no_address_takes_a_number_without_a_bound() -> None:
    unbounded = [
        str(pattern.pattern)
        for pattern in patterns(get_resolver())
        if any(isinstance(each, IntConverter) for each in pattern.pattern.converters.values())
    ]
    assert unbounded == []


@pytest.mark.parametrize("number", LONG)
def test_an_answer_at_an_impossible_place_is_a_404(
    number: str, network: Network, sign_in: Callable[[User], Client]
) -> None:
    audit = build_audit(network)
    client = sign_in(network.aigerim)
    form = {"mutation": str(uuid.uuid4()), "version": "0", "verdict": "conforming"}
    assert client.post(f"/audits/{audit.code}/answers/{number}/", form).status_code == 404
    upload = {"mutation": str(uuid.uuid4()), "file": SimpleUploadedFile("a.txt", b"words")}
    assert client.post(f"/audits/{audit.code}/answers/{number}/evidence/", upload).status_code == 404
    assert client.get(f"/audits/{audit.code}/answers/{number}/context/").status_code == 404
    assert client.get(f"/findings/{number}/").status_code == 404


def test_the_largest_number_still_finds_its_way(network: Network, sign_in: Callable[[User], Client]) -> None:
    assert sign_in(network.aigerim).get("/findings/2147483647/").status_code == 404
