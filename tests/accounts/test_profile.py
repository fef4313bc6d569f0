"""A person's own page, theme, sign-in and the end of sessions."""

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.middleware import STARTED
from accounts.models import User
from accounts.services import deactivate
from tests.factories import PASSWORD, Network

LOGIN = "/account/login/"


def test_the_profile_keeps_name_language_and_theme(network: Network, sign_in: Callable[[User], Client]) -> None:
    client = sign_in(network.elena)
    answer = client.post("/profile/", {"name": "Elena Kornilova", "language": "ru", "theme": "dark"})
    assert answer.status_code == 302
    network.elena.refresh_from_db()
    assert (network.elena.name, network.elena.language, network.elena.theme) == ("Elena Kornilova", "ru", "dark")
    assert 'lang="ru"' in client.get("/profile/").content.decode()


def test_an_unknown_theme_is_refused(network: Network, sign_in: Callable[[User], Client]) -> None:
    assert sign_in(network.elena).post("/profile/theme/", {"theme": "pink"}).status_code == 400


def test_the_answer_is_the_same_whether_or_not_the_account_exists(network: Network) -> None:
    def said(email: str) -> str:
        answer = Client().post(LOGIN, {"login": email, "password": "not the password"})
        assert answer.status_code == 200
        return answer.content.decode().split("<form", 1)[1].replace(email, "")

    known, unknown = said(network.elena.email), said("nobody.at.all@example.org")
    strip = [line for line in known.splitlines() if "csrf" not in line and "mutation" not in line]
    assert strip == [line for line in unknown.splitlines() if "csrf" not in line and "mutation" not in line]


@pytest.mark.usefixtures("network")
def test_many_wrong_passwords_are_slowed_down() -> None:
    for _attempt in range(6):
        answer = Client().post(LOGIN, {"login": "elena@example.org", "password": "wrong wrong wrong"})
    assert "Too many" in answer.content.decode()
    right = Client().post(LOGIN, {"login": "elena@example.org", "password": PASSWORD})
    assert right.status_code == 200  # even the right one waits


def test_deactivating_ends_the_sessions_at_once(network: Network, sign_in: Callable[[User], Client]) -> None:
    client, other = sign_in(network.elena), sign_in(network.olga)
    assert client.get("/").status_code == 200
    deactivate(network.elena)
    assert client.get("/").status_code == 302
    assert other.get("/").status_code == 200
    assert Session.objects.count() == 1


def test_a_session_ends_after_twelve_hours(network: Network, sign_in: Callable[[User], Client]) -> None:
    client = sign_in(network.elena)
    client.get("/")
    session = client.session
    session[STARTED] -= 12 * 60 * 60 + 5
    session.save()
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer["Location"].startswith(LOGIN)


def test_there_is_no_public_sign_up(db: None) -> None:
    answer = Client().get("/account/signup/")
    assert 'type="password"' not in answer.content.decode()
    typed = {"email": "guest@example.org", "password1": PASSWORD}
    Client().post("/account/signup/", typed)
    assert not User.objects.exists()
