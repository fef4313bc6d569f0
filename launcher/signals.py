"""Ctrl-C, SIGTERM and a closed terminal: how a command is told to end."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from launcher.processes import Process
from launcher.steps import note

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Calm:
    """How many blocks ask not to be disturbed, and whether somebody knocked meanwhile."""

    depth = 0
    knocked = False


def listen_for_signals() -> None:
    """SIGTERM and a closed terminal end us as Ctrl-C does."""
    for number in ENDINGS:
        signal.signal(number, end)


def end(number: int, frame: FrameType | None) -> None:
    if Calm.depth:
        Calm.knocked = True
    else:
        raise KeyboardInterrupt


@contextmanager
def undisturbed() -> Iterator[None]:
    """A signal waits until the block is done: a process just started is always written down."""
    Calm.depth += 1
    try:
        yield
    finally:
        Calm.depth -= 1
        if Calm.knocked and not Calm.depth:
            Calm.knocked = False
            raise KeyboardInterrupt


class Hurry:
    """From here on signals do not interrupt; they only shorten the patience."""

    def __init__(self) -> None:
        self.asked = False
        for number in ENDINGS:
            signal.signal(number, self.ask)

    def ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True

    def stop(self, process: Process, patience: float) -> None:
        process.send(signal.SIGTERM)
        deadline = time.monotonic() + patience
        while process.alive() and time.monotonic() < deadline and not self.asked:
            time.sleep(0.02)
        if not process.stop(0.5 if self.asked else 0.1) and not self.asked:
            note(f"{process.name} did not end by itself in {patience:.0f} s; its work is taken up again.")
