"""Tables: rows under a first row of names. A CSV, or the lines of a sheet."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from standards.parsing.cells import unmasked
from standards.parsing.checking import QUESTION_COLUMNS, Cells, RawEdition, Table
from standards.parsing.limits import MOST_COLUMNS, MOST_ROWS, failed
from standards.parsing.texts import text_of

# The columns of a CSV that speak of the edition itself, and what they are called elsewhere.
EDITION_COLUMNS = {
    "standard": "standard",
    "year": "year",
    "standard_title": "title",
    "checklist": "checklist",
    "numbering": "numbering",
    "schema": "schema",
}


def csv_table(content: bytes, name: str) -> Table:
    text = text_of(content, name)
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        lines = [(reader.line_num, [unmasked(cell) for cell in line]) for line in reader]
    except csv.Error as error:
        raise failed(name, _("This is not CSV: %(problem)s.") % {"problem": error}, reader.line_num) from error
    return grid(lines, name)


def grid(lines: Sequence[tuple[int, Sequence[Any]]], name: str) -> Table:
    """The first line names the columns; empty lines are passed over."""
    filled = [(number, line) for number, line in lines if any(cell not in (None, "") for cell in line)]
    if not filled:
        raise failed(name, _("The file is empty."))
    if len(filled) > MOST_ROWS + 1:
        raise failed(name, _("More than %(most)d rows.") % {"most": MOST_ROWS})
    columns = [str("" if cell is None else cell).strip().lower() for cell in filled[0][1]]
    named = [column for column in columns if column]
    if len(set(named)) != len(named) or len(columns) > MOST_COLUMNS:
        raise failed(name, _("Each column needs a name of its own; at most 30 columns."), filled[0][0])
    return Table(name, [(number, _cells(columns, line, name, number)) for number, line in filled[1:]])


def _cells(columns: Sequence[str], line: Sequence[Any], name: str, number: int) -> dict[str, Any]:
    unnamed = [cell for column, cell in zip(columns, line, strict=False) if not column]
    if any(cell not in (None, "") for cell in [*unnamed, *line[len(columns) :]]):
        raise failed(name, _("This row has more cells than the first row has names."), number)
    padded = [*line, *[""] * (len(columns) - len(line))]
    return {column: cell for column, cell in zip(columns, padded, strict=False) if column}


def combined(table: Table, name: str, header: Cells) -> RawEdition:
    """One table of clauses; with a column “question”, each row also holds one question.

    A clause with several questions has several rows: the rows after the first give only number and question.
    The edition is named in columns of its own, once, or else by `header`.
    """
    own, table = _edition_of(table)
    header = {**header, **own}
    if not any("question" in cells for _number, cells in table.rows):
        return RawEdition(name, header, table)
    clauses = Table(name, list(_first_of_each(table)))
    return RawEdition(name, header, clauses, [Table(name, list(_question_rows(table)))])


def _edition_of(table: Table) -> tuple[dict[str, Any], Table]:
    """What the columns about the edition say, and the table without them."""
    own: dict[str, Any] = {}
    rows = []
    for number, cells in table.rows:
        for column, part in EDITION_COLUMNS.items():
            said = cells.get(column)
            if said in (None, ""):
                continue
            if own.setdefault(part, said) != said:
                reason = _("one file holds one edition: above, this is “%(value)s”") % {"value": str(own[part])[:60]}
                raise failed(table.file, reason, number, column)
        rows.append((number, _without(cells, EDITION_COLUMNS)))
    return own, Table(table.file, rows)


def _without(cells: Cells, columns: Mapping[str, str]) -> dict[str, Any]:
    return {column: cell for column, cell in cells.items() if column not in columns}


def _first_of_each(table: Table) -> Iterator[tuple[int, Cells]]:
    before = None
    for number, cells in table.rows:
        follows = cells.get("number") == before and not cells.get("title")
        before = cells.get("number")
        if not follows:
            own = QUESTION_COLUMNS | {"question"}
            yield number, {column: cell for column, cell in cells.items() if column not in own}


def _question_rows(table: Table) -> Iterator[tuple[int, Cells]]:
    for number, cells in table.rows:
        if cells.get("question"):
            kept = {column: cell for column, cell in cells.items() if column in QUESTION_COLUMNS}
            yield number, {**kept, "clause": cells.get("number"), "text": cells["question"]}
