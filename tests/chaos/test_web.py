"""Saves over HTTP while web workers are killed, and many people at once.

Fails with LABAUDIT_CHAOS_OFF=mutation (applied twice, many objects) and =version (silent overwrites).
"""

import random
import re
import threading
import time
import uuid
from collections.abc import Callable
from datetime import timedelta

import psutil
from django.utils import timezone

from tests.chaos.browsers import Auditor, Browser, all_together, together
from tests.chaos.figures import NO_FAULTS, SEED, saves_of, say, scaled
from tests.chaos.site import Site

VERDICTS = ("conforming", "nonconforming", "observation", "")
CODE = re.compile(r"/audits/(IA-\d+-\d+)/")


def auditors_of(browsers: list[Browser], code: str) -> list[Auditor]:
    return [Auditor(browser, code, f"{code} {number}") for number, browser in enumerate(browsers)]


def keep_saving(auditor: Auditor, own: list[int], over: threading.Event) -> None:
    """Mostly her own questions, at times one that everybody answers."""
    dice = random.Random(f"{SEED} {auditor.name}")
    while not over.is_set():
        position = 1 if dice.random() < 0.1 else dice.choice(own)
        auditor.save(position, dice.choice(VERDICTS))


def start_saving(auditors: list[Auditor], over: threading.Event, each: int = 8) -> Callable[[], None]:
    """Everybody saves until it is over; the answer waits for the last save of each."""
    works = [
        lambda number=number, auditor=auditor: keep_saving(
            auditor, list(range(2 + number * each, 2 + (number + 1) * each)), over
        )
        for number, auditor in enumerate(auditors)
    ]
    pool, futures = together(works)

    def finish() -> None:
        over.set()
        with pool:
            for future in futures:
                future.result()

    return finish


def count_of(auditors: list[Auditor]) -> int:
    return sum(len(auditor.accepted) for auditor in auditors)


def wait_for_saves(site: Site, auditors: list[Auditor], more: int, *, within: float) -> float:
    """Until so many more saves are acknowledged than now; the seconds that took."""
    began, enough = time.monotonic(), count_of(auditors) + more
    assert site.wait_until(lambda: count_of(auditors) >= enough, within), site.last_words()
    return time.monotonic() - began


def test_web_workers_are_killed_during_saves(site: Site, browsers: list[Browser]) -> None:
    """60 kills; the master starts each worker again, the browsers send each save again until it is answered."""
    began, kills, dice = time.monotonic(), scaled(60), random.Random(SEED)
    auditors = auditors_of(browsers[:8], "SAVED-KILLS")
    over = threading.Event()
    finish = start_saving(auditors, over)
    master = site.web
    try:
        for _kill in range(kills):
            wait_for_saves(site, auditors, 5, within=20)
            time.sleep(dice.uniform(0, 0.1))
            kill_one(site, dice)
    finally:
        finish()
    accepted = [save for auditor in auditors for save in auditor.accepted]
    saves = saves_of(site, "SAVED-KILLS", accepted)
    say(
        "web worker killed during saves",
        kills=kills,
        saves=saves.acknowledged,
        sent_again=sum(browser.cut_off for browser in browsers),
        overtaken=sum(browser.overtaken for browser in browsers),
        lost=saves.lost,
        applied_twice=saves.doubled,
        versions_astray=saves.versions_astray,
        s=round(time.monotonic() - began, 1),
    )
    assert saves.faults == NO_FAULTS, saves
    assert saves.acknowledged >= 5 * kills
    assert sum(browser.cut_off for browser in browsers) > 0, "no kill met a save: nothing was shown"
    assert site.web is master
    assert site.web is not None
    assert site.web.alive()


def kill_one(site: Site, dice: random.Random) -> None:
    children: list[psutil.Process] = []

    def found() -> bool:
        children[:] = site.web_children()
        return bool(children)

    assert site.wait_until(found, 10), site.last_words()
    dice.choice(children).kill()


