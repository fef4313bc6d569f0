"""Errands that take a moment, and one that kills whoever takes it up."""

import os
import signal
import time

from core import files
from core.errands import RunningJob, errand

DRAW, SLOW, POISON = "chaos_draw", "chaos_slow", "chaos_poison"


@errand(DRAW)
def draw(job: RunningJob) -> None:
    draw_for(job, 0.05)


@errand(SLOW)
def draw_slowly(job: RunningJob) -> None:
    draw_for(job, 1.0)


def draw_for(job: RunningJob, seconds: float) -> None:
    time.sleep(seconds)
    job.report(50, "Half way")
    sha256 = files.keep(f"drawing {job.subject_id}".encode())
    time.sleep(seconds)
    with job.finishing(sha256):
        time.sleep(0)


@errand(POISON)
def kill_the_worker(job: RunningJob) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
