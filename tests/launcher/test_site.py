"""What ./lab up does when one of its processes ends by itself."""

import argparse
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher import project
from launcher.errors import Stop
from launcher.site import MOST_RESTARTS, Site

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site whose worker only sleeps, with its own folders."""
    monkeypatch.setattr(project, "LOG", tmp_path)
    monkeypatch.setattr(project, "RUN", tmp_path)
    site = Site(argparse.Namespace(host="127.0.0.1", port=8000))
    site.start("worker", [*SLEEPER], dict(os.environ), 1.0)
    yield site
    for process, patience in site.started:
        process.stop(patience)


def kill(site: Site) -> int:
    [(process, _patience)] = site.started
    process.send(signal.SIGKILL)
    assert process.wait(5)
    return process.pid


def test_a_killed_worker_is_started_again(site: Site) -> None:
    killed = kill(site)
    site.start_what_ended()
    site.stop_if_one_died()
    [(process, _patience)] = site.started
    assert process.pid != killed
    assert process.alive()
    assert (project.RUN / "worker.pid").read_text() == f"{process.pid}\n"


def test_one_that_ends_again_and_again_stops_everything(site: Site) -> None:
    for _time in range(MOST_RESTARTS):
        kill(site)
        site.start_what_ended()
    kill(site)
    site.start_what_ended()
    with pytest.raises(Stop, match="worker has ended"):
        site.stop_if_one_died()


def test_one_that_lives_is_left_alone(site: Site) -> None:
    [(before, _patience)] = site.started
    time.sleep(0.2)
    site.start_what_ended()
    assert site.started[0][0].pid == before.pid
