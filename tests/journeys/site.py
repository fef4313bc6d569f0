"""A whole site for journeys: its own database and broker, gunicorn, worker and beat, with the demo network in it."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from tests.chaos.site import broker_program

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
# What was lost is sent again within seconds, so that no journey waits long for it.
WAITS = {
    "LABAUDIT_JOB_HINT_SECONDS": "1",
    "LABAUDIT_JOB_RESEND_SECONDS": "3",
    "LABAUDIT_JOB_BACKOFF_SECONDS": "1",
    "LABAUDIT_SWEEP_SECONDS": "1",
}


@dataclass
class Site:
    """`people` holds address and password by role. `folder` keeps media and logs until the site stops."""

    folder: Path
    name: str
    origin: str = ""
    broker_port: int = 0
    people: dict[str, dict[str, str]] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        port = free_port()
        self.origin = f"http://localhost:{port}"
        self.broker_port = free_port()
        self.environment = {
            **os.environ,
            **WAITS,
            "DJANGO_SETTINGS_MODULE": "labaudit.settings.trial",
            "DATABASE_URL": self.new_database(),
            "REDIS_URL": f"redis://127.0.0.1:{self.broker_port}/0",
            "SECRET_KEY": "a-key-for-journeys-that-guards-nothing-0123456789-abcdef",
            "LABAUDIT_VAR": str(self.folder),
            "LABAUDIT_ORIGIN": self.origin,
            "GUNICORN_BIND": f"127.0.0.1:{port}",
        }
        self.start_broker()
        answer = self.manage("prepare")
        self.people = {person["role"]: person for person in json.loads(answer.splitlines()[-1])["people"]}
        self.run("web", "gunicorn", "labaudit.wsgi", "--config", str(ROOT / "gunicorn.conf.py"))
        self.start_worker()
        schedule = str(self.folder / "beat")
        self.run("beat", "celery", "-A", "labaudit", "beat", "--schedule", schedule, "--pidfile", "")
        self.wait_until_ready()

    def start_worker(self) -> None:
        options = ("--concurrency", "1", "--without-gossip", "--without-mingle", "-n", f"{self.name}@%h")
        self.run("worker", "celery", "-A", "labaudit", "worker", *options)

    def stop_worker(self) -> None:
        self.end("worker")

    def start_broker(self) -> None:
        """Of our own, so that no other worker takes our hints, and so that it can be stopped."""
        keeps_nothing = ("--save", "", "--appendonly", "no", "--dir", str(self.folder))
        address = ("--bind", "127.0.0.1", "--port", str(self.broker_port))
        self._launch("broker", str(broker_program()), *address, *keeps_nothing)

    def stop_broker(self) -> None:
        self.end("broker")

    def stop(self) -> None:
        for name in reversed(list(self.processes)):
            self.end(name)
        self.drop_database()

    def end(self, name: str) -> None:
        process = self.processes.pop(name)
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def run(self, name: str, module: str, *arguments: str) -> None:
        self._launch(name, sys.executable, "-m", module, *arguments)

    def _launch(self, name: str, *command: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
        return done.stdout.strip()

    def ready(self) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"{self.origin}/readyz", timeout=3) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            status, text = self.ready()
            if status == 200:
                return
            time.sleep(0.2)
        raise AssertionError(f"the site did not get ready: {text}\n{self.logs()}")

    def not_ready(self) -> list[str]:
        """The parts that /readyz names."""
        names: list[str] = json.loads(self.ready()[1])["not_ready"]
        return names

    def ask(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows that a statement gives in the site's own database; what it changes is kept."""
        opened = closing(psycopg2.connect(self.environment["DATABASE_URL"]))
        with opened as connection, connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def logs(self) -> str:
        return "\n".join(f"--- {path.name}\n{path.read_text()[-3000:]}" for path in sorted(self.folder.glob("*.log")))

    def new_database(self) -> str:
        parts = urlsplit(os.environ["DATABASE_URL"])
        self._server(f'DROP DATABASE IF EXISTS "{self.name}"', f'CREATE DATABASE "{self.name}"')
        return urlunsplit(parts._replace(path=f"/{self.name}"))

    def drop_database(self) -> None:
        self._server(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _server(self, *statements: str) -> None:
        connection = psycopg2.connect(os.environ["DATABASE_URL"])
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
        finally:
            connection.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
