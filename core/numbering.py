"""Numbers without gap or repeat."""

from django.db import connection


def next_number(name: str) -> int:
    """The next number of the series `name`; the row stays locked until the caller's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_counter (name, last) VALUES (%s, 1)"
            " ON CONFLICT (name) DO UPDATE SET last = core_counter.last + 1 RETURNING last",
            [name],
        )
        return int(cursor.fetchone()[0])
