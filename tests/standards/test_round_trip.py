"""What is exported comes back as the same edition, in every format."""

import csv
import io
import json
from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from standards.enums import Trait
from standards.models import Edition
from standards.parsing.cells import joined, masked, parts_of, unmasked
from standards.parsing.checking import shown
from standards.parsing.files import parse_folder, parse_upload
from standards.parsing.rows import ClauseRow, ParsedEdition, QuestionRow, in_order, nested
from standards.queries.exporting import exported
from standards.services.loading import DATA, load_catalogue, load_edition
from standards.writing.formats import FORMATS, TEMPLATES
from standards.writing.sample import sample

QUICK = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
DANGEROUS = (
    "=1+1",
    "+7",
    "-",
    "@SUM(A1)",
    "'=1",
    "''+",
    "'quoted'",
    "#N/A",
    "TRUE",
    "7.10",
    "1e5",
    "a|b",
    "|",
    "||",
    "_x0041_",
    "null",
    "2026-01-02",
)

character = st.characters(exclude_categories=("Cs", "Cn", "Cc", "Cf", "Zl", "Zp")).filter(shown)
words = st.one_of(st.sampled_from(DANGEROUS), st.text(character, min_size=1, max_size=30))
line = words.map(str.strip).filter(bool)
lines = st.lists(line, max_size=3).map("\n".join)
empty_or_line = st.one_of(st.just(""), line)
parts = st.lists(line, max_size=3).map(tuple)


@st.composite
def numbers(draw: Any, free: bool) -> list[tuple[str, str, int]]:
    """Number, parent and level of each clause, parents first."""
    found: list[tuple[str, str, int]] = []
    for _place in range(draw(st.integers(1, 8))):
        parent, level = draw(
            st.sampled_from([("", 0), *[(number, level) for number, _, level in found if level < 5]])
        )
        own = str(draw(st.integers(1, 120)))
        if free:
            number = draw(st.text(st.sampled_from("ABab019.-_()/="), min_size=1, max_size=12))
        else:
            number = f"{parent}.{own}" if parent else own
        if number not in [known for known, _, _ in found]:
            found.append((number, parent, level + 1))
    return found


@st.composite
def editions(draw: Any, free: bool = False) -> ParsedEdition:
    clauses = [draw(clause(*place)) for place in draw(numbers(free))]
    audited = [row for row in clauses if row.auditable]
    asked: tuple[QuestionRow, ...] | None = None
    if draw(st.booleans()):
        asked = tuple(
            draw(question(row, place)) for row in audited for place in range(1, draw(st.integers(0, 2)) + 1)
        )
    rows, asked = in_order(clauses, asked)
    return ParsedEdition(draw(line), draw(line), draw(line)[:20].strip(), draw(line), rows, asked)


@st.composite
def clause(draw: Any, number: str, parent: str, level: int) -> ClauseRow:
    return ClauseRow(
        number=number,
        parent=parent,
        title=draw(line),
        title_is_official=draw(st.booleans()),
        topic=draw(empty_or_line),
        level=level,
        auditable=draw(st.booleans()),
        lettered_items=draw(st.integers(0, 26)),
        letters_are_notes=draw(st.booleans()),
    )


@st.composite
def question(draw: Any, row: ClauseRow, place: int) -> QuestionRow:
    letters = [chr(ord("a") + letter) for letter in range(row.lettered_items)]
    return QuestionRow(
        clause=row.number,
        key=draw(st.sampled_from([f"{row.number}#{place}", f"={row.number}/{place}"])),
        item=draw(st.sampled_from(["", *letters])),
        position=place,
        text=draw(line),
        look_for=draw(lines),
        evidence=draw(parts),
        nonconformities=draw(parts),
        applies_to=draw(st.lists(st.sampled_from(Trait.values), max_size=2).map(tuple)),
    )


def back(parsed: ParsedEdition, kind: str) -> ParsedEdition:
    return parse_upload(FORMATS[kind].write(parsed, None), f"x{FORMATS[kind].suffix}")


@pytest.mark.parametrize("kind", FORMATS)
@QUICK
@given(parsed=editions())
def test_an_edition_comes_back_the_same(kind: str, parsed: ParsedEdition) -> None:
    assert back(parsed, kind) == parsed


@pytest.mark.parametrize("kind", FORMATS)
@QUICK
@given(parsed=editions(free=True))
def test_an_edition_with_numbers_of_its_own_kind_comes_back_the_same(kind: str, parsed: ParsedEdition) -> None:
    again = back(parsed, kind)
    assert again == parsed
    assert nested(again.clauses) == nested(parsed.clauses)


@pytest.mark.parametrize("kind", FORMATS)
def test_the_shipped_catalogue_comes_back_the_same(kind: str) -> None:
    shipped = parse_folder(DATA / "iso-iec-17025-2017")
    again = back(shipped, kind)
    assert again == shipped
    assert again.digest() == shipped.digest()
    assert len(again.clauses) == 182


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.django_db
def test_what_is_loaded_is_what_is_exported(kind: str) -> None:
    """And loading the exported file changes nothing."""
    load_catalogue()
    edition = Edition.objects.select_related("standard").get(slug="iso-iec-17025-2017")
    stands = exported(edition)
    assert stands == parse_folder(DATA / "iso-iec-17025-2017")
    result = load_edition(back(stands, kind))
    assert not result.moved


@pytest.mark.parametrize("kind", TEMPLATES)
def test_the_template_can_be_loaded_as_it_is(kind: str) -> None:
    assert back(sample(), kind) == sample()


def small(title: str) -> ParsedEdition:
    first, *rest = sample().clauses
    return replace(sample(), clauses=(replace(first, title=title), *rest))


@pytest.mark.parametrize("text", ["=cmd()", "+1", "-1", "@SUM(1)", "'=1"])
def test_no_table_program_takes_a_text_for_a_formula(text: str) -> None:
    rows = list(csv.DictReader(io.StringIO(FORMATS["csv"].write(small(text), None).decode("utf-8-sig"))))
    assert rows[0]["title"] == f"'{text}"
    book = load_workbook(io.BytesIO(FORMATS["xlsx"].write(small(text), None)))
    cell = book["clauses"]["C2"]
    assert (cell.value, cell.data_type, cell.number_format) == (text, "s", "@")
    assert back(small(text), "csv") == back(small(text), "xlsx") == small(text)


@QUICK
@given(st.text())
def test_masking_is_undone_and_masks_again(text: str) -> None:
    assert unmasked(masked(text)) == text
    assert masked(text)[:1] not in ("=", "+", "-", "@", "\t", "\r")


@QUICK
@given(st.lists(line, min_size=1))
def test_parts_of_a_cell_come_apart_as_they_were(found: list[str]) -> None:
    assert [part.strip() for part in parts_of(joined(found))] == found


def test_documents_are_short_and_always_the_same() -> None:
    """So that versions can be compared line by line."""
    text = FORMATS["yaml"].write(sample(), None).decode()
    assert text.startswith("schema: 1\nedition:\n  standard: EXAMPLE 1\n")
    assert "number: '7.10'" in text
    assert "null" not in text
    assert yaml.safe_load(text) == json.loads(FORMATS["json"].write(sample(), None))
    assert FORMATS["oscal"].write(sample(), None) == FORMATS["oscal"].write(sample(), None)
