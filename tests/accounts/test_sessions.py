"""The list of one's sessions names browsers as their owners do."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.templatetags.sessions import browser_name
from tests.factories import PASSWORD, Network

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0"
PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (FIREFOX, "Firefox · Windows"),
        (EDGE, "Edge · Windows"),
        (PHONE, "Chrome · Android"),
        (IPHONE, "Safari · iPhone"),
        ("curl/8.0", "Unknown browser"),
        ("", "Unknown browser"),
    ],
)
def test_a_browser_is_named(told: str, said: str) -> None:
    assert browser_name(told) == said


@pytest.mark.django_db
def test_the_list_shows_the_name(network: Network) -> None:
    client = Client(headers={"user-agent": FIREFOX})
    client.post(reverse("account_login"), {"login": network.aigerim.email, "password": PASSWORD})
    page = client.get(reverse("usersessions_list")).content.decode()
    assert "Firefox · Windows" in page
    assert "Mozilla" not in page
