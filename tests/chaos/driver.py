"""What a web process does, without the web: saves that start jobs. Run as a program inside the site under fault.

driver.py start <kind> <count>   start so many jobs, each in its own transaction; prints the slowest save
driver.py save <file>            save until told to stop, and note each acknowledged number in the file
"""

import signal
import sys
import time
from pathlib import Path

import django
from django.db import InterfaceError, OperationalError, connection, transaction


def start(kind: str, count: int) -> None:
    from core import errands

    slowest = 0.0
    for number in range(count):
        began = time.monotonic()
        with transaction.atomic():
            errands.start(kind, number)
        slowest = max(slowest, time.monotonic() - began)
    sys.stdout.write(f"{slowest:.3f}\n")


def save(acknowledged: Path) -> None:
    """A save that the database refused is not tried again: only what was acknowledged is owed."""
    told_to_stop: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: told_to_stop.append(number))
    number = 0
    with acknowledged.open("a", buffering=1) as notes:
        while not told_to_stop:
            number += 1
            try:
                save_one(number)
            except (OperationalError, InterfaceError):
                connection.close()
            else:
                notes.write(f"{number} {time.time():.3f}\n")
            time.sleep(0.02)


@transaction.atomic
def save_one(number: int) -> None:
    from core import errands

    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO chaos_saved (id) VALUES (%s)", [number])
    if number % 5 == 0:
        errands.start("chaos_draw", number)


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == "start":
        start(sys.argv[2], int(sys.argv[3]))
    else:
        save(Path(sys.argv[2]))
