"""The coach reads what a person types while she types: no text may keep it busy."""

import time
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from findings.coach import coach
from tests.factories import Network, build_audit

HOSTILE = [
    "a" * 8000,
    "1" * 8000,
    "1" * 4000 + " " * 4000,
    "1 " * 4000,
    "A." * 4000,
    "1" + " " * 7999,
    "1 of " * 1600,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_cost_milliseconds(text: str) -> None:
    began = time.process_time()
    coach(text, text)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("letter", ["a", "1", " "])
def test_a_text_longer_than_the_form_takes_is_not_read_to_its_end(
    letter: str, network: Network, sign_in: Callable[[User], Client]
) -> None:
    audit = build_audit(network)
    began = time.process_time()
    form = {"coach": "1", "evidence": "1" + letter * 500_000, "statement": letter * 500_000}
    answer = sign_in(network.aigerim).post(f"/audits/{audit.code}/answers/1/finding/", form)
    assert answer.status_code == 200
    assert time.process_time() - began < 3


def test_the_coach_still_sees_what_it_should() -> None:
    assert coach("Two of twelve charts had no points.", "QC-12, 2 of 12 charts, 14.09.2026") == []
    assert any("found again" in remark for remark in coach("x", "charts, 14.09.2026, 12 September"))
    assert any("How many of how many" in remark for remark in coach("x", "QC-12, 14.09.2026"))
    assert not any("How many of how many" in remark for remark in coach("x", "QC-7: 31-ден 4"))
