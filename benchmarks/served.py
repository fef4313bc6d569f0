"""Two pages once more through gunicorn and a socket, and the memory of a web worker that served them."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from django.urls import reverse

from benchmarks import floor
from benchmarks.browser import Browser
from benchmarks.measuring import Figure, side_by_side
from benchmarks.workloads import CHECKLIST, LEADER, LIST, PEOPLE, Limit, audit_in_hand
from labaudit.demo.seeding import SEED

ROOT = Path(__file__).resolve().parent.parent
WAIT = 30.0


def figures(size: str, only: str, n: int) -> Iterator[Figure]:
    checklist = f"{reverse('audits:audit-detail', args=[audit_in_hand().code])}checklist/"
    pages: list[tuple[str, str, Limit]] = [
        ("served-checklist", checklist, CHECKLIST),
        ("served-audits-list", reverse("audits:audit-list"), LIST),
    ]
    pages = [page for page in pages if only in page[0]]
    if not pages:
        return
    with (
        gunicorn("labaudit.wsgi:application") as (port, parent),
        gunicorn("benchmarks.floor_wsgi:application") as (other, _),
    ):
        cookies = Browser.of(PEOPLE[LEADER], floor.Handler()).cookies
        for name, path, limit in pages:
            yield figure(name, Line(port, cookies), path, Line(other, cookies), limit, size, n)
        yield memory(worker_memory(parent), size)


def figure(name: str, ours: "Line", path: str, plain: "Line", limit: Limit, size: str, n: int) -> Figure:
    times, floors = side_by_side(lambda: partial(ours.get, path), lambda: partial(plain.get, "/hello/"), n)
    return Figure(
        name=name,
        person=LEADER,
        p50_ms=times.p50,
        p95_ms=times.p95,
        floor="hello, served",
        floor_p50_ms=floors.p50,
        ratio=round(times.p50 / floors.p50, 2),
        limit_ratio=limit.ratio,
        limit_sql=None,
        sql=None,
        bytes=len(ours.get(path)),
        n=n,
        seed=SEED,
        size=size,
    )


def memory(megabytes: int, size: str) -> Figure:
    return Figure(
        "web-worker-memory",
        0,
        0,
        None,
        None,
        None,
        None,
        None,
        None,
        1,
        SEED,
        size,
        memory_mb=megabytes,
        limit_memory_mb=170,
    )


class Line:
    """One client that keeps its connection."""

    def __init__(self, port: int, cookies: str) -> None:
        self.connection = http.client.HTTPConnection("localhost", port, timeout=WAIT)
        self.headers = {"Cookie": cookies, "Accept": "text/html"}

    def get(self, path: str) -> bytes:
        self.connection.request("GET", path, headers=self.headers)
        response = self.connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"GET {path}: {response.status}")
        return body


@contextmanager
def gunicorn(application: str) -> Iterator[tuple[int, int]]:
    """The port and the process of a server with one worker, gone afterwards."""
    port = free_port()
    env = {**os.environ, "GUNICORN_BIND": f"127.0.0.1:{port}", "WEB_CONCURRENCY": "1", "WEB_THREADS": "2"}
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "--log-level", "error", application]
    server = subprocess.Popen(command, cwd=ROOT, env=env)
    try:
        wait_for(port, server)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(WAIT)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + WAIT
    while time.monotonic() < end and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("gunicorn did not start")


def worker_memory(parent: int) -> int:
    """What the one worker holds, shared pages included, in MB."""
    workers = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    status = Path(f"/proc/{workers[0]}/status").read_text(encoding="ascii")
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(resident.split()[1]) // 1024
