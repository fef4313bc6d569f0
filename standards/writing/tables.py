"""CSV and XLSX. Text that a table program would take for a formula is kept a text."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from standards.parsing.cells import joined, masked
from standards.parsing.checking import SCHEMA
from standards.parsing.grids import EDITION_COLUMNS
from standards.parsing.rows import ParsedEdition, QuestionRow
from standards.writing.rows import CLAUSE_COLUMNS, QUESTION_COLUMNS, clause_of, edition_of, question_of

ASKED_COLUMNS = ("question", *(column for column in QUESTION_COLUMNS if column not in ("clause", "text")))
WIDTHS = {"title": 44, "text": 70, "look_for": 60, "evidence": 50, "nonconformities": 50, "topic": 40, "standard": 20}
TEXT_FORMAT = "@"

Row = dict[str, Any]


# ---- CSV: one table; the edition is named in the first row


def as_csv(parsed: ParsedEdition) -> bytes:
    """UTF-8 with a mark at its beginning, by which table programs know it."""
    asked = parsed.questions is not None
    columns = [*CLAUSE_COLUMNS, *(ASKED_COLUMNS if asked else ()), *EDITION_COLUMNS]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    for row in _named(_combined(parsed), parsed):
        writer.writerow({column: masked(_cell(value)) for column, value in row.items()})
    return out.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> str:
    return joined(value) if isinstance(value, list) else str(value)


def _combined(parsed: ParsedEdition) -> Iterator[Row]:
    """One row for each clause, with its first question; its further questions follow."""
    by_clause: dict[str, list[Row]] = {}
    for question in parsed.questions or ():
        by_clause.setdefault(question.clause, []).append(_asked(question))
    for clause in parsed.clauses:
        first, *more = by_clause.get(clause.number) or [{}]
        yield {**clause_of(clause), **first}
        for row in more:
            yield {"number": clause.number, **row}


def _asked(question: QuestionRow) -> Row:
    row = question_of(question)
    return {column: row["text" if column == "question" else column] for column in ASKED_COLUMNS}


def _named(rows: Iterable[Row], parsed: ParsedEdition) -> Iterator[Row]:
    edition = {**edition_of(parsed), "schema": SCHEMA}
    named = {column: edition[name] for column, name in EDITION_COLUMNS.items() if name in edition}
    for row in rows:
        yield {**row, **named}
        named = {}


# ---- XLSX: the sheets edition, clauses and questions


def as_xlsx(parsed: ParsedEdition, moment: datetime | None = None) -> bytes:
    book = Workbook(write_only=True)
    if moment is not None:
        book.properties.created = book.properties.modified = moment.replace(tzinfo=None)
    edition = {"schema": SCHEMA, **edition_of(parsed)}
    _sheet(book, "edition", ["standard", "title"], edition.items(), heading=False)
    _sheet(book, "clauses", CLAUSE_COLUMNS, (clause_of(row).values() for row in parsed.clauses))
    if parsed.questions is not None:
        _sheet(book, "questions", QUESTION_COLUMNS, (question_of(row).values() for row in parsed.questions))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(
    book: Any, title: str, columns: Sequence[str], rows: Iterable[Iterable[Any]], *, heading: bool = True
) -> None:
    sheet = book.create_sheet(title)
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTHS.get(column, 16)
    if heading:
        sheet.freeze_panes = "B2"
        sheet.append([_text_cell(sheet, column, Font(bold=True)) for column in columns])
    for row in rows:
        sheet.append([value if isinstance(value, int) else _text_cell(sheet, _cell(value)) for value in row])


def _text_cell(sheet: Any, text: str, font: Font | None = None) -> Any:
    """A text whatever it begins with; the format keeps it one when the cell is edited."""
    cell = WriteOnlyCell(sheet, value="")
    cell.value = text
    cell.data_type = "s"
    cell.number_format = TEXT_FORMAT
    if font:
        cell.font = font
    elif len(text) > 60:
        cell.alignment = WRAPPED
    return cell


WRAPPED = Alignment(wrap_text=True, vertical="top")
