"""A whole site in a folder, made to be broken: its own durable Postgres, broker, worker and beat."""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import psycopg2

from launcher import ports, processes, programs, project
from launcher.broker import Broker
from launcher.postgres import Postgres
from launcher.processes import Process
from launcher.programs import PostgresPrograms
from launcher.servant import servant, server_home
from tests.chaos.defences import OFF, ONE_EFFECT_ONLY

WAITS = {
    "LABAUDIT_JOB_LEASE_SECONDS": "2",
    "LABAUDIT_JOB_HINT_SECONDS": "1",
    "LABAUDIT_JOB_RESEND_SECONDS": "3",
    "LABAUDIT_JOB_BACKOFF_SECONDS": "1",
    "LABAUDIT_SWEEP_SECONDS": "1",
}
UNFINISHED = "SELECT count(*) FROM core_job WHERE id > %s AND state IN ('queued', 'running')"
HALF_WAY = "SELECT count(*) FROM core_job WHERE id > %s AND state = 'running' AND progress = 50"
JOBS = "SELECT count(*) FROM core_job WHERE id > %s"
DOUBLED = """SELECT count(*) FROM (SELECT job_id FROM core_jobeffect WHERE job_id > %s
             GROUP BY job_id HAVING count(*) > 1) AS twice"""
LOST = """SELECT count(*) FROM core_job WHERE id > %s AND kind <> 'chaos_poison'
          AND (state <> 'done' OR id NOT IN (SELECT job_id FROM core_jobeffect))"""
WEB_WORKERS = 2


