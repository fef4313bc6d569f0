"""/healthz and /readyz: what is missing is named."""

import socket
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.db import connection
from django.test import Client
from django.utils import timezone

from core import errands
from core.models import Heartbeat

pytestmark = pytest.mark.urls("core.urls")
READY = {"ready": True, "not_ready": [], "web": "ready", "database": "ready", "broker": "ready", "worker": "ready"}


@pytest.fixture
def worker_alive(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    errands.stamp_heartbeat(force=True)


def test_healthz_asks_nothing(client: Client, django_assert_num_queries: Any, db: None) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_ready(client: Client, hints: redis.Redis, worker_alive: None) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, READY)


def test_a_worker_that_was_never_there(client: Client, hints: redis.Redis, db: None) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["not_ready"]) == (503, ["worker"])


def test_a_worker_that_fell_silent(client: Client, hints: redis.Redis, worker_alive: None) -> None:
    Heartbeat.objects.update(at=timezone.now() - timedelta(seconds=46))
    assert client.get("/readyz").json()["not_ready"] == ["worker"]


def test_a_broker_that_is_gone(client: Client, worker_alive: None, settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.REDIS_URL = f"redis://secret:word@127.0.0.1:{server.getsockname()[1]}/0"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["not_ready"]) == (503, ["broker"])
    assert "word" not in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_gone(
    client: Client, hints: redis.Redis, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    monkeypatch.setitem(connection.settings_dict, "PORT", port)
    try:
        answer = client.get("/readyz")
        errands.stamp_heartbeat(force=True)
    finally:
        connection.close()
    assert (answer.status_code, answer.json()["not_ready"]) == (503, ["database", "worker"])
    assert "sign of life was not kept" in caplog.text


def test_signs_of_life_are_kept_at_most_every_ten_seconds(worker_alive: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        errands.stamp_heartbeat()


def test_no_other_methods(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
