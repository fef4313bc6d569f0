"""One person at the door of the WSGI application: no network, but everything behind it as in earnest."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User

CSRF = "b" * 32
NOT_COUNTED = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


@dataclass(frozen=True)
class Ask:
    """One request."""

    path: str
    query: str = ""
    form: Mapping[str, str] | None = None
    fetch: bool = False

    @property
    def method(self) -> str:
        return "GET" if self.form is None else "POST"


@dataclass
class Browser:
    """`ask` answers with the body; anything but 200 or 302 ends the run."""

    application: WSGIHandler
    cookies: str
    status: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, email: str, application: WSGIHandler) -> "Browser":
        client = Client()
        client.force_login(User.objects.get(email=email))
        return cls(application, f"sessionid={client.cookies['sessionid'].value}; csrftoken={CSRF}")

    def ask(self, wanted: Ask) -> bytes:
        body: Any = self.application(self._environ(wanted), self._start)
        content = b"".join(body)
        if hasattr(body, "close"):
            body.close()
        if self.status[-1][:3] not in ("200", "302"):
            raise RuntimeError(f"{wanted.method} {wanted.path}: {self.status[-1]} {content[:300]!r}")
        return content

    def statements(self, wanted: Callable[[], Ask]) -> list[str]:
        """What the request asks of the database, without the marks of transactions."""
        request = wanted()
        with CaptureQueriesContext(connection) as queries:
            self.ask(request)
        return [query["sql"] for query in queries if not query["sql"].startswith(NOT_COUNTED)]

    def _start(self, status: str, headers: Any, error: Any = None, /) -> Any:
        self.status[:] = [status]

    def _environ(self, wanted: Ask) -> dict[str, Any]:
        body = urlencode(wanted.form).encode() if wanted.form is not None else b""
        environ = {
            "REQUEST_METHOD": wanted.method,
            "PATH_INFO": wanted.path,
            "QUERY_STRING": wanted.query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost",
            "HTTP_ACCEPT": "text/html",
            "HTTP_ACCEPT_LANGUAGE": "en",
            "HTTP_COOKIE": self.cookies,
            "HTTP_X_CSRFTOKEN": CSRF,
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/x-www-form-urlencoded" if body else "",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.version": (1, 0),
            "wsgi.multithread": False,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        return environ | ({"HTTP_X_REQUESTED_WITH": "fetch"} if wanted.fetch else {})
