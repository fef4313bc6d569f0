"""Locks that the system drops when their holder dies, so that none is ever stale."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Lock:
    """An advisory lock on a small file, shared or alone."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.descriptor: int | None = None

    def alone(self, wait: bool = False) -> bool:
        return self._take(fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))

    def shared(self) -> bool:
        return self._take(fcntl.LOCK_SH | fcntl.LOCK_NB)

    def _take(self, how: int) -> bool:
        if self.descriptor is None:
            self.descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self.descriptor, how)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None

    def taken(self) -> bool:
        """Somebody else holds it now."""
        probe = Lock(self.path)
        try:
            return not probe.alone()
        finally:
            probe.release()


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a lock alone for the time of a block, waiting for it."""
    lock = Lock(path)
    lock.alone(wait=True)
    try:
        yield
    finally:
        lock.release()