def test_two_auditors_write_the_same_answer(site: Site, browsers: list[Browser]) -> None:
    """16 browsers of two people, 400 writes to one question: each accepted write saw the version before it."""
    began = time.monotonic()
    auditors = auditors_of(browsers, "SAVED-BY-TWO")
    each = scaled(25)

    def write(auditor: Auditor) -> None:
        dice = random.Random(f"{SEED} {auditor.name}")
        for _write in range(each):
            auditor.try_once(1, dice.choice(VERDICTS), auditor.new_words())
            time.sleep(dice.uniform(0, 0.05))

    all_together([lambda auditor=auditor: write(auditor) for auditor in auditors])
    accepted = [save for auditor in auditors for save in auditor.accepted]
    saves = saves_of(site, "SAVED-BY-TWO", accepted)
    say(
        "two auditors, one answer",
        browsers=len(auditors),
        writes=each * len(auditors),
        accepted=saves.acknowledged,
        refused=sum(browser.overtaken for browser in browsers),
        silent_overwrites=saves.overwritten,
        lost=saves.lost,
        s=round(time.monotonic() - began, 1),
    )
    assert saves.faults == NO_FAULTS, saves
    assert saves.acknowledged + sum(browser.overtaken for browser in browsers) == each * len(auditors)
    assert saves.acknowledged < each * len(auditors), "nobody was overtaken: nothing was shown"


def test_fifty_identical_submits_make_one_object(site: Site, browsers: list[Browser]) -> None:
    """The form that plans an audit and the form that issues a report, each sent 50 times at once."""
    began, times = time.monotonic(), scaled(50)
    plan = plan_of(site) | {"mutation": str(uuid.uuid4())}
    planned = send_at_once(browsers[::2], "/audits/new/", [plan] * times)
    codes = {CODE.search(place)[1] for place in planned}  # type: ignore[index]
    audits = site.ask("SELECT count(*) FROM audits_audit WHERE objectives = %s", plan["objectives"])
    reported = site.run_inside("report")
    amend = {"mutation": str(uuid.uuid4()), "reason": "A date was wrong."}
    issued = send_at_once(browsers[::2], f"/audits/{reported['code']}/report/new/", [amend] * times)
    versions = site.ask("SELECT count(*) FROM reports_report WHERE audit_id = %s", reported["audit"])
    say(
        "identical submits at once",
        submits=2 * times,
        audits_planned=audits,
        reports_issued=versions - 1,
        s=round(time.monotonic() - began, 1),
    )
    assert (audits, len(codes)) == (1, 1)
    assert (versions, len(set(issued))) == (2, 1)


def test_numbers_have_no_gap_and_no_repeat(site: Site, browsers: list[Browser]) -> None:
    """Twenty different plans at once."""
    plan, times = plan_of(site), scaled(20)
    before = numbers_of(site)
    sent = [plan | {"mutation": str(uuid.uuid4())} for _number in range(times)]
    placed = send_at_once(browsers[::2], "/audits/new/", sent)
    numbers = numbers_of(site)
    say("different plans at once", submits=times, audits_planned=len(numbers) - len(before))
    assert len(set(placed)) == times
    assert numbers == list(range(1, len(before) + times + 1))


def numbers_of(site: Site) -> list[int]:
    rows = site.rows("SELECT code FROM audits_audit WHERE code LIKE %s", "IA-%")
    return sorted(int(code.rpartition("-")[2]) for (code,) in rows)


def plan_of(site: Site) -> dict[str, str]:
    given, today = site.world["plan"], timezone.localdate()
    return {
        "laboratory": str(given["laboratory"]),
        "checklist": str(given["checklist"]),
        "scheme": str(given["scheme"]),
        "leader": str(given["leader"]),
        "purpose": "internal",
        "method": "on_site",
        "objectives": f"Planned once: {uuid.uuid4()}",
        "scope": "Everything.",
        "starts_on": str(today),
        "ends_on": str(today + timedelta(days=2)),
        "language": "en",
    }


def send_at_once(browsers: list[Browser], path: str, forms: list[dict[str, str]]) -> list[str]:
    """Where each of the forms led; a browser of the pool sends its share, all begin at the same moment."""
    begin = threading.Barrier(len(forms))
    places: list[str] = []

    def send(browser: Browser, form: dict[str, str]) -> None:
        begin.wait(10)
        answered = browser.twin().ask_until_answered(path, form)
        assert answered.status == 302, answered.body
        places.append(answered.location)

    pairs = [(browsers[number % len(browsers)], form) for number, form in enumerate(forms)]
    all_together([lambda pair=pair: send(*pair) for pair in pairs])
    return places
