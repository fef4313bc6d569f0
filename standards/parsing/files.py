"""From a folder, a file or an upload to raw tables. Strict limits come first: what arrives is not trusted."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from standards.parsing.checking import QUESTION_COLUMNS, Cells, RawEdition, Table, checked
from standards.parsing.rows import ParsedEdition, ParseFailed, Trouble

LARGEST_FILE = 5 * 1024 * 1024
MOST_ROWS = 5000
MOST_COLUMNS = 30
DEEPEST = 12
MOST_YAML_EVENTS = 300_000
MOST_ZIP_ENTRIES = 2000
LARGEST_UNPACKED = 20 * 1024 * 1024
LARGEST_RATIO = 100
SUFFIXES = (".yaml", ".yml", ".json", ".csv", ".xlsx")
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
UNREADABLE_WORKBOOK = (
    zipfile.BadZipFile,
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
    SyntaxError,
    OSError,
)


def parse_folder(folder: Path) -> ParsedEdition:
    """The format of the shipped catalogue: edition.yaml, clauses.csv and questions-*.yaml."""
    header = _mapping(_yaml((folder / "edition.yaml").read_bytes(), "edition.yaml"), "edition.yaml")
    clauses = _csv((folder / "clauses.csv").read_bytes(), "clauses.csv")
    files = sorted(folder.glob("questions-*.yaml"))
    questions = [_table(_yaml(path.read_bytes(), path.name), path.name) for path in files]
    return checked(RawEdition("edition.yaml", header, clauses, questions))


def parse_upload(content: bytes, name: str, header: Cells | None = None) -> ParsedEdition:
    """One file in any of the accepted formats. `header` names the edition where the file cannot (CSV)."""
    if len(content) > LARGEST_FILE:
        raise _failed(name, _("The file is larger than 5 MB."))
    suffix = Path(name).suffix.lower()
    if suffix in (".yaml", ".yml"):
        return checked(_document(_yaml(content, name), name))
    if suffix == ".json":
        return checked(_document(_json(content, name), name))
    if suffix == ".csv":
        return checked(_combined(_csv(content, name), name, header or {}))
    if suffix == ".xlsx":
        return checked(_workbook(content, name, header or {}))
    raise _failed(name, _("Give a file of one of these kinds: %(kinds)s.") % {"kinds": ", ".join(SUFFIXES)})


def _failed(file: str, reason: str, row: int | None = None) -> ParseFailed:
    return ParseFailed([Trouble(file, reason, row)])


# ---- YAML and JSON: one document with edition, clauses and questions


def _document(data: Any, name: str) -> RawEdition:
    whole = _mapping(data, name)
    unknown = set(whole) - {"edition", "clauses", "questions"}
    if unknown:
        raise _failed(name, _("This part is not known: %(part)s.") % {"part": str(sorted(map(str, unknown))[0])[:40]})
    header = _mapping(whole.get("edition"), f"{name} edition")
    clauses = _table(whole.get("clauses"), f"{name} clauses")
    questions = [_table(whole["questions"], f"{name} questions")] if "questions" in whole else None
    return RawEdition(f"{name} edition", header, clauses, questions)


def _mapping(data: Any, name: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise _failed(name, _("Names with values are expected here."))
    return data


def _table(data: Any, name: str) -> Table:
    if not isinstance(data, list) or any(not isinstance(row, dict) for row in data):
        raise _failed(name, _("A list of rows is expected here, each with named values."))
    if len(data) > MOST_ROWS:
        raise _failed(name, _("More than %(most)d rows.") % {"most": MOST_ROWS})
    return Table(name, list(enumerate(data, start=1)))


def _yaml(content: bytes, name: str) -> Any:
    text = _text(content, name)
    try:
        _check_events(text, name)
        return yaml.load(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        row = error.problem_mark.line + 1 if error.problem_mark else None
        raise _failed(name, _("This is not YAML: %(problem)s.") % {"problem": error.problem}, row) from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise _failed(name, _("This is not YAML: %(problem)s.") % {"problem": str(error)[:200]}) from error


def _check_events(text: str, name: str) -> None:
    """A small file can unfold into a huge one by aliases, or break the stack by depth: both are refused."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=LOADER)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if isinstance(event, yaml.AliasEvent) or depth > DEEPEST or count > MOST_YAML_EVENTS:
            reason = _("Aliases, deep nesting and very long documents are not accepted.")
            raise _failed(name, reason, event.start_mark.line + 1 if event.start_mark else None)


