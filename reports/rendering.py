"""Draws a report from its frozen content, and from nothing else."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import segno
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, ImageOps, UnidentifiedImageError

from core import pdf
from reports.content import ClauseAnswer, ClauseGroup, Criterion, Finding, Photo, ReportContent, Signature

VERDICT_WORDS = {
    "conforming": gettext_lazy("Conforming"),
    "nonconforming": gettext_lazy("Nonconforming"),
    "observation": gettext_lazy("Observation"),
    "not_applicable": gettext_lazy("Not applicable"),
    "not_assessed": gettext_lazy("Not assessed"),
}
METHOD_WORDS = {
    "on_site": gettext_lazy("on site"),
    "remote": gettext_lazy("remote"),
    "hybrid": gettext_lazy("partly on site, partly remote"),
}
MEETING_WORDS = {
    "opening": gettext_lazy("Opening meeting"),
    "closing": gettext_lazy("Closing meeting"),
}
# A day in a sentence. Russian bends the month after a day; the others do not.
DAY_FORMATS = {"ru": "j E Y"}
DAY_FORMAT = "j F Y"
PHOTO_PIXELS = 1000
# Beyond this, three columns side by side turn into ribbons: the parts then stand one under the other.
COLUMN_LETTERS = 620
# Beyond this, a row of the annex may break over two pages.
ROW_LETTERS = 700

PhotoSource = Callable[[str], bytes | None]


@dataclass(frozen=True)
class Moment:
    day: str
    hour: str


@dataclass(frozen=True)
class Figure:
    number: int
    photo: Photo
    found: bool


@dataclass(frozen=True)
class FindingSheet:
    finding: Finding
    figures: tuple[Figure, ...]
    stacked: bool


@dataclass(frozen=True)
class AnnexRow:
    answer: ClauseAnswer
    word: str
    clause: str
    """Empty where the row above is of the same clause."""
    tall: bool


@dataclass(frozen=True)
class AnnexGroup:
    group: ClauseGroup
    rows: tuple[AnnexRow, ...]


def draw_report(content: ReportContent, photo: PhotoSource) -> bytes:
    """The PDF of one version. ``photo`` answers a sha256 with the image, or None when it is gone."""
    files = {item.sha256: data for item in content.photos() if (data := thumbnail(photo(item.sha256)))}
    return pdf.draw(report_html(content, frozenset(files)), files=files)


def report_html(content: ReportContent, photos: frozenset[str] = frozenset()) -> str:
    """The document before drawing; ``photos`` are the sha256 that can be shown."""
    with translation.override(content.language), timezone.override(ZoneInfo(content.zone)):
        return render_to_string("reports/pdf/report.html", _page(content, photos))


def thumbnail(data: bytes | None) -> bytes | None:
    """A small JPEG without EXIF, upright; None for what is no image."""
    if not data:
        return None
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.draft("RGB", (PHOTO_PIXELS, PHOTO_PIXELS))
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError):
        return None
    upright.thumbnail((PHOTO_PIXELS, PHOTO_PIXELS))
    small = io.BytesIO()
    upright.save(small, "JPEG", quality=82)
    return small.getvalue()


def _page(content: ReportContent, photos: frozenset[str]) -> dict[str, Any]:
    digest = content.sha256()
    return {
        "report": content,
        "audit": content.audit,
        "laboratory": content.laboratory,
        "summary": content.summary,
        "draft": content.status == "draft",
        "lead": next((member for member in content.audit.team if member.is_lead), None),
        "signatures": _signatures(content),
        "issued": _moment(content.issued_at),
        "period": _period(content.audit.starts_on, content.audit.ends_on),
        "criteria": [(item, _criterion(item)) for item in content.audit.criteria],
        "places": [
            (place, _period(place.starts_on, place.ends_on), METHOD_WORDS[place.method])
            for place in content.audit.places
        ],
        "meetings": [
            (meeting, MEETING_WORDS[meeting.kind], _day(meeting.held_on)) for meeting in content.audit.meetings
        ],
        "method": METHOD_WORDS[content.audit.method],
        "verdicts": [(item, VERDICT_WORDS[item.verdict]) for item in content.summary.verdicts],
        "questions": sum(item.count for item in content.summary.verdicts),
        "sheets": _sheets(content, photos),
        "annex": [_annex_group(group) for group in content.clauses],
        "title_size": _title_size(content),
        "hash_lines": [_grouped(digest[:32]), _grouped(digest[32:])],
        "qr": _qr(content.verify_url),
        "day": _day_format(),
        "css": _margin_texts(content),
        "sheet": "static:css/report.css",
    }


def _signatures(content: ReportContent) -> list[tuple[Signature, Moment]]:
    first = [content.authorised_by] if content.authorised_by else []
    return [(signature, _moment(signature.signed_at)) for signature in (*first, *content.signatures)]


def _moment(moment: datetime) -> Moment:
    local = timezone.localtime(moment)
    written = f"{local:%z}"
    hours, minutes = int(written[:3]), written[3:5]
    offset = f"UTC{hours:+d}" + (f":{minutes}" if minutes != "00" else "")
    return Moment(day=_day(local), hour=f"{local:%H:%M}, {offset}")


def _period(first: date, last: date) -> str:
    """Two days without saying month and year twice."""
    if first == last:
        return _day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} – {_day(last)}"
    start = _day(first).removesuffix(f" {last.year}") if first.year == last.year else _day(first)
    return f"{start} – {_day(last)}"


def _day(day: date) -> str:
    return date_format(day, _day_format())


def _day_format() -> str:
    return DAY_FORMATS.get(translation.get_language() or "", DAY_FORMAT)


def _criterion(criterion: Criterion) -> str:
    if not criterion.edition:
        return criterion.reference
    if re.fullmatch(r"\d{4}", criterion.edition):
        return f"{criterion.reference}:{criterion.edition}"
    return _("%(reference)s, edition %(edition)s") % {
        "reference": criterion.reference,
        "edition": criterion.edition,
    }


def _sheets(content: ReportContent, photos: frozenset[str]) -> list[FindingSheet]:
    sheets, number = [], 0
    for finding in content.findings:
        figures = tuple(
            Figure(number + place, photo, photo.sha256 in photos) for place, photo in enumerate(finding.photos, 1)
        )
        number += len(figures)
        longest = max(len(finding.criterion), len(finding.evidence), len(finding.statement))
        sheets.append(FindingSheet(finding, figures, stacked=longest > COLUMN_LETTERS))
    return sheets


def _annex_group(group: ClauseGroup) -> AnnexGroup:
    rows, above = [], ""
    for answer in group.answers:
        rows.append(_annex_row(answer, above))
        above = answer.number
    return AnnexGroup(replace(group, answers=()), tuple(rows))


def _annex_row(answer: ClauseAnswer, above: str) -> AnnexRow:
    remark = len(answer.note) + len(answer.sample) + len(answer.reason) + sum(map(len, answer.evidence))
    return AnnexRow(
        answer=answer,
        word=str(VERDICT_WORDS[answer.verdict]),
        clause="" if answer.number == above else answer.number,
        tall=max(remark, len(answer.question)) > ROW_LETTERS,
    )


def _title_size(content: ReportContent) -> str:
    """A class for names that would run into what stands below them on the cover."""
    laboratory = content.laboratory
    title = len(laboratory.name)
    if title > 170 or title + len(laboratory.other_name) + len(laboratory.activity) > 320:
        return "longest"
    return "longer" if title > 100 else "long" if title > 42 else ""


def _grouped(digits: str) -> str:
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def _qr(address: str) -> SafeString:
    title = _("Code that opens the page on which this report is verified")
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        scale=4, border=0, dark="#1e1a24", title=title, svgclass="qr", omitsize=True
    )
    return SafeString(drawn)


def _margin_texts(content: ReportContent) -> dict[str, SafeString]:
    """The texts of the page margins as CSS values: no text reaches the style sheet raw."""
    version = _("%(number)s, version %(version)s") % {"number": content.number, "version": content.version}
    if content.status == "draft":
        version = _("Draft of %(version)s") % {"version": version}
    return {
        "laboratory": css_text(content.laboratory.name),
        "version": css_text(version),
        "confidential": css_text(_("Confidential. Copies only as a whole.")),
        "pages": _page_count(_("Page {page} of {pages}")),
    }


def _page_count(pattern: str) -> SafeString:
    """A translated pattern with its two numbers, in whichever order the language wants them."""
    values = []
    for piece in pattern.replace("{", "\0{").replace("}", "}\0").split("\0"):
        match piece:
            case "":
                continue
            case "{page}" | "{pages}":
                values.append(format_html("counter({})", piece.strip("{}")))
            case _:
                values.append(css_text(piece))
    return SafeString(" ".join(values))


def css_text(text: str) -> SafeString:
    """A CSS string of any text: all but letters, digits and blanks are written as code points."""
    spelt = "".join(letter if letter.isalnum() or letter == " " else f"\\{ord(letter):x} " for letter in text)
    return format_html('"{}"', spelt)
