"""A private Postgres: its data, its password, its port.

It is reached by TCP on 127.0.0.1 only: a unix socket would fail in a folder with a long path.
"""

import contextlib
import os
import secrets
import shutil
import signal
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from launcher import ports, processes, project
from launcher.errors import Stop
from launcher.processes import Process, is_ours
from launcher.programs import PostgresPrograms
from launcher.servant import Servant
from launcher.signals import undisturbed

USER = DATABASE = "labaudit"
START_SECONDS = 60
STOP_SECONDS = 20
QUICK_BUT_UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
SAFE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
SETTINGS = {
    "listen_addresses": ports.LOCAL,
    "unix_socket_directories": "",
    "cluster_name": "labaudit",
    "shared_buffers": "128MB",
    "max_connections": "100",
    "password_encryption": "scram-sha-256",
    "jit": "off",
    "logging_collector": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
}


@dataclass
class Postgres:
    """One cluster in one folder. `durable`: what it acknowledged survives a crash."""

    programs: PostgresPrograms
    folder: Path
    log: Path
    servant: Servant | None = None
    durable: bool = True
    brief_life: bool = False
    port: int = 0
    process: Process | None = None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def password_file(self) -> Path:
        return self.folder / "password"

    @property
    def url(self) -> str:
        password = self.password_file.read_text(encoding="utf-8")
        return f"postgres://{USER}:{password}@{ports.LOCAL}:{self.port}/{DATABASE}"

    def create(self) -> None:
        """initdb and one empty database; made aside and renamed, so that a half-made one is never used."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o711)
        draft = self.folder / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        password = secrets.token_urlsafe(24)
        project.write_private(self.password_file, password)
        handed_over = self.folder / "password.initdb"
        project.write_private(handed_over, password)
        if self.servant:
            self.servant.owns(draft)
            self.servant.owns(handed_over)
        try:
            self._initdb(draft, handed_over)
        finally:
            handed_over.unlink()
        self._create_database(draft)
        draft.rename(self.data)

    def _initdb(self, data: Path, password: Path) -> None:
        command: list[str | Path] = [self.programs.folder / "initdb", "-D", data, "-U", USER, f"--pwfile={password}"]
        command += ["--auth=scram-sha-256", "-E", "UTF8", *locale_options(self.programs.major)]
        command += [] if self.durable else ["--no-sync"]
        processes.run(
            "Making the database",
            command,
            log=self.log,
            environment=plain(),
            folder=self.folder,
            servant=self.servant,
        )

    def _create_database(self, data: Path) -> None:
        command: list[str | Path] = [self.programs.folder / "postgres", "--single", "-D", data]
        command += ["-c", "log_min_messages=warning"]
        command += [] if self.durable else ["-c", "fsync=off"]
        processes.run(
            "Making the database",
            [*command, "postgres"],
            log=self.log,
            environment=plain(),
            folder=self.folder,
            servant=self.servant,
            standard_input=f"CREATE DATABASE {DATABASE};\n",
        )

    def start(self) -> Process:
        """Start the server and wait until it takes connections."""
        if not (self.data / "PG_VERSION").exists():
            self.create()
        self._clear_leftover()
        wanted = [self.port] if self.port and ports.is_free(ports.LOCAL, self.port) else []
        for port in [*wanted, ports.any_free(), ports.any_free()]:
            self.port = port
            with undisturbed():
                self.process = self._launch(port)
            if self._becomes_ready(self.process):
                return self.process
        raise Stop(f"Postgres did not start. Its last words:\n{processes.tail(self.log)}\n  The log: {self.log}")

    def _launch(self, port: int) -> Process:
        settings = SETTINGS | (SAFE if self.durable else QUICK_BUT_UNSAFE) | {"port": str(port)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return processes.start(
            "Postgres",
            [self.programs.folder / "postgres", "-D", self.data, *options],
            log=self.log,
            environment=plain(),
            folder=self.folder,
            servant=self.servant,
            brief_life=self.brief_life,
        )

    def _becomes_ready(self, process: Process) -> bool:
        """Postgres writes its state into line 8 of postmaster.pid; recovery after a crash takes its time."""
        deadline = time.monotonic() + START_SECONDS
        while process.alive() and time.monotonic() < deadline:
            lines = self._pid_lines()
            if len(lines) > 7 and lines[0] == str(process.pid) and lines[7].strip() == "ready":
                return True
            time.sleep(0.02)
        process.stop(5, signal.SIGQUIT)
        return False

    def _pid_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return []

    def _clear_leftover(self) -> None:
        """After a crash: stop a server still on this data, or drop a pid that is now another program's."""
        lines = self._pid_lines()
        if not lines or not lines[0].strip("-").isdigit():
            return
        pid = abs(int(lines[0]))
        if is_ours(pid, "postgres", str(self.data)):
            stop(Process("Postgres", pid, self.log))
        elif not is_ours(pid, "postgres"):
            with contextlib.suppress(FileNotFoundError):
                (self.data / "postmaster.pid").unlink()

    def stop(self) -> None:
        if self.process:
            stop(self.process)

    def kill(self) -> None:
        """Pull the plug: SIGKILL to the server and all its children, as a crash would."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(5)


def stop(process: Process) -> None:
    """A fast stop: sessions are ended, everything is written out."""
    process.stop(STOP_SECONDS, signal.SIGINT)


def data_major(folder: Path) -> int | None:
    """The major version that made this data, or nothing when there is none."""
    try:
        return int((folder / "data" / "PG_VERSION").read_text(encoding="utf-8").strip())
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise Stop(f"The data in {folder} belongs to another user. Run ./lab as that user.") from error


def locale_options(major: int) -> list[str]:
    """Sorted by code point everywhere; letter case known for Cyrillic too, so that search ignores it."""
    if major >= 17:
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--locale=C", f"--lc-ctype={'C.UTF-8' if has_c_utf8() else 'C'}"]


@lru_cache
def has_c_utf8() -> bool:
    """The system has the C.UTF-8 locale (macOS before 15 does not)."""
    import locale

    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return False
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return True


def plain() -> dict[str, str]:
    """The environment for the server: nothing of ours leaks into it, no PG* variable bends it."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
