"""The running whole: servers, web, worker and beat."""

import argparse
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from launcher import environment, pango, ports, processes, project, servers, venv
from launcher.errors import Stop
from launcher.preparation import Preparation, migrations_mark
from launcher.processes import Process
from launcher.record import write_record
from launcher.signals import Hurry, undisturbed
from launcher.steps import note, say, step, table

WEB_STOP, WORKER_STOP, BEAT_STOP = 10.0, 15.0, 5.0
READY_SECONDS = 90
MOST_RESTARTS, RESTART_WINDOW = 3, 60.0


class Site:
    """The running whole: servers below, then web, worker and beat; closed in the opposite order."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.stack = ExitStack()
        self.started: list[tuple[Process, float]] = []
        self.watched: list[Process] = []
        self.commands: dict[str, tuple[list[str | Path], dict[str, str]]] = {}
        self.restarts: dict[str, list[float]] = {}
        self.port = options.port

    def live(self, started: float) -> int:
        """Start everything, say where it is, and stay until something ends or Ctrl-C."""
        python = venv.ensure("base")
        pango.ensure()
        running = self.stack.enter_context(servers.running())
        self.watched += running.processes
        self.choose_port()
        env = environment.django(
            settings="trial",
            database_url=running.database_url,
            broker_url=running.broker_url,
            host=self.options.host,
            port=self.port,
        )
        told = self.prepare_and_start(python, env, running.postgres_folder)
        self.wait_until_ready()
        self.greet(told, time.monotonic() - started)
        return self.watch()

    def choose_port(self) -> None:
        self.port = ports.first_free(self.options.host, self.options.port)
        if self.port != self.options.port:
            note(f"Port {self.options.port} is taken; using {self.port}.")

    def prepare_and_start(self, python: Path, env: dict[str, str], data: Path | None) -> dict[str, Any]:
        """Migrations run before anything that uses them; when none is new, everything starts at once."""
        stamp, mark = data / "migrated" if data else None, migrations_mark()
        if stamp and stamp.exists() and stamp.read_text(encoding="utf-8") == mark:
            with Preparation(python, env, self.options.bare) as preparing:
                self.start_processes(python, env)
                with step("Check the database and what is in it"):
                    return preparing.result()
        title = "Migrate, load the catalogue" + ("" if self.options.bare else ", seed the demo network")
        with step(title), Preparation(python, env, self.options.bare) as preparing:
            told = preparing.result()
        if stamp:
            project.write_private(stamp, mark)
        self.start_processes(python, env)
        return told

    def start_processes(self, python: Path, env: dict[str, str]) -> None:
        bind = f"[{self.options.host}]" if ":" in self.options.host else self.options.host
        celery: list[str | Path] = [python, "-m", "celery", "-A", "labaudit"]
        worker = ["worker", "--concurrency=2", "--hostname=labaudit@%h", "--without-gossip", "--without-mingle"]
        beat = ["beat", "--schedule", str(project.RUN / "beat"), "--pidfile", ""]
        web: list[str | Path] = [
            python,
            "-m",
            "gunicorn",
            "--config",
            project.ROOT / "gunicorn.conf.py",
            "labaudit.wsgi",
        ]
        with step("Start web, worker and beat"), undisturbed():
            self.start("web", web, {**env, "GUNICORN_BIND": f"{bind}:{self.port}"}, WEB_STOP)
            self.start("worker", [*celery, *worker], env, WORKER_STOP)
            self.start("beat", [*celery, *beat], env, BEAT_STOP)
            self.write_down()

    def write_down(self) -> None:
        write_record(environment.origin(self.options.host, self.port), [process for process, _ in self.started])

    def start(self, name: str, command: list[str | Path], env: dict[str, str], patience: float) -> None:
        log = project.LOG / f"{name}.log"
        process = processes.start(name, command, log=log, environment=env, folder=project.ROOT)
        (project.RUN / f"{name}.pid").write_text(f"{process.pid}\n", encoding="utf-8")
        self.started.append((process, patience))
        self.watched.append(process)
        self.commands[name] = (command, env)

    def wait_until_ready(self) -> None:
        with step("Wait until web, worker and database answer"):
            host = ports.LOCAL if self.options.host in ("0.0.0.0", "::") else self.options.host
            url = f"http://{f'[{host}]' if ':' in host else host}:{self.port}/readyz"
            deadline = time.monotonic() + READY_SECONDS
            answer = ""
            while time.monotonic() < deadline:
                self.stop_if_one_died()
                ready, answer = ask(url)
                if ready:
                    return
                time.sleep(0.1)
        raise Stop(f"The site does not get ready. {url} says: {answer}\n  Logs: {project.LOG}")

    def stop_if_one_died(self) -> None:
        for process in self.watched:
            if not process.alive():
                last = "\n".join(f"    {line}" for line in process.last_lines().splitlines())
                raise Stop(f"{process.name} has ended. Its last words:\n{last}\n    The whole log: {process.log}")

    def greet(self, told: dict[str, Any], seconds: float) -> None:
        say()
        say(f"  Ready in {seconds:.1f} s:  {environment.origin(self.options.host, self.port)}")
        lan = ports.lan_address() if self.options.host in ("0.0.0.0", "::") else None
        if lan:
            say(f"  From other machines:  http://{lan}:{self.port}")
        people = told.get("people") or []
        if people:
            say()
            head = ["Role", "Name", "E-mail", "Password"]
            say(
                table(
                    [
                        head,
                        *([person[key] for key in ("role", "name", "email", "password")] for person in people),
                    ]
                )
            )
        if told.get("setup_link"):
            say()
            say(f"  Make the first administrator here (works once):  {told['setup_link']}")
        if told.get("note"):
            say(f"  {told['note']}")
        say()
        say("  Ctrl-C stops everything; the data stays. Logs are in var/log/.")

    def watch(self) -> int:
        """Stay. Web, worker or beat that ended by itself is started again; a lost server ends everything."""
        while True:
            self.start_what_ended()
            self.stop_if_one_died()
            time.sleep(0.3)

    def start_what_ended(self) -> None:
        for process, patience in list(self.started):
            if not process.alive() and self.may_start_again(process.name):
                note(f"{process.name} has ended and is started again. Its log: {process.log}")
                process.end_group()
                with undisturbed():
                    self.started.remove((process, patience))
                    self.watched.remove(process)
                    self.start(process.name, *self.commands[process.name], patience)
                    self.write_down()

    def may_start_again(self, name: str) -> bool:
        """Not for ever: what ends again and again has a reason that somebody should read."""
        now = time.monotonic()
        lately = [moment for moment in self.restarts.get(name, []) if moment > now - RESTART_WINDOW]
        self.restarts[name] = [*lately, now]
        return len(lately) < MOST_RESTARTS

    def close(self) -> None:
        """Beat, web, worker, then the servers. Another Ctrl-C shortens the waiting, never the order."""
        hurry = Hurry()
        order = {"beat": 0, "web": 1, "worker": 2}
        for process, patience in sorted(self.started, key=lambda entry: order[entry[0].name]):
            if process.alive():
                with step(f"Stop {process.name}"):
                    hurry.stop(process, patience)
            process.end_group()
            (project.RUN / f"{process.name}.pid").unlink(missing_ok=True)
        self.stack.close()


def ask(url: str) -> tuple[bool, str]:
    """Whether the site says it is ready, and its words."""
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=5) as answer:
            return True, answer.read(2000).decode(errors="replace")
    except urllib.error.HTTPError as error:
        return False, f"{error.code} {error.read(2000).decode(errors='replace')}"
    except OSError as error:
        return False, str(error)
