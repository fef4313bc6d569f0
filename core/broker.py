"""The wire to the broker. It carries hints only, so nothing here may fail or delay a saved action."""

import logging
import time

import redis
from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)

QUEUE = "celery"
PATIENCE_SECONDS = 0.4
QUIET_SECONDS = 5.0
UNREACHABLE = (OperationalError, redis.RedisError, OSError)

_quiet_until = 0.0


def send(task: str, *ids: int) -> bool:
    """Send one task by name; False when the broker did not take it.

    After a refusal nothing is tried for a few seconds: a dead broker costs one short wait, not one per save.
    """
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return False
    try:
        with current_app.connection_for_write(settings.REDIS_URL, transport_options=_short_waits()) as connection:
            current_app.send_task(task, args=ids, connection=connection, retry=False, ignore_result=True)
    except UNREACHABLE as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("The broker did not take %s%s: %s. The sweeper sends it later.", task, ids, error)
        return False
    return True


def ping() -> bool:
    """Does the broker answer within a second?"""
    try:
        with _client() as client:
            return bool(client.ping())
    except UNREACHABLE:
        return False


def waiting() -> int:
    """How many hints wait in the queue. Raises one of UNREACHABLE when the broker does not answer."""
    with _client() as client:
        return int(client.llen(QUEUE))


def _client() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS
    )


def _short_waits() -> dict[str, float]:
    return {
        **settings.CELERY_BROKER_TRANSPORT_OPTIONS,
        "socket_timeout": PATIENCE_SECONDS,
        "socket_connect_timeout": PATIENCE_SECONDS,
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0,
        "interval_max": 0,
        "connect_retries_timeout": PATIENCE_SECONDS,
    }
