"""One letter is one template pair. The only place that sends mail; called from errands only."""

from collections.abc import Mapping
from typing import Any

from django.core.mail import EmailMessage
from django.template import Context, Engine
from django.utils import translation


def send(event: str, to: str, context: Mapping[str, Any], *, language: str) -> None:
    """Send the letter `email/<event>` to one person, in that person's language.

    `event` is "<app>/<name>": the pair is <app>/email/<name>.subject.txt and .txt. Raises OSError (which
    SMTPException is) when the post does not take it, so that the errand is tried again.
    """
    with translation.override(language):
        subject = " ".join(_written(f"{_stem(event)}.subject.txt", context).split())
        body = _written(f"{_stem(event)}.txt", context)
    EmailMessage(subject=subject, body=body, to=[to]).send()


def _written(template: str, context: Mapping[str, Any]) -> str:
    """Plain text: nothing is escaped as HTML."""
    letter = Engine.get_default().get_template(template)
    return letter.render(Context(dict(context), autoescape=False))


def _stem(event: str) -> str:
    app, _slash, name = event.rpartition("/")
    return f"{app}/email/{name}" if app else f"email/{name}"
