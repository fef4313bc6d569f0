"""One run: the database made ready, the pages at each size, the growth between them, the document."""

from collections.abc import Iterator

from django.core.management import call_command
from django.db import connection

from benchmarks import document, pages, served
from benchmarks.guard import only_the_demo
from benchmarks.measuring import Figure, say
from labaudit.demo import seed
from labaudit.demo.large import seed_network


def run(size: str, audits: int, only: str, n: int) -> None:
    """Prints each figure when it is known."""
    prepare()
    measured = []
    for name in ("demo", "large") if size == "both" else (size,):
        if name == "large":
            say(seed_network(audits))
        settle()
        for figure in every(name, only, n):
            figure.print()
            measured.append(figure)
    for figure in growth(measured, audits):
        figure.print()


def prepare() -> None:
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    only_the_demo()
    say(f"demo: {seed()}")


def settle() -> None:
    """As a database is after a night: counted, cleaned, written out."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def every(size: str, only: str, n: int) -> Iterator[Figure]:
    yield from pages.figures(size, only, n)
    yield from served.figures(size, only, n)
    if size == "demo":
        yield from document.figures(only, n)


def growth(measured: list[Figure], audits: int) -> Iterator[Figure]:
    """How many times slower a page is in the larger network; the floors of both runs take out the machine."""
    small = {(one.name, one.person, one.floor): one for one in measured if one.size == "demo"}
    for large in (one for one in measured if one.size == "large"):
        before = small.get((large.name, large.person, large.floor))
        if before and before.ratio and large.ratio:
            yield Figure(
                name=f"growth-{large.name}",
                person=large.person,
                p50_ms=large.p50_ms,
                p95_ms=large.p95_ms,
                floor=f"the same page in the demo, both as ratios to {large.floor}",
                floor_p50_ms=before.p50_ms,
                ratio=round(large.ratio / before.ratio, 2),
                limit_ratio=None if longer(before, large) else 1.2,
                limit_sql=None,
                sql=None,
                bytes=large.bytes,
                n=large.n,
                seed=large.seed,
                size=f"demo to {audits} audits",
                note=f"the page itself grew from {before.bytes} bytes" if longer(before, large) else "",
            )


def longer(before: Figure, after: Figure) -> bool:
    """The larger network fills the page with more rows: then the time says nothing about the network's size."""
    return bool(before.bytes and after.bytes and after.bytes > 1.05 * before.bytes)
