"""Ctrl-C, SIGTERM and a closed terminal: how a command is told to end."""

import signal
import time
from types import FrameType

from launcher.processes import Process
from launcher.steps import note

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def listen_for_signals() -> None:
    """SIGTERM and a closed terminal end us as Ctrl-C does."""

    def end(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in ENDINGS:
        signal.signal(number, end)


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
        if not process.stop(0.5 if self.asked else 0.1):
            note(f"{process.name} did not end by itself in {patience:.0f} s; its work is taken up again.")
