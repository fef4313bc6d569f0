"""A letter is a pair of templates in the reader's language; the post being down is the caller's to know."""

import socket
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core import mail as outbox

from core import mail


@pytest.fixture
def letters(settings: Any, tmp_path: Path) -> None:
    folder = tmp_path / "demo" / "email"
    folder.mkdir(parents=True)
    (folder / "hello.subject.txt").write_text("{{ name }},\n  {{ day|date:'F' }}\n")
    (folder / "hello.txt").write_text("{% load i18n %}{% get_current_language as code %}{{ code }}: {{ name }}")
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path], "OPTIONS": {"context_processors": []}}]


def test_one_letter_in_the_readers_language(letters: None) -> None:
    mail.send("demo/hello", "dana@example.org", {"name": "Дана & <co>", "day": date(2031, 5, 1)}, language="ru")
    (letter,) = outbox.outbox
    assert (letter.subject, letter.body, letter.to) == ("Дана & <co>, Май", "ru: Дана & <co>", ["dana@example.org"])


def test_a_post_that_is_down_is_heard_of(letters: None, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.getsockname()[1]
    with pytest.raises(OSError, match="refused"):
        mail.send("demo/hello", "dana@example.org", {"name": "a"}, language="en")
