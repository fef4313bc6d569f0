"""A private Valkey or Redis: on 127.0.0.1, with a password, keeping nothing on disk."""

import contextlib
import os
import secrets
import signal
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path

from launcher import ports, processes
from launcher.errors import Stop
from launcher.processes import Process
from launcher.servant import Servant
from launcher.signals import undisturbed

START_SECONDS = 20
STOP_SECONDS = 5


@dataclass
class Broker:
    """One broker. Its settings go in by standard input, so that the password is in no list of processes."""

    program: Path
    folder: Path
    log: Path
    servant: Servant | None = None
    brief_life: bool = False
    port: int = 0
    password: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    process: Process | None = None

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@{ports.LOCAL}:{self.port}/0"

    def start(self) -> Process:
        """Start it and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.servant:
            self.servant.owns(self.folder)
        wanted = [self.port] if self.port and ports.is_free(ports.LOCAL, self.port) else []
        for port in [*wanted, ports.any_free(), ports.any_free()]:
            self.port = port
            with undisturbed():
                self.process = self._launch()
            if self._answers(self.process):
                return self.process
        raise Stop(f"The broker did not start. Its last words:\n{processes.tail(self.log)}\n  The log: {self.log}")

    def _launch(self) -> Process:
        return processes.start(
            "Broker",
            [self.program, "-"],
            log=self.log,
            environment={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            folder=self.folder,
            servant=self.servant,
            standard_input=self._settings(),
            brief_life=self.brief_life,
        )

    def _settings(self) -> str:
        lines = [
            f"bind {ports.LOCAL}",
            f"port {self.port}",
            f"requirepass {self.password}",
            'save ""',
            "appendonly no",
            "daemonize no",
            "maxmemory-policy noeviction",
        ]
        return "\n".join(lines) + "\n"

    def _answers(self, process: Process) -> bool:
        deadline = time.monotonic() + START_SECONDS
        while process.alive() and time.monotonic() < deadline:
            if self.ping():
                return True
            time.sleep(0.02)
        process.stop(2)
        return False

    def ping(self) -> bool:
        """Sign in and say PING."""
        try:
            with socket.create_connection((ports.LOCAL, self.port), timeout=1) as line:
                line.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                heard = b""
                while heard.count(b"\r\n") < 2:
                    part = line.recv(256)
                    if not part:
                        break
                    heard += part
        except OSError:
            return False
        return heard == b"+OK\r\n+PONG\r\n"

    def stop(self) -> None:
        if self.process:
            stop(self.process)

    def kill(self) -> None:
        """Pull the plug."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(5)


def stop(process: Process) -> None:
    process.stop(STOP_SECONDS)
