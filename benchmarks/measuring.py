"""Two things in turn, many times: so that whatever else the machine does falls on both."""

import gc
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median, quantiles

WARM_UP = 10
Prepare = Callable[[], Callable[[], object]]
Clock = Callable[[], int]


@dataclass(frozen=True)
class Figure:
    """One line of the output. `limit_ratio` is what `ratio` may be; None: nobody has set a limit."""

    name: str
    p50_ms: float
    p95_ms: float
    floor_p50_ms: float | None
    ratio: float | None
    limit_ratio: float | None
    limit_sql: int | None
    sql: int | None
    bytes: int | None
    n: int
    seed: int
    size: str
    floor: str = ""
    person: str = ""
    memory_mb: int | None = None
    limit_memory_mb: int | None = None
    note: str = ""

    def print(self) -> None:
        said = {name: value for name, value in asdict(self).items() if value not in (None, "")}
        print(json.dumps(said, ensure_ascii=False), flush=True)


@dataclass(frozen=True)
class Times:
    """Milliseconds of one thing."""

    values: list[float]

    @property
    def p50(self) -> float:
        return round(median(self.values), 2)

    @property
    def p95(self) -> float:
        return round(quantiles(self.values, n=20)[-1], 2) if len(self.values) > 1 else self.p50


def side_by_side(
    page: Prepare, floor: Prepare, n: int, warm_up: int = WARM_UP, clock: Clock = time.perf_counter_ns
) -> tuple[Times, Times]:
    """Floor and page in turn. What is prepared, and the collecting of garbage, is not timed."""
    for _ in range(warm_up):
        floor()()
        page()()
    floors, pages = [], []
    gc.disable()
    try:
        for turn in range(n):
            if turn % 10 == 0:
                gc.collect()
            floors.append(once(floor(), clock))
            pages.append(once(page(), clock))
    finally:
        gc.enable()
    return Times(pages), Times(floors)


def once(work: Callable[[], object], clock: Clock) -> float:
    began = clock()
    work()
    return (clock() - began) / 1e6


def say(text: str) -> None:
    """For the person who waits; the figures alone are on the standard output."""
    print(text, file=sys.stderr, flush=True)
