"""From a folder, a file or an upload to a checked edition."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from standards.parsing import ciso, oscal
from standards.parsing.checking import SCHEMA, Cells, RawEdition, Table, check_schema, checked
from standards.parsing.grids import combined, csv_table
from standards.parsing.limits import LARGEST_FILE, MOST_ROWS, failed
from standards.parsing.rows import ParsedEdition
from standards.parsing.texts import json_of, yaml_of
from standards.parsing.workbooks import workbook

SUFFIXES = (".yaml", ".yml", ".json", ".csv", ".xlsx")
PARTS = {"schema", "edition", "clauses", "questions"}
OTHER_KINDS = {b"PK\x03\x04": ".xlsx", b"%PDF": ".pdf", b"\xd0\xcf\x11\xe0": ".xls", b"\x1f\x8b": ".gz"}


def parse_folder(folder: Path) -> ParsedEdition:
    """The format of the shipped catalogue: edition.yaml, clauses.csv and questions-*.yaml."""
    header = _mapping(yaml_of((folder / "edition.yaml").read_bytes(), "edition.yaml"), "edition.yaml")
    clauses = csv_table((folder / "clauses.csv").read_bytes(), "clauses.csv")
    files = sorted(folder.glob("questions-*.yaml"))
    questions = [_table(yaml_of(path.read_bytes(), path.name), path.name) for path in files]
    return checked(RawEdition("edition.yaml", header, clauses, questions))


def parse_upload(content: bytes, name: str, header: Cells | None = None) -> ParsedEdition:
    """One file in any of the accepted formats. `header` names the edition where the file cannot."""
    if len(content) > LARGEST_FILE:
        raise failed(name, _("The file is larger than 5 MB."))
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise failed(name, _("Give a file of one of these kinds: %(kinds)s.") % {"kinds": ", ".join(SUFFIXES)})
    if suffix == ".xlsx":
        return checked(workbook(content, name, _said(header)))
    _check_kind(content, name, suffix)
    if suffix == ".csv":
        return checked(combined(csv_table(content, name), name, _said(header)))
    data = json_of(content, name) if suffix == ".json" else yaml_of(content, name)
    return checked(_document(data, name, _said(header)))


def _said(header: Cells | None) -> dict[str, Any]:
    return {name: value for name, value in (header or {}).items() if value}


def _check_kind(content: bytes, name: str, suffix: str) -> None:
    """A file that was only renamed is named for what it is."""
    for mark, kind in OTHER_KINDS.items():
        if content.startswith(mark):
            words = _("This is not a %(suffix)s file: by its content it is %(kind)s.")
            raise failed(name, words % {"suffix": suffix, "kind": kind})


def _document(data: Any, name: str, header: Cells) -> RawEdition:
    """One document: of our own, an OSCAL catalog, or a library of CISO Assistant."""
    whole = _mapping(data, name)
    if "catalog" in whole:
        return oscal.read(whole, name, header)
    if "objects" in whole:
        return ciso.read(whole, name, header)
    return _own(whole, name)


def _own(whole: dict[str, Any], name: str) -> RawEdition:
    check_schema(name, whole.get("schema", SCHEMA))
    unknown = set(map(str, whole)) - PARTS
    if unknown:
        raise failed(name, _("This part is not known: %(part)s.") % {"part": sorted(unknown)[0][:40]})
    header = _mapping(whole.get("edition"), f"{name} edition")
    clauses = _table(whole.get("clauses"), f"{name} clauses")
    questions = [_table(whole["questions"], f"{name} questions")] if "questions" in whole else None
    return RawEdition(f"{name} edition", header, clauses, questions)


def _mapping(data: Any, name: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise failed(name, _("Names with values are expected here."))
    return data


def _table(data: Any, name: str) -> Table:
    if not isinstance(data, list) or any(not isinstance(row, dict) for row in data):
        raise failed(name, _("A list of rows is expected here, each with named values."))
    if len(data) > MOST_ROWS:
        raise failed(name, _("More than %(most)d rows.") % {"most": MOST_ROWS})
    return Table(name, list(enumerate(data, start=1)))
