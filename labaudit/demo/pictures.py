"""Drawn "photographs" for evidence: a control chart, a freezer display, a balance label, a page of a log."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw, ImageFont

SIZE = (960, 720)
INK = (38, 38, 46)
PAPER = (246, 244, 238)
Draw = ImageDraw.ImageDraw


@dataclass(frozen=True, slots=True)
class Picture:
    name: str
    caption: str
    content: bytes


def picture(kind: str, rng: Random) -> Picture:
    image = Image.new("RGB", SIZE, (120, 124, 128))
    name, caption = DRAWERS[kind](ImageDraw.Draw(image), rng)
    turned = image.rotate(rng.uniform(-1.5, 1.5), Image.Resampling.BILINEAR, fillcolor=(92, 96, 100))
    out = io.BytesIO()
    turned.quantize(64).save(out, "PNG")
    return Picture(name, caption, out.getvalue())


def words(draw: Draw, at: tuple[int, int], text: str, size: int = 26, fill: tuple[int, int, int] = INK) -> None:
    draw.text(at, text, fill=fill, font=ImageFont.load_default(size))


def sheet(draw: Draw, title: str) -> None:
    draw.rectangle((60, 50, 900, 670), fill=PAPER, outline=(180, 178, 170), width=2)
    words(draw, (90, 72), title, 30)


def chart(draw: Draw, rng: Random) -> tuple[str, str]:
    sheet(draw, "Control chart C-2   Pb in water, 5 ug/L")
    for y, colour in ((180, (176, 60, 60)), (250, (190, 140, 50)), (360, (70, 120, 90)), (470, (190, 140, 50)),
                      (540, (176, 60, 60))):  # fmt: skip
        draw.line((100, y, 860, y), fill=colour, width=2)
    points = [(110 + 26 * step, 360 + rng.randint(-70, 70)) for step in range(19)]
    draw.line(points, fill=INK, width=3)
    for x, y in points:
        draw.ellipse((x - 6, y - 6, x + 6, y + 6), fill=INK)
    words(draw, (640, 600), "last entry: week 39", 24)
    return "control-chart-c2.png", "Control chart C-2, last entry in week 39"


def label(draw: Draw, rng: Random) -> tuple[str, str]:
    draw.rounded_rectangle((180, 130, 780, 560), 30, fill=(224, 228, 232), outline=(90, 96, 104), width=4)
    draw.rounded_rectangle((250, 210, 710, 400), 18, fill=(24, 30, 34))
    words(draw, (300, 232), f"-{rng.randint(11, 14)}.{rng.randint(0, 9)} C", 120, (120, 235, 170))
    words(draw, (250, 440), "F-3   limit -18 C   read twice a day", 30)
    return "freezer-f3.png", "Display of freezer F-3 on arrival"


def balance(draw: Draw, rng: Random) -> tuple[str, str]:
    sheet(draw, "AB-204")
    draw.rectangle((140, 170, 820, 560), outline=(40, 110, 80), width=6)
    lines = ("CALIBRATED", "certificate 2026-118", "date 01 March", "next 28 February", f"sign. {rng.randint(2, 9)}")
    for place, line in enumerate(lines):
        words(draw, (190, 210 + 66 * place), line, 44 if place == 0 else 36)
    return "balance-ab204.png", "Calibration label of balance AB-204"


def logbook(draw: Draw, rng: Random) -> tuple[str, str]:
    sheet(draw, "Log, page 41")
    for row in range(9):
        y = 140 + 56 * row
        draw.line((90, y, 870, y), fill=(176, 190, 206), width=2)
        if row % 4 != 2:
            words(
                draw,
                (110, y + 12),
                f"{row + 3:02d}.   {rng.randint(180, 260) / 10:.1f}   {rng.randint(30, 55)} %",
                30,
            )
    draw.line((330, 120, 330, 650), fill=(176, 190, 206), width=2)
    return "log-page-41.png", "Page 41 of the log with empty lines"


DRAWERS: dict[str, Callable[[Draw, Random], tuple[str, str]]] = {
    "chart": chart,
    "label": label,
    "balance": balance,
    "logbook": logbook,
}
