"""The report of one full audit beside the block floor: as many pages of plain blocks, drawn by the same engine."""

import io
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import chain, cycle, islice
from random import Random

import pikepdf
from django.utils import timezone
from PIL import Image

from audits.enums import AuditState
from audits.models import Audit
from benchmarks.drawing import memory_of
from benchmarks.measuring import Figure, side_by_side
from core import pdf
from labaudit.demo.seeding import SEED
from reports import snapshot
from reports.content import Finding, Photo, ReportContent
from reports.rendering import draw_report, report_html, thumbnail

ROWS, FINDINGS, PHOTOS = 200, 30, 20
BLOCK = "<div><b>7.{n}</b> How is this done here, and how do you know? <i>Conforming</i> {note}</div>"
SHEET = "<style>@page{size:A4;margin:20mm}body{font:9pt sans-serif}div{margin:0 0 3mm}img{width:80mm}</style>"


def figures(only: str, n: int) -> Iterator[Figure]:
    """Drawing takes seconds: a tenth of the turns."""
    if only not in "report-pdf":
        return
    pictures = {f"{SEED}{place:062d}": picture(place) for place in range(PHOTOS)}
    content = full(list(pictures))
    drawn = draw_report(content, pictures.get)
    count = pages_of(drawn)
    small = {key: data for key, photo in pictures.items() if (data := thumbnail(photo))}
    plain = block_floor(count, small)
    floor_count = pages_of(pdf.draw(plain, files=small))
    turns = max(n // 10, 3)
    ours, floors = side_by_side(
        lambda: partial(draw_report, content, pictures.get),
        lambda: partial(pdf.draw, plain, files=small),
        turns,
        warm_up=1,
        clock=time.process_time_ns,
    )
    yield Figure(
        name="report-pdf",
        p50_ms=ours.p50,
        p95_ms=ours.p95,
        floor=f"blocks, {floor_count} pages",
        floor_p50_ms=floors.p50,
        ratio=round(ours.p50 / floors.p50, 2),
        limit_ratio=2.0,
        limit_sql=0,
        sql=0,
        bytes=len(drawn),
        n=turns,
        seed=SEED,
        size=f"{ROWS} rows, {FINDINGS} findings, {PHOTOS} photos, {count} pages",
        memory_mb=memory_of(content, pictures),
        limit_memory_mb=300,
        note=f"milliseconds of the processor; the text alone {len(report_html(content))} bytes",
    )


def full(keys: list[str]) -> ReportContent:
    """The demo's fullest reported audit, its findings repeated to 30 and its answers to 200."""
    audit = (
        Audit.objects.filter(state=AuditState.REPORTED)
        .select_related("laboratory__organisation", "organisation", "programme", "scheme", "edition__standard")
        .order_by("code")[0]
    )
    content = snapshot.take(audit, version=1, issued_at=timezone.now(), issuer="A leader")
    return replace(content, findings=tuple(findings(content, keys)), clauses=rows(content))


def findings(content: ReportContent, keys: list[str]) -> Iterator[Finding]:
    photos = [Photo(sha256=key, caption="What was seen", code=f"E-{place:02d}") for place, key in enumerate(keys, 1)]
    for place, one in enumerate(islice(cycle(content.findings), FINDINGS)):
        yield replace(one, number=f"NC-{place + 1:02d}", photos=tuple(photos[place : place + 1]))


def rows(content: ReportContent) -> tuple[snapshot.c.ClauseGroup, ...]:
    """Exactly 200 answers: the last group is lengthened with the first answers, or the groups are cut."""
    answers = list(chain.from_iterable(group.answers for group in content.clauses))
    missing = ROWS - len(answers)
    last = content.clauses[-1]
    if missing >= 0:
        return (*content.clauses[:-1], replace(last, answers=(*last.answers, *answers[:missing])))
    kept, groups = ROWS, []
    for group in content.clauses:
        groups.append(replace(group, answers=group.answers[:kept]))
        kept -= len(groups[-1].answers)
    return tuple(group for group in groups if group.answers)


def picture(place: int) -> bytes:
    """A photograph of two megapixels with something in it for the compressor to do."""
    rng = Random(SEED + place)
    tiles = Image.frombytes("RGB", (64, 48), rng.randbytes(64 * 48 * 3))
    buffer = io.BytesIO()
    tiles.resize((1632, 1224), Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def block_floor(wanted: int, photos: dict[str, bytes]) -> str:
    """20 pictures and as many blocks as make the pages of the report: pages grow evenly with blocks."""
    few, many = ROWS, ROWS * 3
    first, second = (pages_of(pdf.draw(blocks(count, photos), files=photos)) for count in (few, many))
    per_page = (many - few) / (second - first)
    return blocks(round(few + (wanted - first) * per_page - per_page / 2), photos)


def blocks(count: int, photos: dict[str, bytes]) -> str:
    note = "Seen in the log book of the last three months; the records were complete and signed. " * 2
    pictures = "".join(f'<div><img alt="A photograph" src="file-key:{key}"></div>' for key in photos)
    text = "".join(BLOCK.format(n=place, note=note) for place in range(count))
    return f'<!DOCTYPE html><html lang="en"><title>Floor</title>{SHEET}<body>{pictures}{text}</body></html>'


def pages_of(document: bytes) -> int:
    with pikepdf.open(io.BytesIO(document)) as opened:
        return len(opened.pages)
