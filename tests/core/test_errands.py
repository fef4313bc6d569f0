"""The ledger: one effect per job, whoever dies; what fails comes back, and stops after five attempts."""

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core import broker, errands
from core.errands import RunningJob
from core.errors import RuleBroken
from core.models import Counter, HistoryLine, Job, JobEffect

pytestmark = pytest.mark.django_db
Committing = Any


@dataclass(frozen=True)
class Person:
    person_id: int = 7
    person_name: str = "Aigerim Test"


@pytest.fixture
def errand(monkeypatch: pytest.MonkeyPatch) -> Callable[[errands.Work], str]:
    """Register work for this test alone."""
    monkeypatch.setattr(errands, "_works", {})

    def register(work: errands.Work) -> str:
        kind = f"test_{uuid.uuid4().hex}"
        errands.errand(kind)(work)
        return kind

    return register


def count_once(job: RunningJob) -> None:
    with job.finishing("a" * 64):
        Counter.objects.create(name=f"done {job.id}", last=job.subject_id)


def fail_always(job: RunningJob) -> None:
    raise ValueError("no such page")


def queued(kind: str, **fields: Any) -> Job:
    return Job.objects.create(kind=kind, subject_id=1, **fields)


def ago(seconds: float) -> Any:
    return timezone.now() - timedelta(seconds=seconds)


def age(job: Job, seconds: float = 60) -> None:
    Job.objects.filter(pk=job.pk).update(created_at=ago(seconds))


def let_lease_run_out(job_id: int) -> None:
    Job.objects.filter(pk=job_id).update(lease_until=ago(1))


def test_the_hint_leaves_after_commit(
    hints: redis.Redis, errand: Any, django_capture_on_commit_callbacks: Committing
) -> None:
    kind = errand(count_once)
    with django_capture_on_commit_callbacks(execute=True):
        job = errands.start(kind, 42, 7)
        assert broker.waiting() == 0
    assert broker.waiting() == 1
    job.refresh_from_db()
    assert (job.state, job.subject_id, job.requested_by_id) == ("queued", 42, 7)


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_fails_leaves_neither_job_nor_hint(hints: redis.Redis, errand: Any) -> None:
    @transaction.atomic
    def save() -> None:
        errands.start(errand(count_once), 42)
        raise RuleBroken("not like this")

    with pytest.raises(RuleBroken):
        save()
    assert not Job.objects.exists()
    assert broker.waiting() == 0


def test_work_is_done_once_however_often_the_hint_comes(errand: Any) -> None:
    job = queued(errand(count_once))
    for _time in range(3):
        errands.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.progress) == ("done", 1, 100)
    assert Counter.objects.filter(name=f"done {job.pk}").count() == 1
    assert JobEffect.objects.get(job=job).digest == "a" * 64


def test_a_held_job_is_not_taken(errand: Any) -> None:
    job = queued(errand(count_once))
    assert errands.claim(job.pk) is not None
    assert errands.claim(job.pk) is None


def test_a_worker_that_lost_its_lease_writes_nothing(errand: Any) -> None:
    job = queued(errand(count_once))
    slow = errands.claim(job.pk)
    let_lease_run_out(job.pk)
    quick = errands.claim(job.pk)
    assert slow is not None
    assert quick is not None
    with pytest.raises(errands.LeaseLost):
        slow.report(50, "Half way")
    with pytest.raises(errands.LeaseLost):
        count_once(slow)
    assert not Counter.objects.filter(name=f"done {job.pk}").exists()
    count_once(quick)
    slow.fail("too late to matter")
    job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")


def test_a_failure_is_kept_in_words_and_tried_again_after_a_pause(errand: Any) -> None:
    job = queued(errand(fail_always))
    errands.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.token, job.error) == ("queued", None, "ValueError: no such page")
    assert job.lease_until is not None
    assert job.lease_until > timezone.now()


def test_pauses_grow(errand: Any, settings: Any) -> None:
    job = queued(errand(fail_always))
    pauses = []
    for _attempt in range(3):
        errands.run(job.pk)
        job.refresh_from_db()
        pauses.append(round((job.lease_until - timezone.now()).total_seconds()))
    assert pauses == [5, 20, 80]


def test_after_five_attempts_the_job_is_dead_and_stays_so(errand: Any, hints: redis.Redis) -> None:
    job = queued(errand(fail_always))
    for _attempt in range(7):
        errands.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("dead", 5)
    assert job.finished_at is not None
    age(job)
    assert errands.sweep() == 0


def test_an_effect_that_fails_leaves_nothing_behind(errand: Any) -> None:
    def half_way(job: RunningJob) -> None:
        with job.finishing():
            Counter.objects.create(name="half", last=1)
            raise RuntimeError("disk on fire")

    job = queued(errand(half_way))
    errands.run(job.pk)
    job.refresh_from_db()
    assert job.state == "queued"
    assert not Counter.objects.filter(name="half").exists()
    assert not JobEffect.objects.exists()


def test_work_that_does_not_finish_counts_as_failed(errand: Any) -> None:
    job = queued(errand(lambda job: job.report(10, "Begun")))
    errands.run(job.pk)
    job.refresh_from_db()
    assert job.state == "queued"
    assert "outside job.finishing()" in job.error


