"""./lab up: everything from nothing to a running site, and back in order."""

import argparse
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Any

from launcher import environment, pango, ports, processes, project, servers, venv
from launcher.errors import Stop
from launcher.locks import Lock
from launcher.processes import Process
from launcher.steps import note, say, say_why, screen, step, table

LOCK = "up.lock"
RECORD = "up.json"
WEB_STOP, WORKER_STOP, BEAT_STOP = 10.0, 15.0, 5.0
READY_SECONDS = 90


def main(arguments: list[str]) -> int:
    options = parser().parse_args(arguments)
    project.make_folders()
    lock = Lock(project.RUN / LOCK)
    if not lock.alone():
        return already_up()
    listen_for_signals()
    try:
        return run(options)
    finally:
        project.write_private(project.RUN / RECORD, "{}")
        lock.release()


def parser() -> argparse.ArgumentParser:
    asked = argparse.ArgumentParser(prog="./lab up", description="Start the site with a demo network in it.")
    asked.add_argument("--host", default=ports.LOCAL, help="address to listen on (0.0.0.0: the whole network)")
    asked.add_argument("--port", type=port_number, default=8000, help="port to listen on (taken: the next free one)")
    asked.add_argument("--bare", action="store_true", help="no demo network; a link to make the first administrator")
    return asked


def port_number(text: str) -> int:
    number = int(text) if text.isdigit() else 0
    if not 0 < number < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port (1 to 65535)")
    return number


def already_up() -> int:
    """Another ./lab up runs in this folder."""
    record = read_record()
    address = record.get("address")
    if address:
        say(f"The site is already up at {address} (process {record.get('launcher')}). Ctrl-C there stops it.")
    else:
        say("Another ./lab up is starting or stopping in this folder. Wait for it, or stop it with Ctrl-C.")
    return 1


def read_record() -> dict[str, Any]:
    try:
        record = json.loads((project.RUN / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def listen_for_signals() -> None:
    """SIGTERM and a closed terminal end us as Ctrl-C does."""

    def end(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)


def run(options: argparse.Namespace) -> int:
    started = time.monotonic()
    project.need_disk()
    ports.must_be_ours(options.host)
    stop_leftovers()
    site = Site(options)
    try:
        return site.live(started)
    except Stop as reason:
        return say_why(str(reason))
    except KeyboardInterrupt:
        say()
        say("Stopping.")
        return 0
    finally:
        site.close()


def stop_leftovers() -> None:
    """After a crash of ./lab itself its children may still run: end them before starting new ones."""
    for name, pid in read_record().get("pids", {}).items():
        if processes.is_ours(pid, "labaudit") or processes.is_ours(pid, str(project.VENV)):
            note(f"{name} of an earlier run was still there (process {pid}): stopping it.")
            Process(name, pid, project.LOG / f"{name}.log").stop(5)


class Site:
    """The running whole: servers below, then web, worker and beat; closed in the opposite order."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.stack = ExitStack()
        self.started: list[tuple[Process, float]] = []
        self.watched: list[Process] = []
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
            preparing = Preparation(python, env, self.options.bare)
            try:
                self.start_processes(python, env)
                with step("Check the database, catalogue and demo network"):
                    return preparing.result()
            finally:
                preparing.end()
        with step("Migrate, load the catalogue" + ("" if self.options.bare else ", seed the demo network")):
            told = Preparation(python, env, self.options.bare).result()
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
        with step("Start web, worker and beat"):
            self.start("web", web, {**env, "GUNICORN_BIND": f"{bind}:{self.port}"}, WEB_STOP)
            self.start("worker", [*celery, *worker], env, WORKER_STOP)
            self.start("beat", [*celery, *beat], env, BEAT_STOP)
            self.record()

    def start(self, name: str, command: list[str | Path], env: dict[str, str], patience: float) -> None:
        log = project.LOG / f"{name}.log"
        process = processes.start(name, command, log=log, environment=env, folder=project.ROOT)
        (project.RUN / f"{name}.pid").write_text(f"{process.pid}\n", encoding="utf-8")
        self.started.append((process, patience))
        self.watched.append(process)

    def record(self) -> None:
        address = environment.origin(self.options.host, self.port)
        pids = {process.name: process.pid for process, _ in self.started}
        record = {"address": address, "launcher": os.getpid(), "pids": pids}
        project.write_private(project.RUN / RECORD, json.dumps(record))

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
        while True:
            self.stop_if_one_died()
            time.sleep(0.3)

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


class Hurry:
    """From here on signals do not interrupt; they only shorten the patience."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.ask)

    def ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True

    def stop(self, process: Process, patience: float) -> None:
        process.send(signal.SIGTERM)
        deadline = time.monotonic() + patience
        while process.alive() and time.monotonic() < deadline and not self.asked:
            time.sleep(0.02)
        if not process.stop(0.5 if self.asked else 0.1):
            note(f"{process.name} did not end by itself in {patience:.0f} s; its work is taken up again.")


class Preparation:
    """manage.py prepare: migrations, catalogue, demo network; it tells who may sign in."""

    def __init__(self, python: Path, env: dict[str, str], bare: bool) -> None:
        self.log = project.LOG / "prepare.log"
        command = [str(python), "manage.py", "prepare", *(["--bare"] if bare else [])]
        with self.log.open("ab") as errors:
            self.process = subprocess.Popen(
                command,
                cwd=project.ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
            )

    def result(self) -> dict[str, Any]:
        last = ""
        assert self.process.stdout is not None
        for raw in self.process.stdout:
            line = raw.decode(errors="replace").rstrip()
            last = line or last
            if line and not line.startswith("{"):
                note(line)
        try:
            if self.process.wait() == 0:
                told: dict[str, Any] = json.loads(last or "{}")
                return told
        except ValueError:
            pass
        words = "\n".join(f"    {line}" for line in processes.tail(self.log).splitlines())
        raise Stop(f"Preparing the database failed. Its last words:\n{words}\n    The whole log: {self.log}")

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def migrations_mark() -> str:
    """Changes when any migration, of ours or of a library, may have changed."""
    digest = hashlib.sha256((project.REQUIREMENTS / "base.txt").read_bytes())
    for file in sorted(project.ROOT.glob("*/migrations/*.py")):
        digest.update(str(file.relative_to(project.ROOT)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def ask(url: str) -> tuple[bool, str]:
    """Whether the site says it is ready, and its words."""
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=5) as answer:
            return True, answer.read(2000).decode(errors="replace")
    except urllib.error.HTTPError as error:
        return False, f"{error.code} {error.read(2000).decode(errors='replace')}"
    except OSError as error:
        return False, str(error)


def quiet_steps() -> None:
    """For commands whose output is somebody's input: steps go to stderr."""
    screen.use(sys.stderr)
