"""Draws a report from its frozen content, and from nothing else."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

import segno
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, ImageOps, UnidentifiedImageError

from core import pdf
from reports.content import (
    Amendment,
    ClauseAnswer,
    ClauseGroup,
    Criterion,
    Finding,
    Participant,
    Photo,
    ReportContent,
    Signature,
)
from reports.dates import Moment, long_day, moment_of, period

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
PHOTO_PIXELS = 1000
# Beyond this, three columns side by side turn into ribbons: the parts then stand one under the other.
COLUMN_LETTERS = 620
# Beyond this, the summary runs over its page, and the next part follows it without a break.
SUMMARY_ROWS = 9
# Beyond this, a row of the annex may break over two pages.
ROW_LETTERS = 700

PhotoSource = Callable[[str], bytes | None]


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
    title: str
    """Both empty where the row above says the same."""
    remark: bool
    tall: bool


@dataclass(frozen=True)
class AnnexGroup:
    group: ClauseGroup
    rows: tuple[AnnexRow, ...]


@dataclass(frozen=True)
class Attendee:
    person: Participant
    present: tuple[bool, ...]
    """A sign for each meeting, in the order of the meetings."""


@dataclass(frozen=True)
class VersionRow:
    version: int
    issued: Moment
    reason: str
    fingerprint: str
    this: bool


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
    versions = _versions(content, digest[:12])
    return {
        "report": content,
        "audit": content.audit,
        "laboratory": content.laboratory,
        "summary": content.summary,
        "draft": content.status == "draft",
        "lead": next((member for member in content.audit.team if member.is_lead), None),
        "signatures": _signatures(content),
        "issued": moment_of(content.issued_at),
        "period": period(content.audit.starts_on, content.audit.ends_on),
        "criteria": [(item, _criterion(item)) for item in content.audit.criteria],
        "places": [
            (place, period(place.starts_on, place.ends_on), METHOD_WORDS[place.method])
            for place in content.audit.places
        ],
        "meetings": [
            (meeting, MEETING_WORDS[meeting.kind], long_day(meeting.held_on)) for meeting in content.audit.meetings
        ],
        "method": METHOD_WORDS[content.audit.method],
        "verdicts": [(item, VERDICT_WORDS[item.verdict]) for item in content.summary.verdicts],
        "questions": sum(item.count for item in content.summary.verdicts),
        "sheets": _sheets(content, photos),
        "annex": [_annex_group(group) for group in content.clauses],
        "follows": len(content.findings) > SUMMARY_ROWS,
        "attendees": _attendees(content),
        "versions": versions,
        "this_version": versions[-1],
        "replaced": versions[-2] if len(versions) > 1 else None,
        "title_size": _title_size(content),
        "hash_lines": [_grouped(digest[:32]), _grouped(digest[32:])],
        "qr": _qr(content.verify_url),
        "css": _margin_texts(content),
        "sheet": "static:css/report.css",
    }


def _signatures(content: ReportContent) -> list[tuple[Signature, Moment]]:
    first = [content.authorised_by] if content.authorised_by else []
    return [(signature, moment_of(signature.signed_at)) for signature in (*first, *content.signatures)]


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


def _attendees(content: ReportContent) -> list[Attendee]:
    """Everybody of the laboratory who took part, and who was in which meeting."""
    meetings = content.audit.meetings
    people = {person.name: person for person in content.audit.participants}
    team = {member.name for member in content.audit.team}
    for meeting in meetings:
        for person in meeting.attendees:
            if person.name not in team:
                people.setdefault(person.name, person)
    present = [{person.name for person in meeting.attendees} for meeting in meetings]
    return [Attendee(person, tuple(name in names for names in present)) for name, person in people.items()]


def _versions(content: ReportContent, fingerprint: str) -> list[VersionRow]:
    """Every version up to this one with its reason, the oldest first."""
    own = next((item.reason for item in content.amendments if item.version == content.version), "")
    earlier = [_version(item) for item in content.amendments if item.version != content.version]
    this = VersionRow(content.version, moment_of(content.issued_at), own, fingerprint, this=True)
    return [*earlier, this]


def _version(amendment: Amendment) -> VersionRow:
    first = _("First version") if amendment.version == 1 else ""
    issued = moment_of(amendment.issued_at)
    return VersionRow(amendment.version, issued, amendment.reason or first, amendment.sha256[:12], this=False)


def _annex_group(group: ClauseGroup) -> AnnexGroup:
    above = (None, *group.answers)
    rows = tuple(_annex_row(answer, before) for answer, before in zip(group.answers, above, strict=False))
    return AnnexGroup(replace(group, answers=()), rows)


def _annex_row(answer: ClauseAnswer, above: ClauseAnswer | None) -> AnnexRow:
    remark = len(answer.note) + len(answer.sample) + len(answer.reason) + sum(map(len, answer.evidence))
    same_clause = above is not None and above.number.split()[0] == answer.number.split()[0]
    return AnnexRow(
        answer=answer,
        word=str(VERDICT_WORDS[answer.verdict]),
        clause="" if above and above.number == answer.number else answer.number,
        title="" if above and same_clause and above.title == answer.title else answer.title,
        remark=bool(remark or answer.findings),
        tall=remark + len(answer.question) > ROW_LETTERS,
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
