"""Starting, watching and stopping other programs."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from launcher.errors import Stop
from launcher.servant import Servant

PARENT_DIED = 1  # PR_SET_PDEATHSIG


@dataclass
class Process:
    """A program that runs beside us, ours to watch even when another ./lab started it."""

    name: str
    pid: int
    log: Path
    child: subprocess.Popen[bytes] | None = None

    def alive(self) -> bool:
        if self.child is not None:
            return self.child.poll() is None
        return alive(self.pid)

    def last_lines(self, count: int = 15) -> str:
        return tail(self.log, count)

    def send(self, number: int) -> None:
        if self.alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def wait(self, seconds: float) -> bool:
        """Wait for its end; False when it still runs."""
        deadline = time.monotonic() + seconds
        while self.alive():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def stop(self, seconds: float, asking: int = signal.SIGTERM) -> bool:
        """Ask it to end; after the time given, end it with all its children. True when it went by itself."""
        self.send(asking)
        if self.wait(seconds):
            return True
        self.end_group()
        self.send(signal.SIGKILL)
        self.wait(5)
        return False

    def end_group(self) -> None:
        """End the children that it may have left behind; it is the head of their group."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


def alive(pid: int) -> bool:
    """A process with this number runs (one that only waits to be buried does not)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True
    return stat.rpartition(")")[2].split()[0] not in ("Z", "X")


def command_of(pid: int) -> str:
    """The command line of a running process, or nothing."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        pass
    try:
        shown = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True)
    except FileNotFoundError:
        return ""
    return shown.stdout.strip()


def is_ours(pid: int, *words: str) -> bool:
    """The process runs and its command line has all these words: its number was not given to another."""
    if pid <= 1 or not alive(pid):
        return False
    command = command_of(pid)
    return all(word in command for word in words)


def tail(path: Path, count: int = 15) -> str:
    try:
        with path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - 8000))
            lines = file.read().decode(errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(lines[-count:])


def keep_short(log: Path, limit: int = 5_000_000) -> None:
    """Begin a new log when this one has grown long, keeping one older."""
    if log.exists() and log.stat().st_size > limit:
        log.replace(log.with_name(log.name + ".1"))


def die_with_parent() -> Callable[[], None] | None:
    """On Linux: the child gets SIGTERM when we are killed, so that throw-away servers do not stay behind."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)

    def ask() -> None:
        library.prctl(PARENT_DIED, signal.SIGTERM)

    return ask


def start(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    servant: Servant | None = None,
    standard_input: str | None = None,
    brief_life: bool = False,
) -> Process:
    """Start a program in a session of its own (the terminal's Ctrl-C reaches only us), writing to its log."""
    keep_short(log)
    with log.open("ab") as output:
        child = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE if standard_input is not None else subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment) if environment is not None else None,
            cwd=folder,
            start_new_session=True,
            preexec_fn=die_with_parent() if brief_life else None,
            **(servant.identity() if servant else {}),
        )
    if standard_input is not None and child.stdin is not None:
        with contextlib.suppress(BrokenPipeError), child.stdin:
            child.stdin.write(standard_input.encode())
    return Process(name, child.pid, log, child)


def run(
    what: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    servant: Servant | None = None,
    standard_input: str | None = None,
    advice: str = "",
) -> None:
    """Run a program to its end with its output in a log; its last lines are shown when it fails."""
    with log.open("ab") as output:
        done = subprocess.run(
            [str(part) for part in command],
            input=standard_input.encode() if standard_input is not None else None,
            stdin=subprocess.DEVNULL if standard_input is None else None,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment) if environment is not None else None,
            cwd=folder,
            check=False,
            **(servant.identity() if servant else {}),
        )
    if done.returncode:
        last = "\n".join(f"    {line}" for line in tail(log).splitlines())
        raise Stop(f"{what} failed (exit {done.returncode}). {advice}\n{last}\n    The whole log: {log}")
