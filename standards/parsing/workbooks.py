"""Workbooks. The directory of the archive is looked at first, then what a person would not see in a sheet."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from openpyxl.utils.exceptions import (
    CellCoordinatesException,
    IllegalCharacterError,
    InvalidFileException,
    NamedRangeException,
    SheetTitleException,
)

from standards.parsing.checking import MOST_TROUBLES, Cells, RawEdition
from standards.parsing.grids import combined, grid
from standards.parsing.limits import (
    LARGEST_RATIO,
    LARGEST_UNPACKED,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_ZIP_ENTRIES,
    failed,
)
from standards.parsing.rows import ParseFailed, Trouble

UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    SyntaxError,
    ArithmeticError,
    RuntimeError,
    EOFError,
    OSError,
    CellCoordinatesException,
    IllegalCharacterError,
    InvalidFileException,
    NamedRangeException,
    SheetTitleException,
)
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
SHEETS = ("edition", "clauses", "questions")
TRUE = ("1", "true")

Lines = list[tuple[int, Sequence[Any]]]


def workbook(content: bytes, name: str, header: Cells) -> RawEdition:
    """Sheets “clauses”, and if wanted “questions” and “edition” (name in the first column, value in the second)."""
    _check_zip(content, name)
    try:
        sheets = _sheets(content)
    except UNREADABLE as error:
        raise failed(name, _("The workbook cannot be read.")) from error
    if "clauses" not in sheets:
        raise failed(name, _("The workbook has no sheet called “clauses”."))
    own = {str(line[0]).strip().lower(): line[1] for _number, line in sheets.get("edition", []) if len(line) > 1}
    clauses = grid(sheets["clauses"], file_of("clauses"))
    if "questions" not in sheets:
        return combined(clauses, clauses.file, own or header)
    return RawEdition(file_of("edition"), own or header, clauses, [grid(sheets["questions"], file_of("questions"))])


def file_of(sheet: str) -> str:
    return _("sheet %(name)s") % {"name": sheet}


def _sheets(content: bytes) -> dict[str, Lines]:
    """The lines of each sheet that is known. Others are not looked at."""
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    found: dict[str, Lines] = {}
    troubles: list[Trouble] = []
    for sheet in book.worksheets:
        title = sheet.title.strip().lower()
        if title in SHEETS:
            troubles += islice(_unseen(sheet, file_of(title)), MOST_TROUBLES)
            found[title] = _lines(sheet)
    if troubles:
        raise ParseFailed(troubles[:MOST_TROUBLES])
    return found


def _lines(sheet: Any) -> Lines:
    """One row and one column more than allowed, so that too many is seen and not cut off."""
    rows = sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS + 1, values_only=True)
    return [(number, _trimmed(line)) for number, line in enumerate(rows, start=1)]


def _trimmed(line: Sequence[Any]) -> Sequence[Any]:
    cells = ["" if cell is None else cell for cell in line]
    while cells and cells[-1] == "":
        cells.pop()
    return cells


def _check_zip(content: bytes, name: str) -> None:
    """The directory of the archive is looked at before anything in it is unpacked."""
    if content.startswith(OLD_OFFICE):
        raise failed(name, _("This workbook is of the old kind or has a password. Save it as .xlsx without one."))
    try:
        entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except UNREADABLE as error:
        raise failed(name, _("This is not an Excel workbook (.xlsx), or a part of it is missing.")) from error
    unpacked = sum(entry.file_size for entry in entries)
    swollen = any(entry.file_size > LARGEST_RATIO * max(entry.compress_size, 1) for entry in entries)
    if len(entries) > MOST_ZIP_ENTRIES or unpacked > LARGEST_UNPACKED or swollen:
        raise failed(name, _("The workbook unpacks to far more than a standard needs; it was not opened."))


# ---- What a person does not see, or does not mean


def _unseen(sheet: Any, file: str) -> Iterator[Trouble]:
    """Hidden sheets, rows and columns with something in them, formulas, errors, and merged cells."""
    if sheet.sheet_state != "visible":
        yield Trouble(file, _("this sheet is hidden; show it, so that nothing is loaded unseen"))
    hidden: list[range] = []
    told: set[str] = set()
    with sheet._get_source() as source:
        rows = 0
        for _event, element in iterparse(source):
            kind = element.tag.rpartition("}")[2]
            if kind == "col" and element.get("hidden") in TRUE:
                hidden.append(range(int(element.get("min")), int(element.get("max")) + 1))
            elif kind == "mergeCell":
                yield _merged(file, element.get("ref"))
            elif kind == "row":
                yield from _row(file, element, hidden, told)
                rows += 1
                element.clear()
            if rows > MOST_ROWS + 2:
                return


def _merged(file: str, place: str) -> Trouble:
    column, row = coordinate_from_string(place.partition(":")[0])
    return Trouble(file, _("the cells %(cells)s are merged; split them") % {"cells": place}, row, column)


def _row(file: str, element: Any, hidden: list[range], told: set[str]) -> Iterator[Trouble]:
    number = int(element.get("r") or 0) or None
    filled = [cell for cell in element if len(cell)]
    if filled and element.get("hidden") in TRUE:
        yield Trouble(file, _("this row is hidden, by hand or by a filter; show all rows"), number)
    for cell in filled:
        column = coordinate_from_string(cell.get("r"))[0] if cell.get("r") else ""
        if any(child.tag.rpartition("}")[2] == "f" for child in cell):
            yield Trouble(file, _("this is a formula; paste the value in its place"), number, column)
        elif cell.get("t") == "e":
            yield Trouble(file, _("this cell shows an error"), number, column)
        if column and column not in told and any(column_index_from_string(column) in part for part in hidden):
            told.add(column)
            yield Trouble(file, _("this column is hidden; show it, so that nothing is loaded unseen"), None, column)