class Site:
    """Servers and processes of one site under fault."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="labaudit-chaos-"))
        self.folder.chmod(0o711)
        who = servant()
        self.postgres = Postgres(
            postgres_programs(),
            self.folder / "postgres",
            self.log("postgres"),
            who,
            durable=OFF != "durable",
            brief_life=True,
        )
        self.broker = Broker(broker_program(), self.folder / "broker", self.log("broker"), who, brief_life=True)
        self.worker: Process | None = None
        self.beat: Process | None = None
        self.web: Process | None = None
        self.port = ports.any_free()
        self.first_job = 0
        self.world: dict[str, Any] = {}

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    @property
    def media(self) -> Path:
        return self.folder / "var" / "media"

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.broker.url,
            "LABAUDIT_VAR": str(self.folder / "var"),
            "PYTHONPATH": str(project.ROOT),
            "PYTHONUNBUFFERED": "1",
            "GUNICORN_BIND": f"127.0.0.1:{self.port}",
            "WEB_CONCURRENCY": str(WEB_WORKERS),
            "CELERY_SKIP_CHECKS": "1",  # a killed worker is back sooner
        }
        return {**os.environ, **WAITS, **own}

    def start(self) -> None:
        self.postgres.start()
        self.broker.start()
        (self.folder / "var").mkdir()
        self.python("manage.py", "migrate", "--verbosity", "0")
        if OFF == "fence":
            self.ask(ONE_EFFECT_ONLY)
        self.world = self.run_inside("build")
        self.start_worker()
        self.start_beat()
        self.start_web()

    def begin(self) -> None:
        """The next fault counts its own jobs only."""
        self.first_job = self.ask("SELECT coalesce(max(id), 0) FROM core_job")

    def stop(self) -> None:
        for process in (self.web, self.beat, self.worker):
            if process:
                process.end_group()
                process.wait(5)
        self.broker.stop()
        self.postgres.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start_worker(self) -> None:
        self.worker = self.start_other_worker()

    def start_other_worker(self) -> Process:
        options = ["--concurrency", "2", "--loglevel", "info", "--without-gossip", "--without-mingle"]
        return self._celery("worker", *options)

    def start_beat(self) -> None:
        if OFF != "sweeper":
            self.beat = self._celery("beat", "--schedule", str(self.folder / "beat"))

    def start_web(self) -> None:
        config = str(project.ROOT / "gunicorn.conf.py")
        self.web = self._launch("web", "gunicorn", "labaudit.wsgi", "--config", config)
        assert self.wait_until(self.web_answers, 30), self.last_words()

    def web_answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def _celery(self, role: str, *options: str) -> Process:
        return self._launch(role, "celery", "-A", "labaudit", role, *options)

    def _launch(self, role: str, module: str, *options: str) -> Process:
        return processes.start(
            role,
            [sys.executable, "-m", module, *options],
            log=self.log(role),
            environment=self.environment,
            folder=project.ROOT,
            brief_life=True,
        )

    def kill_worker(self) -> None:
        """The machine of the worker goes down: parent and children at once."""
        assert self.worker is not None
        self.worker.end_group()
        self.worker.wait(5)
        self.start_worker()

    def send_worker(self, number: int) -> None:
        """One signal to the worker and all its children."""
        assert self.worker is not None
        os.killpg(self.worker.pid, number)

    def supervise(self) -> bool:
        """What systemd or Compose does: a worker that ended is started again. True when nothing was to do.

        Celery gives up when all children die while it starts.
        """
        assert self.worker is not None
        if self.worker.alive():
            return True
        self.start_worker()
        return False

    def any_child(self, dice: random.Random) -> psutil.Process:
        """One of the worker's children; a worker that has just lost all of them gets new ones."""
        children: list[psutil.Process] = []

        def found() -> bool:
            children[:] = self.children() if self.supervise() else []
            return bool(children)

        assert self.wait_until(found, 20), self.last_words()
        return children[dice.randrange(len(children))]

    def children(self) -> list[psutil.Process]:
        return children_of(self.worker)

    def web_children(self) -> list[psutil.Process]:
        return children_of(self.web)

    def python(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=project.ROOT,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def run_inside(self, *arguments: str) -> dict[str, Any]:
        """One of the programs of tests/chaos/world.py."""
        told: dict[str, Any] = json.loads(self.python("-m", "tests.chaos.world", *arguments))
        return told

    def start_inside(self, *arguments: str) -> Process:
        """The same, beside us; its output is in a log."""
        return self._launch("world", "tests.chaos.world", *arguments)

    def start_jobs(self, count: int, kind: str = "chaos_draw") -> float:
        """Save so many times, each starting a job; returns the seconds of the slowest save."""
        return float(self.run_inside("start", kind, str(count))["slowest"])

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(psycopg2.connect(self.postgres.url)) as line, line, line.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    def ask(self, sql: str, *values: Any) -> Any:
        """The first value, or nothing, from the database."""
        rows = self.rows(sql, *values)
        return rows[0][0] if rows else None

    def ask_jobs(self, sql: str) -> int:
        """A count over the jobs of this fault."""
        return int(self.ask(sql, self.first_job))

    def wait_until(self, true: Callable[[], bool], seconds: float) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if true():
                return True
            time.sleep(0.03)
        return False

    def wait_for_jobs(self, seconds: float = 60) -> bool:
        return self.wait_until(lambda: self.supervise() and self.ask_jobs(UNFINISHED) == 0, seconds)

    def last_words(self) -> str:
        return "\n".join(processes.tail(self.log(name)) for name in ("worker", "beat", "web", "world"))


def children_of(process: Process | None) -> list[psutil.Process]:
    assert process is not None
    try:
        return psutil.Process(process.pid).children()
    except psutil.NoSuchProcess:
        return []


def postgres_programs() -> PostgresPrograms:
    given = os.environ.get("LABAUDIT_PG_BIN")
    found = programs.postgres_in(Path(given)) if given else None
    return found or programs.postgres_programs(server_home(servant()), servant(), None)


def broker_program() -> Path:
    given = os.environ.get("LABAUDIT_BROKER_BIN")
    return Path(given) if given else programs.broker_program(server_home(servant()), servant())
