"""The job ledger under kill -9: workers, broker and database. Figures are printed with `pytest -s`.

Each of these fails with its defence off: LABAUDIT_CHAOS_OFF=fence (doubled) or sweeper (lost).
"""

import random
import signal
import time
from pathlib import Path

import pytest
import redis

from tests.chaos.site import DOUBLED, HALF_WAY, LOST, RUNNING, Site

pytestmark = pytest.mark.chaos
SEED = 17025


def say(text: str) -> None:
    print(f"\n  {text}")  # noqa: T201 - the figure of this test


def settled(site: Site, what: str) -> None:
    """Nothing is under way any more, nothing lost, nothing doubled."""
    done = site.wait_for_jobs()
    lost, doubled = site.ask(LOST), site.ask(DOUBLED)
    say(f"{what}: {site.ask('SELECT count(*) FROM core_job')} jobs, {lost} lost, {doubled} doubled (seed {SEED})")
    assert (lost, doubled, done) == (0, 0, True), site.last_words()


def test_workers_are_killed(site: Site) -> None:
    """15 kills over 100 jobs and one that kills every worker it meets."""
    dice = random.Random(SEED)
    faults = ["kill a child"] * 12 + ["kill the worker"] * 3
    dice.shuffle(faults)
    site.start_jobs(1, "chaos_poison")
    site.start_jobs(100)
    for fault in faults:
        assert site.wait_until(lambda: site.supervise() and site.ask(RUNNING) > 0, 20), site.last_words()
        time.sleep(dice.uniform(0, 0.2))
        if fault == "kill the worker":
            site.kill_worker()
        else:
            site.any_child(dice).kill()
    settled(site, "15 kills")
    poison = site.ask("SELECT state || ' after ' || attempts FROM core_job WHERE kind = 'chaos_poison'")
    assert poison == "dead after 5"


def test_a_worker_wakes_up_after_its_job_was_taken_over(site: Site) -> None:
    """It stood still for longer than its lease, just before it would have written the effect."""
    site.start_jobs(2, "chaos_slow")
    assert site.wait_until(lambda: site.ask(HALF_WAY) == 2, 20), site.last_words()
    site.send_worker(signal.SIGSTOP)
    other = site.start_other_worker()
    taken_over = site.wait_for_jobs(30)
    site.send_worker(signal.SIGCONT)
    time.sleep(2)
    other.stop(10)
    assert taken_over, site.last_words()
    settled(site, "2 jobs taken over from a worker that stood still")


def test_the_broker_is_flushed_stopped_and_restarted(site: Site) -> None:
    site.start_jobs(50)
    with redis.Redis.from_url(site.broker.url) as broker:
        broker.flushall()
    site.broker.kill()
    slowest = site.start_jobs(50)
    time.sleep(3)
    site.broker.start()
    settled(site, f"Broker flushed, killed, back; slowest save meanwhile {slowest:.2f} s")
    assert slowest < 1.5


def test_the_database_crashes_twice(site: Site, tmp_path: Path) -> None:
    notes = tmp_path / "acknowledged"
    worker_before = site.worker
    saver = site.start_saving(notes)
    outages = []
    for _crash in range(2):
        seconds_until_saved(site, notes, 40, within=30)
        site.postgres.kill()
        site.postgres.start()
        outages.append(seconds_until_saved(site, notes, 1, within=10))
    saver.stop(10)
    saved = acknowledged(notes)
    numbers = ",".join(map(str, saved))
    kept = site.ask(f"SELECT count(*) FROM chaos_saved WHERE id IN ({numbers})")
    say(f"{len(saved)} saves acknowledged, {len(saved) - kept} lost; saving again after {max(outages):.2f} s")
    assert kept == len(saved)
    settled(site, "2 crashes of the database")
    assert site.worker is worker_before
    assert site.worker is not None
    assert site.worker.alive(), "the worker recovered without a restart"


def seconds_until_saved(site: Site, notes: Path, more: int, *, within: float) -> float:
    """Wait until so many more saves are acknowledged than now."""
    began, enough = time.monotonic(), len(acknowledged(notes)) + more
    assert site.wait_until(lambda: len(acknowledged(notes)) >= enough, within), site.last_words()
    return time.monotonic() - began


def acknowledged(notes: Path) -> dict[int, float]:
    """Number and time of every save that was answered."""
    if not notes.exists():
        return {}
    lines = [line.split() for line in notes.read_text().splitlines(keepends=True) if line.endswith("\n")]
    return {int(number): float(at) for number, at in lines}