def test_a_broken_rule_is_kept_as_its_sentence(errand: Any) -> None:
    def refuse(job: RunningJob) -> None:
        raise RuleBroken("The audit has no answers.")

    job = queued(errand(refuse))
    errands.run(job.pk)
    job.refresh_from_db()
    assert job.error == "The audit has no answers."


def test_a_second_effect_is_refused_by_the_database(errand: Any) -> None:
    job = queued(errand(count_once))
    errands.run(job.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        JobEffect.objects.create(job=job)


def test_progress_is_shown_in_words_that_pages_translate(errand: Any) -> None:
    job = queued(errand(count_once))
    running = errands.claim(job.pk)
    assert running is not None
    running.report(40, gettext_lazy("Drawing the pages"))
    job.refresh_from_db()
    assert (job.progress, job.progress_text) == (40, "Drawing the pages")


def test_unknown_kind_is_a_failure_that_says_so() -> None:
    job = queued("never_registered")
    errands.run(job.pk)
    job.refresh_from_db()
    assert job.state == "queued"
    assert "never_registered" in job.error


def test_sweeper_sends_what_never_left(errand: Any, hints: redis.Redis) -> None:
    kind = errand(count_once)
    lost, fresh = queued(kind), queued(kind)
    age(lost)
    assert errands.sweep() == 1
    assert broker.waiting() == 1
    fresh.refresh_from_db()
    lost.refresh_from_db()
    assert fresh.lease_until is None
    assert lost.lease_until is not None
    assert errands.sweep() == 0


def test_sweeper_frees_the_job_of_a_dead_worker(errand: Any, hints: redis.Redis) -> None:
    job = queued(errand(count_once))
    errands.claim(job.pk)
    assert errands.sweep() == 0
    let_lease_run_out(job.pk)
    assert errands.sweep() == 1
    job.refresh_from_db()
    assert (job.state, job.token) == ("queued", None)
    errands.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == ("done", 2, "")


def test_a_job_that_kills_its_workers_dies_after_five_attempts(errand: Any, hints: redis.Redis) -> None:
    job = queued(errand(count_once))
    for _attempt in range(5):
        assert errands.claim(job.pk) is not None
        let_lease_run_out(job.pk)
        errands.sweep()
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("dead", 5)
    assert "vanished" in job.error


def test_sweeper_feeds_the_queue_without_flooding_it(errand: Any, hints: redis.Redis) -> None:
    kind = errand(count_once)
    Job.objects.bulk_create(Job(kind=kind, subject_id=number) for number in range(150))
    Job.objects.update(created_at=ago(60))
    assert errands.sweep() == errands.SWEEP_AT_ONCE
    Job.objects.update(lease_until=ago(1))
    assert errands.sweep() == 0
    assert broker.waiting() == errands.SWEEP_AT_ONCE


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_at_once_send_each_job_once(errand: Any, hints: redis.Redis) -> None:
    kind = errand(count_once)
    Job.objects.bulk_create(Job(kind=kind, subject_id=number) for number in range(60))
    Job.objects.update(created_at=ago(60))
    sent: list[int] = []

    def sweep() -> None:
        sent.append(errands.sweep())
        connection.close()

    together(sweep, 4)
    assert sum(sent) == 60
    assert broker.waiting() == 60


@pytest.mark.django_db(transaction=True)
def test_many_workers_with_the_same_hint_make_one_effect(errand: Any) -> None:
    job = queued(errand(count_once))

    def run() -> None:
        errands.run(job.pk)
        connection.close()

    together(run, 8)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 1)
    assert JobEffect.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_long_job_keeps_its_lease_while_its_worker_lives(errand: Any, hints: redis.Redis, settings: Any) -> None:
    settings.LABAUDIT_JOB_LEASE_SECONDS = 1
    swept: list[int] = []

    def long_work(job: RunningJob) -> None:
        for _tick in range(5):
            time.sleep(0.5)
            swept.append(errands.sweep())
        with job.finishing():
            pass

    job = queued(errand(long_work))
    errands.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, swept) == ("done", 1, [0] * 5)


def test_a_dead_job_is_tried_again_by_hand(
    errand: Any, hints: redis.Redis, django_capture_on_commit_callbacks: Committing
) -> None:
    job = queued(errand(count_once), state="dead", attempts=5, finished_at=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        errands.retry(job, Person())
    assert broker.waiting() == 1
    line = HistoryLine.objects.get(subject="job", subject_id=job.pk)
    assert (line.step, line.by_name) == ("retry", "Aigerim Test")
    errands.run(job.pk)
    job.refresh_from_db()
    assert job.state == "done"
    with pytest.raises(RuleBroken):
        errands.retry(job, Person())


def test_latest_job_of_a_thing(errand: Any) -> None:
    kind = errand(count_once)
    queued(kind)
    newest = queued(kind)
    assert errands.latest(kind, 1) == newest
    assert errands.latest(kind, 2) is None


def test_two_errands_cannot_share_a_name(errand: Any) -> None:
    kind = errand(count_once)
    with pytest.raises(ValueError, match=kind):
        errands.errand(kind)(fail_always)


def together(work: Callable[[], None], times: int) -> None:
    threads = [threading.Thread(target=work) for _thread in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
