"""The document says everything its content says, in its language, and nothing from anywhere else."""

import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from PIL import Image

from reports import rendering, shapes
from reports.content import Amendment, ReportContent, missing_parts
from tests.core import pdf_reading
from tests.reports import sample_content


@pytest.fixture(scope="module")
def content() -> ReportContent:
    return sample_content.sample()


@pytest.fixture(scope="module")
def drawn(content: ReportContent) -> bytes:
    return rendering.draw_report(content, sample_content.photo)


@pytest.fixture(scope="module")
def words(drawn: bytes) -> str:
    return pdf_reading.squeezed(pdf_reading.text(drawn))


def _strings(value: object) -> list[str]:
    """Every text of the content, whatever its depth."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in _strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in _strings(item)]
    return [value] if isinstance(value, str) else []


def test_every_text_of_the_content_is_printed(content: ReportContent, words: str) -> None:
    codes = {
        *(item.sha256 for item in content.photos()),
        *rendering.VERDICT_WORDS, *rendering.METHOD_WORDS, *rendering.MEETING_WORDS,
        *("major", "minor", "issued", "en", content.amendments[0].sha256),
    }  # fmt: skip
    texts = [
        text for text in _strings(content.to_json()) if text not in codes and not re.match(r"20\d\d-\d\d-\d\d", text)
    ]
    parts = [part for text in texts for part in text.split("\n\n")]
    assert len(parts) > 200
    assert [part for part in parts if pdf_reading.squeezed(part) not in words] == []


def test_every_question_stands_with_its_remark_and_its_verdict(content: ReportContent, words: str) -> None:
    for group in content.clauses:
        for answer in group.answers:
            verdict = str(rendering.VERDICT_WORDS[answer.verdict])
            remarks = [f"{number}." for number in answer.findings] + [answer.reason, answer.sample, answer.note]
            files = [
                str(len(answer.evidence)),
                *(("file:", "files:")[len(answer.evidence) > 1], ", ".join(answer.evidence)),
            ]
            row = "".join([answer.question, *remarks, *(files if answer.evidence else []), verdict])
            assert pdf_reading.squeezed(row) in words, answer.number


def test_dates_carry_their_zone_and_periods_are_short(words: str) -> None:
    assert "20November202611:02,UTC+5" in words
    assert "19–22October2026" in words
    assert "19–21October2026:Mainlaboratory" in words


def test_every_page_but_the_cover_is_numbered_and_named(drawn: bytes, content: ReportContent) -> None:
    pages = pdf_reading.pages(drawn)
    assert "Page 1 of" not in pages[0]
    for number, page in enumerate(pages[1:], 2):
        assert f"Page {number} of {len(pages)}" in page
        assert content.laboratory.name in page
        assert "IA-2026-02, version 2" in page
        assert "Confidential" in page


def test_the_fingerprint_of_the_content_is_printed(content: ReportContent, words: str) -> None:
    assert content.sha256() in words
    assert replace(content, version=3).sha256() != content.sha256()


def test_the_same_json_gives_the_same_bytes(content: ReportContent, drawn: bytes) -> None:
    stored = json.loads(json.dumps(content.to_json(), sort_keys=True))
    again = ReportContent.from_json(stored)
    assert again == content
    assert again.sha256() == content.sha256()
    assert rendering.draw_report(again, sample_content.photo) == drawn


def test_a_lost_photo_says_so_and_a_damaged_one_too(content: ReportContent) -> None:
    for answer in (None, b"", b"no image at all", b"\xff\xd8\xff\xe0 cut off"):
        text = pdf_reading.text(rendering.draw_report(content, lambda _sha256, held=answer: held))
        assert text.count("This photo can no longer be shown.") == 3


def test_photos_lose_what_the_camera_wrote_and_stand_upright() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "camera 4711"
    data = io.BytesIO()
    Image.new("RGB", (3000, 2000), "teal").save(data, "JPEG", exif=exif)
    small = rendering.thumbnail(data.getvalue())
    assert small is not None
    assert b"camera 4711" not in small
    with Image.open(io.BytesIO(small)) as image:
        assert image.height == rendering.PHOTO_PIXELS
        assert image.width < image.height


def test_text_from_people_stays_text(content: ReportContent) -> None:
    nasty = '"; } </style><script>alert(1)</script> <img src=x> @page { size: A5 } \\'
    laboratory = replace(content.laboratory, name=nasty)
    finding = replace(content.findings[0], title=nasty, evidence=nasty)
    html = rendering.report_html(replace(content, laboratory=laboratory, findings=(finding,)))
    assert "<script>" not in html
    assert "<img src=x>" not in html
    assert html.count("</style>") == 1
    drawn = rendering.draw_report(replace(content, laboratory=laboratory), sample_content.photo)
    assert pdf_reading.pages(drawn)[1].count(nasty) == 1


def test_dates_follow_the_language_of_the_report(content: ReportContent) -> None:
    """Words in sentences, and one short way in all tables: no figures of machines."""
    due = content.findings[0].answer_due_on
    assert due is not None
    expected = {
        "en": ("20 November 2026", f"{due:%-d %b %Y}"),
        "ru": ("20 ноября 2026", f"{due:%d.%m.%Y}"),
        "kk": ("20 қараша 2026", f"{due:%d.%m.%Y}"),
        "fr": ("20 novembre 2026", f"{due.day} déc. {due.year}"),
    }
    for language, (long, short) in expected.items():
        html = rendering.report_html(replace(content, language=language))
        assert long in html, language
        assert short in html, language
        assert f'lang="{language}"' in html
        assert not re.search(r">20\d\d-\d\d-\d\d", html)


def test_the_attendance_says_who_was_in_which_meeting(content: ReportContent) -> None:
    rows = {row.person.name: row.present for row in rendering._attendees(content)}
    assert {person.name for person in content.audit.participants} <= rows.keys()
    assert not {member.name for member in content.audit.team} & rows.keys()
    for place, meeting in enumerate(content.audit.meetings):
        attended = {person.name for person in meeting.attendees} - {member.name for member in content.audit.team}
        assert {name for name, present in rows.items() if present[place]} == attended


def test_a_later_version_names_what_it_replaces_and_why(content: ReportContent) -> None:
    why = "The clause of NC-04 was wrong."
    own = Amendment(version=2, issued_at=content.issued_at, reason=why)
    drawn = rendering.draw_report(replace(content, amendments=(*content.amendments, own)), sample_content.photo)
    pages = pdf_reading.pages(drawn)
    assert "replaces version 1" in pages[0]
    assert f"Version 2 replaces version 1 of 12 November 2026. {why}" in pages[1].replace("\n", " ")
    assert pdf_reading.squeezed(f"This version {why}") in pdf_reading.squeezed(pdf_reading.text(drawn))
    first = rendering.report_html(replace(content, version=1, amendments=()))
    assert "replaces" not in first


def test_the_last_line_never_stands_alone_on_a_page(content: ReportContent) -> None:
    """The annex grows line by line up to where the page is full: the last row then moves along."""
    group = content.clauses[0]
    first, last_row = group.answers[:2]
    small = replace(content, findings=(), amendments=())

    def drawn(lines: int) -> list[str]:
        grown = replace(first, note="\n".join("a line" for _line in range(lines)))
        clauses = (replace(group, answers=(*[first] * 4, grown, last_row)),)
        return pdf_reading.pages(rendering.draw_report(replace(small, clauses=clauses), sample_content.photo))

    fits, grows = 1, 40
    whole = len(drawn(fits))
    assert len(drawn(grows)) > whole
    while grows - fits > 1:
        middle = (fits + grows) // 2
        fits, grows = (middle, grows) if len(drawn(middle)) == whole else (fits, middle)
    last = drawn(grows)[-1]
    assert "End of the report" in last
    assert last_row.question[:40] in last.replace("\n", " ")


def test_a_draft_says_so_and_carries_no_code_to_verify(content: ReportContent) -> None:
    pages = pdf_reading.pages(rendering.draw_report(replace(content, status="draft"), sample_content.photo))
    assert "This is a draft. It has not been issued." in pages[0]
    assert "compare the fingerprint" not in pages[0]
    assert all("Draft of IA-2026-02, version 2" in page for page in pages[1:])
    assert 'class="qr"' in rendering.report_html(content)
    assert 'class="qr"' not in rendering.report_html(replace(content, status="draft"))


def test_long_texts_break_over_pages_and_none_is_cut(content: ReportContent) -> None:
    long = " ".join(f"слово{number}" for number in range(1500))
    finding = replace(content.findings[0], evidence=long, criterion=long, title="Ұ" * 200)
    row = replace(content.clauses[0].answers[0], note=long)
    grown = replace(
        content,
        findings=(finding,),
        clauses=(replace(content.clauses[0], answers=(row,)),),
        summary=replace(content.summary, conclusion=long, sampling=long),
        laboratory=replace(content.laboratory, name="Ветеринариялық зертхана " * 9),
    )
    printed = pdf_reading.squeezed(pdf_reading.text(rendering.draw_report(grown, sample_content.photo)))
    assert printed.count("слово1499") == 5
    assert all(printed.count(f"слово{number}слово{number + 1}") >= 4 for number in range(0, 1499, 97))


class _Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.bare: list[str] = []
        self.svgs = self.titles = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if (tag == "img" and not held.get("alt")) or (tag == "th" and held.get("scope") not in ("row", "col")):
            self.bare.append(tag)
        self.svgs += tag == "svg"
        self.titles += tag == "title"


def test_headings_skip_no_level_and_nothing_is_without_words(content: ReportContent) -> None:
    outline = _Outline()
    outline.feed(rendering.report_html(content, frozenset(sample_content.pictures())))
    assert outline.levels[0] == 1
    assert all(below <= above + 1 for above, below in zip(outline.levels, outline.levels[1:], strict=False))
    assert outline.bare == []
    assert outline.titles == outline.svgs + 1


def test_a_page_count_follows_the_order_of_the_language() -> None:
    assert rendering._page_count("{pages} беттің {page}-беті") == (
        'counter(pages) " беттің " counter(page) "\\2d беті"'
    )


def test_content_of_another_shape_is_refused_by_name(content: ReportContent) -> None:
    good = content.to_json()
    wrong = (
        ({**good, "schema": 2}, "schema"),
        ({**good, "surprise": 1}, "surprise"),
        ({key: value for key, value in good.items() if key != "audit"}, "audit"),
        ({**good, "version": "2"}, "content.version"),
        ({**good, "status": "issued soon"}, "content.status"),
        ({**good, "issued_at": "2026-11-20T06:02:00"}, "content.issued_at"),
        ({**good, "findings": [{**good["findings"][0], "seen_on": "yesterday"}]}, r"content.findings\[0\].seen_on"),
    )
    for stored, name in wrong:
        with pytest.raises(shapes.Misshapen, match=name):
            ReportContent.from_json(stored)


def test_a_whole_report_may_be_issued_and_a_gap_is_named(content: ReportContent) -> None:
    assert missing_parts(content) == []
    group = content.clauses[0]
    silent = replace(group.answers[0], verdict="not_assessed", reason="")
    gaps = missing_parts(
        replace(
            content,
            audit=replace(content.audit, objectives=(), scope=""),
            findings=(replace(content.findings[0], evidence=""),),
            clauses=(replace(group, answers=(silent,)),),
            authorised_by=None,
        )
    )
    assert gaps == [
        "The objectives of the audit are missing.",
        "The scope of the audit is missing.",
        "Nobody has authorised the report.",
        "Finding NC-01 has no requirement, no evidence or no statement.",
        "Clause 4.1.1 is left out without a reason.",
    ]
