"""What a browser does that keeps what was typed: each save has an id, and is sent again until it is answered."""

import http.client
import json
import re
import time
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
PATIENCE = 45
BROKEN = (OSError, http.client.HTTPException)


@dataclass(frozen=True)
class Answered:
    status: int
    body: str
    location: str = ""


@dataclass(frozen=True)
class Accepted:
    """One save that the site acknowledged. `words` are unique: they name what the person meant to write."""

    position: int
    words: str
    seen: int
    version: int
    seconds: float
    at: float


@dataclass
class Browser:
    """One signed-in browser with its own session."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    line: http.client.HTTPConnection | None = None
    cut_off: int = 0
    refused: int = 0
    overtaken: int = 0

    def sign_in(self, email: str, password: str) -> "Browser":
        token = TOKEN.search(self.ask("GET", "/account/login/").body)
        assert token is not None
        typed = {"login": email, "password": password, "csrfmiddlewaretoken": token[1]}
        answered = self.ask("POST", "/account/login/", typed)
        assert answered.status == 302, answered.body
        assert "sessionid" in self.cookies
        return self

    def ask(self, method: str, path: str, typed: dict[str, str] | None = None, *, script: bool = False) -> Answered:
        """One request on the open line. Raises one of BROKEN when the line breaks."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if typed is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["X-CSRFToken"] = self.cookies.get("csrftoken", "")
        if script:
            headers["X-Requested-With"] = "fetch"
        try:
            self.line = self.line or http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
            self.line.request(method, path, urlencode(typed) if typed is not None else None, headers)
            response = self.line.getresponse()
            body = response.read().decode()
        except BROKEN:
            self.hang_up()
            raise
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answered(response.status, body, response.headers.get("Location", ""))

    def ask_until_answered(self, path: str, typed: dict[str, str], *, script: bool = False) -> Answered:
        """The same form again and again: on a broken line, and when the site says that it cannot now."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                answered = self.ask("POST", path, typed, script=script)
            except BROKEN:
                self.cut_off += 1
                time.sleep(0.05)
            else:
                if answered.status < 500:
                    return answered
                self.refused += 1
                time.sleep(0.1)
        raise AssertionError(f"no answer to {path} in {PATIENCE} s")

    def twin(self) -> "Browser":
        """Another tab of the same browser: the same session, a line of its own."""
        return Browser(self.port, dict(self.cookies))

    def hang_up(self) -> None:
        if self.line is not None:
            self.line.close()
            self.line = None


@dataclass
class Auditor:
    """Someone who fills in the checklist of one audit and insists on what she typed."""

    browser: Browser
    code: str
    name: str
    seen: dict[int, int] = field(default_factory=dict)
    accepted: list[Accepted] = field(default_factory=list)
    number: "count[int]" = field(default_factory=count)

    def save(self, position: int, verdict: str) -> Accepted:
        """Until it is accepted; who was overtaken looks at what is there now and writes her words over it."""
        words = self.new_words()
        while True:
            if kept := self.try_once(position, verdict, words):
                return kept

    def try_once(self, position: int, verdict: str, words: str) -> Accepted | None:
        """Nothing when someone else was first; what she wrote is then seen."""
        began, seen = time.monotonic(), self.seen.get(position, 0)
        answered = self._send(position, verdict, words, seen)
        told = json.loads(answered.body)
        if answered.status != 200:
            assert answered.status == 409, answered
            self.browser.overtaken += 1
            self.seen[position] = int(told["current"]["version"])
            return None
        now = time.monotonic()
        kept = Accepted(position, words, seen, int(told["version"]), now - began, now)
        self.seen[position] = kept.version
        self.accepted.append(kept)
        return kept

    def new_words(self) -> str:
        return f"{self.name}-{next(self.number)}"

    def _send(self, position: int, verdict: str, words: str, seen: int) -> Answered:
        typed = {"mutation": str(uuid.uuid4()), "version": str(seen), "verdict": verdict, "note": words}
        path = f"/audits/{self.code}/answers/{position}/"
        return self.browser.ask_until_answered(path, typed, script=True)


def together(works: list[Callable[[], None]]) -> tuple[ThreadPoolExecutor, list["Future[None]"]]:
    """All of them at once, each in a thread; the caller waits for the futures."""
    pool = ThreadPoolExecutor(max_workers=len(works))
    return pool, [pool.submit(work) for work in works]


def all_together(works: list[Callable[[], None]]) -> None:
    """All of them at once, until the last is done; what one raises is raised here."""
    pool, futures = together(works)
    with pool:
        for future in futures:
            future.result()
