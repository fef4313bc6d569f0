"""A dead, silent or refusing broker: a warning, and within a second the request goes on."""

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis

from core import broker, errands
from core.models import Job


@pytest.fixture
def silent_broker(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A port that takes connections and never answers."""
    monkeypatch.setattr(broker, "_quiet_until", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.REDIS_URL = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        yield


@pytest.fixture
def no_broker(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker, "_quiet_until", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.REDIS_URL = f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def seconds_to_save(committing: Any) -> float:
    began = time.monotonic()
    with committing(execute=True):
        errands.start("test_saved", 5)
    return time.monotonic() - began


@pytest.mark.django_db
def test_a_silent_broker_neither_fails_nor_delays_a_save(
    silent_broker: None, django_capture_on_commit_callbacks: Any, caplog: pytest.LogCaptureFixture
) -> None:
    assert seconds_to_save(django_capture_on_commit_callbacks) < 1.5
    assert "did not take core.run_job" in caplog.text
    assert seconds_to_save(django_capture_on_commit_callbacks) < 0.1, "the second save does not wait again"
    assert Job.objects.filter(kind="test_saved", state="queued").count() == 2


@pytest.mark.django_db
def test_a_dead_broker_neither_fails_nor_delays_a_save(
    no_broker: None, django_capture_on_commit_callbacks: Any
) -> None:
    assert seconds_to_save(django_capture_on_commit_callbacks) < 1.0
    assert Job.objects.filter(kind="test_saved", state="queued").count() == 1
    assert broker.ping() is False
    assert errands.sweep() == 0


def test_hints_leave_from_any_thread(hints: redis.Redis) -> None:
    sent: list[bool] = []
    thread = threading.Thread(target=lambda: sent.append(broker.send(errands.RUN_JOB, 1)))
    thread.start()
    thread.join()
    assert sent == [True]
    assert broker.waiting() == 1
