"""A whole site in a folder, made to be broken: its own durable Postgres, broker, worker and beat."""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import psycopg2

from launcher import processes, programs, project
from launcher.broker import Broker
from launcher.postgres import Postgres
from launcher.processes import Process
from launcher.programs import PostgresPrograms
from launcher.servant import servant, server_home

OFF = os.environ.get("LABAUDIT_CHAOS_OFF", "")
WAITS = {
    "LABAUDIT_JOB_LEASE_SECONDS": "2",
    "LABAUDIT_JOB_HINT_SECONDS": "1",
    "LABAUDIT_JOB_RESEND_SECONDS": "3",
    "LABAUDIT_JOB_BACKOFF_SECONDS": "1",
    "LABAUDIT_SWEEP_SECONDS": "1",
}
UNFINISHED = "SELECT count(*) FROM core_job WHERE state IN ('queued', 'running')"
RUNNING = "SELECT count(*) FROM core_job WHERE state = 'running'"
HALF_WAY = "SELECT count(*) FROM core_job WHERE state = 'running' AND progress = 50"
DOUBLED = "SELECT count(*) FROM (SELECT job_id FROM chaos_effect GROUP BY job_id HAVING count(*) > 1) AS twice"
LOST = """SELECT count(*) FROM core_job WHERE kind <> 'chaos_poison'
          AND (state <> 'done' OR id NOT IN (SELECT job_id FROM chaos_effect))"""


class Site:
    """Servers and processes of one site under fault."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="labaudit-chaos-"))
        self.folder.chmod(0o711)
        who = servant()
        self.postgres = Postgres(
            postgres_programs(), self.folder / "postgres", self.log("postgres"), who, brief_life=True
        )
        self.broker = Broker(broker_program(), self.folder / "broker", self.log("broker"), who, brief_life=True)
        self.worker: Process | None = None
        self.beat: Process | None = None

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.broker.url,
            "LABAUDIT_VAR": str(self.folder / "var"),
            "PYTHONPATH": str(project.ROOT),
            "PYTHONUNBUFFERED": "1",
            "CELERY_SKIP_CHECKS": "1",  # a killed worker is back sooner
        }
        return {**os.environ, **WAITS, **own}

    def start(self) -> None:
        self.postgres.start()
        self.broker.start()
        (self.folder / "var").mkdir()
        self.python("manage.py", "migrate", "--verbosity", "0")
        self.ask("CREATE TABLE chaos_effect (job_id bigint NOT NULL)")
        self.ask("CREATE TABLE chaos_saved (id bigint PRIMARY KEY)")
        self.start_worker()
        self.start_beat()

    def clear(self) -> None:
        """A fresh ledger for the next fault."""
        for table in ("core_jobeffect", "core_job", "chaos_effect", "chaos_saved"):
            self.ask(f"DELETE FROM {table}")

    def stop(self) -> None:
        for process in (self.beat, self.worker):
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

    def _celery(self, role: str, *options: str) -> Process:
        command: list[str | Path] = [sys.executable, "-m", "celery", "-A", "labaudit", role, *options]
        return processes.start(
            role,
            command,
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
        assert self.worker is not None
        try:
            return psutil.Process(self.worker.pid).children()
        except psutil.NoSuchProcess:
            return []

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

    def start_jobs(self, count: int, kind: str = "chaos_draw") -> float:
        """Save so many times, each starting a job; returns the seconds of the slowest save."""
        return float(self.python("-m", "tests.chaos.driver", "start", kind, str(count)))

    def start_saving(self, notes: Path) -> Process:
        command: list[str | Path] = [sys.executable, "-m", "tests.chaos.driver", "save", notes]
        return processes.start(
            "saver",
            command,
            log=self.log("saver"),
            environment=self.environment,
            folder=project.ROOT,
            brief_life=True,
        )

    def ask(self, sql: str) -> Any:
        """One value, or nothing, from the database."""
        line = psycopg2.connect(self.postgres.url)
        try:
            with line, line.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchone()[0] if cursor.description else None
        finally:
            line.close()

    def wait_until(self, true: Callable[[], bool], seconds: float) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if true():
                return True
            time.sleep(0.1)
        return False

    def wait_for_jobs(self, seconds: float = 60) -> bool:
        return self.wait_until(lambda: self.supervise() and self.ask(UNFINISHED) == 0, seconds)

    def last_words(self) -> str:
        return "\n".join(processes.tail(self.log(name)) for name in ("worker", "beat", "saver"))


def postgres_programs() -> PostgresPrograms:
    given = os.environ.get("LABAUDIT_PG_BIN")
    found = programs.postgres_in(Path(given)) if given else None
    return found or programs.postgres_programs(server_home(servant()), servant(), None)


def broker_program() -> Path:
    given = os.environ.get("LABAUDIT_BROKER_BIN")
    return Path(given) if given else programs.broker_program(server_home(servant()), servant())
