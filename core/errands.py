"""The job ledger: work that must not be lost (docs/decisions/0003-job-ledger.md).

The Job row is the truth and is written in the business transaction; the Celery message is a hint that leaves
after commit. A worker claims the row with a fresh token and a short lease that it renews while it works, and
finishes under that token: a worker that lost its lease changes nothing. The clock sweeps up what was lost.
"""

import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Now
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import broker, history, pdf
from core.errors import RuleBroken
from core.models import Heartbeat, Job, JobEffect

log = logging.getLogger(__name__)

RUN_JOB = "core.run_job"
SWEEP_AT_ONCE = 100
LONGEST_BACKOFF = 300
HEARTBEAT_EVERY = 10
HEARTBEAT_STALE = 45

Work = Callable[["RunningJob"], None]
_works: dict[str, Work] = {}
_stamped = -float(HEARTBEAT_EVERY)


class LeaseLost(Exception):
    """This worker no longer holds the job; whatever it did must not be kept."""


@dataclass
class RunningJob:
    """A job in the hands of this worker, for the work that an errand does."""

    id: int
    kind: str
    subject_id: int
    requested_by_id: int | None
    attempt: int
    token: uuid.UUID
    finished: bool = field(default=False, init=False)

    def report(self, percent: int, text: str) -> None:
        """Show how far it is. `text` is kept in English and translated where it is shown."""
        with translation.override("en"):
            words = str(text)[:200]
        if not self._mine().update(progress=percent, progress_text=words, lease_until=_in(_lease())):
            raise LeaseLost(self.id)

    @contextmanager
    def finishing(self, digest: str = "") -> Iterator[None]:
        """The one transaction in which the effect is written: keep it short, draw before it.

        Raises LeaseLost, and writes nothing, when another worker has taken the job over.
        """
        with transaction.atomic():
            done = {"state": Job.State.DONE, "finished_at": Now(), "progress": 100, "error": "", **_NOT_HELD}
            if not self._mine().update(**done):
                raise LeaseLost(self.id)
            JobEffect.objects.create(job_id=self.id, digest=digest)
            yield
        self.finished = True

    def renew(self) -> bool:
        """Hold the job for another lease; False when it is no longer ours."""
        return bool(self._mine().update(lease_until=_in(_lease())))

    def fail(self, error: str) -> None:
        """Back to the queue after a pause, or dead after the last attempt."""
        if not self._mine().update(error=error, **_after_failure(self.attempt)):
            log.warning("Job %s failed under a lease that had already moved: %s", self.id, error)

    def _mine(self) -> QuerySet[Job]:
        return Job.objects.filter(pk=self.id, state=Job.State.RUNNING, token=self.token)


def errand(kind: str) -> Callable[[Work], Work]:
    """Register the work of one kind of job. It ends inside `with job.finishing():`, and is idempotent up to there."""

    def register(work: Work) -> Work:
        if _works.setdefault(kind, work) is not work:
            raise ValueError(f"two errands are called {kind}")
        return work

    return register


def start(kind: str, subject_id: int, requested_by_id: int | None = None) -> Job:
    """Write the job in the caller's transaction; the hint leaves after commit."""
    job = Job.objects.create(kind=kind, subject_id=subject_id, requested_by_id=requested_by_id)
    after_commit(RUN_JOB, job.pk)
    return job


def after_commit(task: str, *ids: int) -> None:
    """Send a Celery task by name once the transaction is kept. A dead broker costs a warning, nothing else."""

    def send_hint() -> None:
        broker.send(task, *ids)

    transaction.on_commit(send_hint, robust=True)


def latest(kind: str, subject_id: int) -> Job | None:
    """The newest job of this kind for a thing, for the page that shows how it is going."""
    return Job.objects.filter(kind=kind, subject_id=subject_id).order_by("-id").first()


def retry(job: Job, by: Any) -> None:
    """Give a dead job a new life, by hand. `by` has person_id and person_name."""
    with transaction.atomic():
        fresh = {"state": Job.State.QUEUED, "attempts": 0, "finished_at": None, "progress": 0, **_NOT_HELD}
        if not Job.objects.filter(pk=job.pk, state=Job.State.DEAD).update(**fresh):
            raise RuleBroken(_("This job is not stopped, so it need not be tried again."))
        history.record(job, by=by, step="retry", from_state=Job.State.DEAD, to_state=Job.State.QUEUED)
        after_commit(RUN_JOB, job.pk)


def run(job_id: int) -> None:
    """Claim the job and do its work. Does nothing when another worker holds it or it is over."""
    job = claim(job_id)
    if job is None:
        log.debug("Job %s is held, over or unknown; nothing to do.", job_id)
        return
    try:
        with _renewed(job):
            _works[job.kind](job)
        if not job.finished:
            raise RuntimeError(f"errand {job.kind} ended outside job.finishing()")
    except LeaseLost:
        log.warning("Job %s: the lease was lost on attempt %s; nothing was written.", job.id, job.attempt)
    except Exception as error:
        log.exception("Job %s (%s of %s) failed on attempt %s.", job.id, job.kind, job.subject_id, job.attempt)
        job.fail(_sentence(error))


