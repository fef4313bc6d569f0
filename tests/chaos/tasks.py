"""Errands that take a moment, and one that kills whoever takes it up.

LABAUDIT_CHAOS_OFF=fence writes the effect outside `finishing`: the tests must then fail with doubled effects.
"""

import os
import signal
import time

from django.db import connection

from core import files
from core.errands import RunningJob, errand

DRAW, SLOW, POISON = "chaos_draw", "chaos_slow", "chaos_poison"
OFF = os.environ.get("LABAUDIT_CHAOS_OFF", "")


@errand(DRAW)
def draw(job: RunningJob) -> None:
    draw_for(job, 0.08)


@errand(SLOW)
def draw_slowly(job: RunningJob) -> None:
    draw_for(job, 1.0)


def draw_for(job: RunningJob, seconds: float) -> None:
    time.sleep(seconds)
    job.report(50, "Half way")
    sha256 = files.keep(f"drawing {job.subject_id}".encode())
    time.sleep(seconds)
    if OFF == "fence":
        write_effect(job)
    with job.finishing(sha256):
        if OFF != "fence":
            write_effect(job)


@errand(POISON)
def kill_the_worker(job: RunningJob) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def write_effect(job: RunningJob) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO chaos_effect (job_id) VALUES (%s)", [job.id])
