"""The one-time link of an empty installation."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import SetupLink, User
from accounts.services import new_setup_link
from laboratories.access import Access
from laboratories.enums import Role
from laboratories.models import Organisation

TYPED = {
    "organisation": "Invented agency",
    "name": "Adil Serikbaev",
    "email": "Adil@Example.org",
    "password": "a quiet sample room",
}


@pytest.fixture
def token(db: None) -> str:
    return new_setup_link()


def test_it_makes_the_first_administrator_who_can_sign_in(token: str) -> None:
    client = Client()
    assert client.get(f"/setup/{token}/").status_code == 200
    assert client.post(f"/setup/{token}/", TYPED).status_code == 302
    person = User.objects.get()
    assert person.email == "adil@example.org"
    assert Access.of(person).has(Role.ADMINISTRATOR)
    assert Organisation.objects.get().name == "Invented agency"
    answer = client.post("/account/login/", {"login": "adil@example.org", "password": TYPED["password"]})
    assert answer.status_code == 302


def test_it_works_once(token: str) -> None:
    assert Client().post(f"/setup/{token}/", TYPED).status_code == 302
    again = Client().post(f"/setup/{token}/", {**TYPED, "email": "second@example.org"})
    assert again.status_code == 410
    assert User.objects.count() == 1


def test_a_wrong_or_old_token_is_refused(token: str) -> None:
    assert Client().get("/setup/something-else/").status_code == 410
    SetupLink.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert Client().post(f"/setup/{token}/", TYPED).status_code == 410
    assert not User.objects.exists()


def test_a_weak_password_changes_nothing(token: str) -> None:
    answer = Client().post(f"/setup/{token}/", {**TYPED, "password": "password"})
    assert answer.status_code == 200
    assert "too short" in answer.content.decode()
    assert not User.objects.exists()


def test_the_token_itself_is_not_kept(token: str) -> None:
    assert token not in str(list(SetupLink.objects.values()))