def _json(content: bytes, name: str) -> Any:
    try:
        return json.loads(_text(content, name))
    except json.JSONDecodeError as error:
        raise _failed(name, _("This is not JSON: %(problem)s.") % {"problem": error.msg}, error.lineno) from error
    except (ValueError, RecursionError) as error:
        raise _failed(name, _("This JSON is nested too deeply or holds a number that is too long.")) from error


def _text(content: bytes, name: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise _failed(name, _("The file is not UTF-8. Save it as “CSV UTF-8” or as UTF-8 text."), row) from error
    if "\0" in text:
        raise _failed(name, _("The file is not a text."), text[: text.index("\0")].count("\n") + 1)
    return text


# ---- Tables: a CSV, or the sheets of a workbook


def _csv(content: bytes, name: str) -> Table:
    text = _text(content, name)
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        lines = [(reader.line_num, line) for line in reader]
    except csv.Error as error:
        raise _failed(name, _("This is not CSV: %(problem)s.") % {"problem": error}, reader.line_num) from error
    return _grid(lines, name)


def _grid(lines: Sequence[tuple[int, Sequence[Any]]], name: str) -> Table:
    """The first line names the columns; empty lines are passed over."""
    filled = [(number, line) for number, line in lines if any(cell not in (None, "") for cell in line)]
    if not filled:
        raise _failed(name, _("The file is empty."))
    if len(filled) > MOST_ROWS + 1:
        raise _failed(name, _("More than %(most)d rows.") % {"most": MOST_ROWS})
    columns = [str(cell or "").strip().lower() for cell in filled[0][1]]
    named = [column for column in columns if column]
    if len(set(named)) != len(named) or len(columns) > MOST_COLUMNS:
        raise _failed(name, _("Each column needs a name of its own; at most 30 columns."), filled[0][0])
    return Table(name, [(number, _cells(columns, line, name, number)) for number, line in filled[1:]])


def _cells(columns: Sequence[str], line: Sequence[Any], name: str, number: int) -> dict[str, Any]:
    if any(cell not in (None, "") for cell in line[len(columns) :]):
        raise _failed(name, _("This row has more cells than the first row has names."), number)
    return {column: cell for column, cell in zip(columns, line, strict=False) if column}


def _combined(table: Table, name: str, header: Cells) -> RawEdition:
    """One table of clauses; with a column “question”, each row also holds one question.

    A clause with several questions has several rows: the rows after the first give only number and question.
    """
    if not any("question" in cells for _number, cells in table.rows):
        return RawEdition(name, header, table)
    clauses = Table(name, list(_first_of_each(table)))
    return RawEdition(name, header, clauses, [Table(name, list(_question_rows(table)))])


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


def _workbook(content: bytes, name: str, header: Cells) -> RawEdition:
    """Sheets “clauses”, and if wanted “questions” and “edition” (name in the first column, value in the second)."""
    _check_zip(content, name)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheets = {sheet.title.strip().lower(): _lines(sheet) for sheet in book.worksheets[:10]}
    except UNREADABLE_WORKBOOK as error:
        raise _failed(name, _("The workbook cannot be read.")) from error
    if "clauses" not in sheets:
        raise _failed(name, _("The workbook has no sheet called “clauses”."))
    own = {str(line[0]).strip().lower(): line[1] for _number, line in sheets.get("edition", []) if len(line) > 1}
    clauses = _grid(sheets["clauses"], _("sheet clauses"))
    if "questions" not in sheets:
        return _combined(clauses, clauses.file, own or header)
    questions = [_grid(sheets["questions"], _("sheet questions"))]
    return RawEdition(_("sheet edition"), own or header, clauses, questions)


def _lines(sheet: Any) -> list[tuple[int, Sequence[Any]]]:
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
    try:
        entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise _failed(name, _("This is not an Excel workbook (.xlsx).")) from error
    unpacked = sum(entry.file_size for entry in entries)
    swollen = any(entry.file_size > LARGEST_RATIO * max(entry.compress_size, 1) for entry in entries)
    if len(entries) > MOST_ZIP_ENTRIES or unpacked > LARGEST_UNPACKED or swollen:
        raise _failed(name, _("The workbook unpacks to far more than a standard needs; it was not opened."))
