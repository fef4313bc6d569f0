"""The broker goes away, the database crashes: while people save and reports are drawn.

Fails with LABAUDIT_CHAOS_OFF=sweeper (jobs lost with the broker) and =durable (acknowledged saves lost).
"""

import os
import threading
import time

import redis

from tests.chaos.browsers import Auditor, Browser
from tests.chaos.figures import NO_FAULTS, patience, percentile, saves_of, scaled
from tests.chaos.site import Site
from tests.chaos.test_web import auditors_of, start_saving, wait_for_saves
from tests.chaos.test_workers import settled

BROKER_AWAY_SECONDS = float(os.environ.get("LABAUDIT_CHAOS_BROKER_SECONDS", "4"))
# What a save may take longer at its worst twentieth while the broker is away, on a busy machine.
SLOWER_BY = 0.4


def test_the_broker_is_flushed_stopped_and_restarted(site: Site, browsers: list[Browser]) -> None:
    """During 100 jobs, ten of them reports, and 500 saves."""
    began, half = time.monotonic(), scaled(250)
    auditors = auditors_of(browsers[:4], "SAVED-BROKER")
    finish = start_saving(auditors, threading.Event())
    try:
        wait_for_saves(site, auditors, half, within=patience(60))
        site.start_jobs(scaled(50))
        with redis.Redis.from_url(site.broker.url) as broker:
            broker.flushall()
        site.broker.kill()
        away = time.monotonic()
        issuing = site.start_inside("issue", str(scaled(10)), "0")
        slowest = site.start_jobs(scaled(40))
        wait_for_saves(site, auditors, half - count_since(auditors, away), within=patience(60))
        issuing.wait(patience(30))
        time.sleep(max(0.0, BROKER_AWAY_SECONDS - (time.monotonic() - away)))
        site.broker.start()
        back = time.monotonic()
    finally:
        finish()
    accepted = [save for auditor in auditors for save in auditor.accepted]
    saves = saves_of(site, "SAVED-BROKER", accepted)
    before = percentile([save.seconds for save in accepted if save.at < away], 0.95)
    meanwhile = percentile([save.seconds for save in accepted if away <= save.at < back], 0.95)
    settled(
        site,
        "broker flushed, killed, back",
        s_away=round(back - away, 1),
        saves=saves.acknowledged,
        saves_lost=saves.lost,
        ms_p95_before=round(before * 1000),
        ms_p95_meanwhile=round(meanwhile * 1000),
        ms_slowest_start_of_a_job=round(slowest * 1000),
        s=round(time.monotonic() - began, 1),
    )
    assert saves.faults == NO_FAULTS, saves
    assert meanwhile < before + SLOWER_BY
    assert slowest < 1.5


def count_since(auditors: list[Auditor], moment: float) -> int:
    return sum(1 for auditor in auditors for save in auditor.accepted if save.at >= moment)


def test_the_database_crashes_twice(site: Site, browsers: list[Browser]) -> None:
    """During saves and while reports are drawn; nobody restarts web or worker."""
    began, crashes, outages = time.monotonic(), scaled(2), []
    worker, web = site.worker, site.web
    auditors = auditors_of(browsers[:6], "SAVED-CRASHES")
    site.run_inside("issue", str(scaled(12)), "0")
    finish = start_saving(auditors, threading.Event())
    try:
        for _crash in range(crashes):
            wait_for_saves(site, auditors, 60, within=40)
            site.postgres.kill()
            crashed = time.monotonic()
            site.postgres.start()
            wait_for_saves(site, auditors, 6, within=20)
            outages.append(time.monotonic() - crashed)
    finally:
        finish()
    accepted = [save for auditor in auditors for save in auditor.accepted]
    saves = saves_of(site, "SAVED-CRASHES", accepted)
    settled(
        site,
        "database crashed",
        crashes=crashes,
        saves=saves.acknowledged,
        saves_lost=saves.lost,
        applied_twice=saves.doubled,
        sent_again=sum(browser.refused + browser.cut_off for browser in browsers),
        s_until_saved_again=round(max(outages), 1),
        s=round(time.monotonic() - began, 1),
    )
    assert saves.faults == NO_FAULTS, saves
    assert max(outages) < 10
    assert (site.worker, site.web) == (worker, web)
    assert site.web is not None
    assert site.web.alive(), "the web recovered without a restart"
