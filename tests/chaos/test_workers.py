"""kill -9 of workers while they draw reports. Fails with LABAUDIT_CHAOS_OFF=fence (doubled) and =sweeper (lost)."""

import hashlib
import random
import signal
import time
from datetime import datetime

from tests.chaos.figures import SEED, patience, say, scaled
from tests.chaos.site import DOUBLED, HALF_WAY, JOBS, LOST, Site

REPORTS = """
    SELECT r.id, r.file_sha256, r.file_size, r.drawn_at IS NOT NULL, j.state, count(e.id), max(e.digest)
    FROM reports_report AS r JOIN core_job AS j ON j.id = r.job_id LEFT JOIN core_jobeffect AS e ON e.job_id = j.id
    WHERE j.id > %s GROUP BY r.id, j.state
"""
BEING_DRAWN = """
    SELECT count(*) FROM core_job WHERE id > %s AND kind = 'draw_report' AND state = 'running'
    AND progress >= %s AND started_at > %s
"""
CUT_OFF = "SELECT coalesce(sum(attempts - 1), 0) FROM core_job WHERE id > %s AND kind = 'draw_report'"


def settled(site: Site, what: str, **figures: object) -> None:
    """Nothing is under way any more, nothing lost, nothing doubled."""
    done = site.wait_for_jobs(patience(60))
    lost, doubled = site.ask_jobs(LOST), site.ask_jobs(DOUBLED)
    say(what, jobs=site.ask_jobs(JOBS), lost=lost, doubled=doubled, **figures)
    assert (lost, doubled, done) == (0, 0, True), site.last_words()


def is_whole(site: Site, sha256: str, size: int) -> bool:
    path = site.media / sha256[:2] / sha256[2:4] / sha256
    content = path.read_bytes() if path.exists() else b""
    return len(content) == size and hashlib.sha256(content).hexdigest() == sha256 and content.startswith(b"%PDF-")


def wait_for_a_drawing(site: Site, dice: random.Random, since: datetime) -> None:
    """A report that was taken up after the last kill is being drawn; half of the times it is about to be kept."""
    nearly = dice.random() < 0.5
    assert site.wait_until(lambda: drawing(site, 0, since), 30), site.last_words()
    if nearly:
        site.wait_until(lambda: drawing(site, 85, since), 3)
    time.sleep(dice.uniform(0, 0.05 if nearly else 0.4))


def drawing(site: Site, progress: int, since: datetime) -> bool:
    return bool(site.supervise() and site.ask(BEING_DRAWN, site.first_job, progress, since))


def test_workers_are_killed_while_they_draw_reports(site: Site) -> None:
    """15 kills over 100 reports, two of them long, and one job that kills every worker it meets.

    Half of the kills come at any moment, half when a report is about to be kept.
    """
    began, kills = time.monotonic(), scaled(15)
    dice = random.Random(SEED)
    faults = ["kill the worker" if number % 5 == 4 else "kill a child" for number in range(kills)]
    dice.shuffle(faults)
    site.start_jobs(1, "chaos_poison")
    issuing = site.start_inside("issue", str(scaled(100) - 2), "2")
    last_kill = site.ask("SELECT now()")
    for fault in faults:
        wait_for_a_drawing(site, dice, last_kill)
        last_kill = site.ask("SELECT now()")
        if fault == "kill the worker":
            site.kill_worker()
        else:
            site.any_child(dice).kill()
    assert issuing.wait(patience(60))
    site.wait_for_jobs(patience(120))
    reports = site.rows(REPORTS, site.first_job)
    undrawn = [row for row in reports if not (row[3] and row[4] == "done" and is_whole(site, row[1], row[2]))]
    settled(
        site,
        "worker killed while drawing",
        kills=kills,
        reports=len(reports),
        not_drawn=len(undrawn),
        cut_off_while_drawing=(cut := site.ask_jobs(CUT_OFF)),
        s=round(time.monotonic() - began, 1),
    )
    assert cut > 0, "no kill met a drawing: nothing was shown"
    assert len(reports) == scaled(100)
    assert undrawn == []
    assert all(row[5] == 1 and row[6] == row[1] for row in reports), "one effect each, of the file that is named"
    poison = "SELECT state || ' after ' || attempts FROM core_job WHERE kind = 'chaos_poison' AND id > %s"
    assert site.ask(poison, site.first_job) == "dead after 5"


def test_a_worker_wakes_up_after_its_job_was_taken_over(site: Site) -> None:
    """It stood still for longer than its lease, just before it would have written the effect."""
    site.start_jobs(2, "chaos_slow")
    assert site.wait_until(lambda: site.ask_jobs(HALF_WAY) == 2, 20), site.last_words()
    site.send_worker(signal.SIGSTOP)
    other = site.start_other_worker()
    taken_over = site.wait_for_jobs(30)
    site.send_worker(signal.SIGCONT)
    time.sleep(2)
    other.stop(10)
    assert taken_over, site.last_words()
    settled(site, "worker stood still, its jobs taken over")