def claim(job_id: int) -> RunningJob | None:
    """Take the job with a fresh token, if it waits or its holder's lease has run out."""
    token = uuid.uuid4()
    free = Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, lease_until__lt=Now())
    claimed = Job.objects.filter(free, pk=job_id, attempts__lt=settings.LABAUDIT_JOB_ATTEMPTS).update(
        state=Job.State.RUNNING,
        token=token,
        lease_until=_in(_lease()),
        attempts=F("attempts") + 1,
        started_at=Now(),
        progress=0,
        progress_text="",
    )
    if not claimed:
        return None
    row = Job.objects.get(pk=job_id)
    return RunningJob(row.pk, row.kind, row.subject_id, row.requested_by_id, row.attempts, token)


def sweep() -> int:
    """Send again what was lost: hints that never came, pauses that are over, leases that ran out.

    Safe to run twice at once. Keeps the queue fed without flooding it. Returns how many hints were sent.
    """
    try:
        room = SWEEP_AT_ONCE - broker.waiting()
    except broker.UNREACHABLE as error:
        log.warning("The broker does not answer, so lost jobs wait: %s", error)
        return 0
    hints = [job_id for job_id in _swept(max(room, 0)) if broker.send(RUN_JOB, job_id)]
    return len(hints)


def stamp_heartbeat(force: bool = False) -> None:
    """Leave a sign of life of the worker, at most every ten seconds. Never raises when the database is away."""
    global _stamped
    if not force and time.monotonic() < _stamped + HEARTBEAT_EVERY:
        return
    _stamped = time.monotonic()
    try:
        Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})
    except (DatabaseError, InterfaceError) as error:
        log.warning("The worker's sign of life was not kept: %s", error)
    finally:
        if not connection.in_atomic_block:
            connection.close()


def worker_alive() -> bool:
    """Was there a sign of life of a worker lately?"""
    lately = timezone.now() - timedelta(seconds=HEARTBEAT_STALE)
    return Heartbeat.objects.filter(name="worker", at__gt=lately).exists()


def limit_memory() -> None:
    """Cap the memory of this worker child."""
    pdf.limit_resources(settings.LABAUDIT_WORKER_MEMORY_MB * 1024**2)


_NOT_HELD: dict[str, Any] = {"token": None, "lease_until": None}
_VANISHED = gettext_noop("The worker that held this job vanished.")
_TOO_LONG = gettext_noop("The work took longer than a worker may take.")


def _swept(room: int) -> list[int]:
    """Free the due jobs (or give them up) and name those that wait for a hint."""
    young = timedelta(seconds=settings.LABAUDIT_JOB_HINT_SECONDS)
    due = Q(lease_until__lt=Now()) | Q(lease_until__isnull=True, created_at__lt=Now() - young)
    alive = Job.objects.filter(state__in=(Job.State.QUEUED, Job.State.RUNNING))
    with transaction.atomic():
        jobs = list(alive.filter(due).select_for_update(skip_locked=True).order_by("id")[:room])
        return [job.pk for job in jobs if _freed(job)]


def _freed(job: Job) -> bool:
    held = job.state == Job.State.RUNNING
    if held and job.attempts >= settings.LABAUDIT_JOB_ATTEMPTS:
        log.error("Job %s (%s of %s) is dead: %s", job.pk, job.kind, job.subject_id, _VANISHED)
        Job.objects.filter(pk=job.pk).update(error=_VANISHED, **_after_failure(job.attempts))
        return False
    again = {
        "state": Job.State.QUEUED,
        "token": None,
        "lease_until": _in(settings.LABAUDIT_JOB_RESEND_SECONDS),
    }
    Job.objects.filter(pk=job.pk).update(error=_VANISHED if held else job.error, **again)
    return True


def _after_failure(attempts: int) -> dict[str, Any]:
    if attempts >= settings.LABAUDIT_JOB_ATTEMPTS:
        return {"state": Job.State.DEAD, "finished_at": Now(), **_NOT_HELD}
    pause = min(settings.LABAUDIT_JOB_BACKOFF_SECONDS * 4 ** (attempts - 1), LONGEST_BACKOFF)
    return {"state": Job.State.QUEUED, "token": None, "lease_until": _in(pause)}


@contextmanager
def _renewed(job: RunningJob) -> Iterator[None]:
    """Renew the lease from a thread with its own database connection while the work goes on."""
    over = threading.Event()
    thread = threading.Thread(target=_keep_renewing, args=(job, over), name=f"lease-{job.id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()


def _keep_renewing(job: RunningJob, over: threading.Event) -> None:
    """A worker that hangs past the hard time limit is killed; its lease is not renewed beyond that either."""
    end = time.monotonic() + settings.CELERY_TASK_TIME_LIMIT
    try:
        while not over.wait(_lease() / 3) and time.monotonic() < end:
            if not _renew(job):
                return
    finally:
        connection.close()


def _renew(job: RunningJob) -> bool:
    """False when the job is no longer ours; a database that is away may be back in time for the next try."""
    try:
        return job.renew()
    except (DatabaseError, InterfaceError) as error:
        log.warning("Job %s: the lease could not be renewed: %s", job.id, error)
        connection.close()
        return True


def _sentence(error: Exception) -> str:
    if isinstance(error, SoftTimeLimitExceeded):
        return _TOO_LONG
    if isinstance(error, RuleBroken | pdf.PdfFailed):
        return str(error)[:1000]
    return f"{type(error).__name__}: {error}"[:1000]


def _lease() -> int:
    return int(settings.LABAUDIT_JOB_LEASE_SECONDS)


def _in(seconds: float) -> Combinable:
    return Now() + timedelta(seconds=seconds)
