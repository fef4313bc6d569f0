"""Fails a test in which a template asks the database. A page is built in queries.py before it is drawn.

Allowed while a template renders: the choices of a form field, the frame (navigation of the roof, one statement when
the view did not ask for the person's access), the signed-in person, messages of the session, and pages of libraries.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.template.backends.django import Template

LIBRARIES = ("account/", "mfa/", "usersessions/", "allauth/", "django/")
ALLOWED = (
    "/django/forms/",
    "/django/contrib/messages/",
    "/django/contrib/auth/",
    "/core/context_processors.py",
    "/labaudit/navigation.py",
)


def allowed_by_stack() -> bool:
    """Does one of the frames between the template and the statement belong to what is allowed?"""
    frame = sys._getframe(2)
    while frame is not None:
        path = frame.f_code.co_filename
        if any(part in path for part in ALLOWED):
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False


@contextmanager
def watched(template: str, found: list[str]) -> Iterator[None]:
    def wrapper(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not allowed_by_stack():
            found.append(f"{template}: {sql[:160]}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield


@pytest.fixture(autouse=True)
def templates_do_no_sql(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    found: list[str] = []
    plain = Template.render

    def render(self: Template, context: Any = None, request: Any = None) -> Any:
        name = self.template.name or "a template"
        if name.startswith(LIBRARIES):
            return plain(self, context, request)
        with watched(name, found):
            return plain(self, context, request)

    monkeypatch.setattr(Template, "render", render)
    yield
    assert found == [], "a template asked the database"
