"""Uploads are read in a process of their own, which may take only so much."""

import io
import zipfile

import pytest
from django.utils import translation

from standards.parsing import uploads
from standards.parsing.files import parse_upload
from standards.parsing.rows import ParseFailed
from standards.parsing.uploads import parse_apart
from standards.writing.formats import FORMATS
from standards.writing.sample import sample
from tests.standards.builders import as_workbook

ROWS = [["number", "title"], ["7", "Process"]]
CELL = b'<c t="n"><v>1%07d</v></c>'


def swollen(cells: int) -> bytes:
    """A workbook with a row of very many cells: small as a file."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(as_workbook(ROWS))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet2.xml"):
                row = b'<row r="5">' + b"".join(CELL % place for place in range(cells)) + b"</row>"
                content = content.replace(b"</sheetData>", row + b"</sheetData>")
            new.writestr(name, content)
    return out.getvalue()


def test_it_says_the_same_as_reading_here() -> None:
    content = FORMATS["xlsx"].write(sample(), None)
    assert parse_apart(content, "x.xlsx") == parse_upload(content, "x.xlsx") == sample()


def test_notes_and_mistakes_come_through_in_the_language_of_the_person() -> None:
    bad = as_workbook([*ROWS, [7.10, "Work"]])
    with translation.override("ru"):
        with pytest.raises(ParseFailed) as here:
            parse_upload(bad, "x.xlsx")
        with pytest.raises(ParseFailed) as apart:
            parse_apart(bad, "x.xlsx")
    assert apart.value.troubles == here.value.troubles


def test_a_file_that_asks_for_too_much_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MEMORY", 300 * 1024 * 1024)
    with pytest.raises(ParseFailed, match="far more time or memory"):
        parse_apart(swollen(500_000), "x.xlsx")


def test_a_large_text_is_read_apart_too() -> None:
    content = FORMATS["json"].write(sample(), None) + b" " * uploads.SMALL_TEXT
    assert parse_apart(content, "x.json") == sample()
