"""What every test may ask for. People have names; see tests/factories.py for what they are."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import User
from tests.factories import Network, build_network

pytest_plugins = ["tests.house.groups", "tests.house.templates_do_no_sql"]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """A request leaves its person's language behind in the thread; no test inherits it."""
    with translation.override("en"):
        yield


@pytest.fixture
def network(db: None) -> Network:
    """Two ministries, their laboratories and people, and one audit; see tests.factories.Network."""
    return build_network()


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    """A browser of this person, signed in."""

    def as_person(person: User) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return as_person
