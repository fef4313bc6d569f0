"""What the person sees: each step, what it does, and how long it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import StringIO
from typing import TextIO

WIDTH = 58


class Screen:
    """One line per step, finished with its time; notes go on lines of their own."""

    def __init__(self) -> None:
        self.stream: TextIO = sys.stdout
        self.open_line = False

    def use(self, stream: TextIO) -> None:
        """Send the steps elsewhere, so that a command's own output stays clean."""
        self.stream = stream

    def write(self, text: str) -> None:
        """Nobody may be reading any more (a closed terminal); stopping in order matters more."""
        try:
            self.stream.write(text)
            self.stream.flush()
        except OSError:
            self.stream = StringIO()

    def say(self, text: str = "") -> None:
        if self.open_line:
            self.write("\n")
            self.open_line = False
        self.write(text + "\n")

    def begin(self, title: str) -> None:
        self.say_nothing_open()
        self.write(f"  {title:<{WIDTH}}")
        self.open_line = True

    def finish(self, title: str, ending: str) -> None:
        if not self.open_line:
            self.write(f"  {'... ' + title:<{WIDTH}}")
        self.write(f" {ending}\n")
        self.open_line = False

    def say_nothing_open(self) -> None:
        if self.open_line:
            self.write("\n")
            self.open_line = False


screen = Screen()


def quiet_steps() -> None:
    """For commands whose output is somebody's input: steps go to stderr."""
    screen.use(sys.stderr)


def say(text: str = "") -> None:
    """A line of its own."""
    screen.say(text)


def note(text: str) -> None:
    """A remark inside a step."""
    screen.say(f"    {text}")


def say_why(reason: str) -> int:
    """Why the command cannot go on, in a sentence; the exit status that goes with it."""
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.write(f"\n  {reason}\n\n")
        sys.stderr.flush()
    return 1


@contextmanager
def step(title: str) -> Iterator[None]:
    """Announce, run, and say how long it took."""
    started = time.monotonic()
    screen.begin(title)
    try:
        yield
    except BaseException:
        screen.finish(title, f"{time.monotonic() - started:6.1f} s  stopped here")
        raise
    screen.finish(title, f"{time.monotonic() - started:6.1f} s")


def table(rows: list[list[str]], indent: str = "  ") -> str:
    """Columns as wide as their widest cell."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(indent + line.rstrip() for line in lines)
