"""The pages of the product, each beside its floor."""

from collections.abc import Iterator
from functools import partial

from django.core.wsgi import get_wsgi_application

from benchmarks import floor, workloads
from benchmarks.browser import Browser
from benchmarks.measuring import Figure, side_by_side
from benchmarks.workloads import PEOPLE, Work
from labaudit.demo.seeding import SEED


def figures(size: str, only: str, n: int) -> Iterator[Figure]:
    product, plain = get_wsgi_application(), floor.Handler()
    browsers = {person: Browser.of(email, product) for person, email in PEOPLE.items()}
    floors = {person: Browser.of(email, plain) for person, email in PEOPLE.items()}
    for work in workloads.workloads():
        if only in work.name:
            yield figure(work, browsers[work.person], floors[work.person], size, n)


def figure(work: Work, browser: Browser, plain: Browser, size: str, n: int) -> Figure:
    body = browser.ask(work.ask())
    pages, floors = side_by_side(
        lambda: partial(browser.ask, work.ask()), lambda: partial(plain.ask, work.floor()), n
    )
    return Figure(
        name=work.name,
        person=work.person,
        p50_ms=pages.p50,
        p95_ms=pages.p95,
        floor=work.floor_name,
        floor_p50_ms=floors.p50,
        ratio=round(pages.p50 / floors.p50, 2),
        limit_ratio=work.limit.ratio if work.limit else None,
        limit_sql=work.limit.sql if work.limit else None,
        sql=len(browser.statements(work.ask)),
        bytes=len(body),
        n=n,
        seed=SEED,
        size=size,
    )
