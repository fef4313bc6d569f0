"""The past of the demo: services are asked to do their work on a day gone by.

Only for building the demo, in a process that does nothing else: the clock is turned for the whole process.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from unittest.mock import patch

from django.utils import timezone


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=timezone.get_current_timezone())


@contextmanager
def at(when: datetime) -> Iterator[None]:
    """Let `timezone.now()` say `when`."""
    with patch("django.utils.timezone.now", return_value=when.astimezone(UTC)):
        yield
