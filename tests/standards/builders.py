"""Small files to load."""

import io
import zipfile
from typing import Any

import yaml
from openpyxl import Workbook, load_workbook

HEADER = {"standard": "DEMO 1", "title": "A small standard", "year": "2024", "checklist": "DEMO 1, all"}
CLAUSES: list[dict[str, Any]] = [
    {"number": "7", "title": "Process", "title_kind": "official"},
    {"number": "7.2", "title": "Methods", "auditable": "yes", "lettered_items": 3, "lettered_kind": "requirement"},
    {"number": "7.10", "title": "Nonconforming work", "auditable": "yes"},
]
QUESTIONS: list[dict[str, Any]] = [
    {"clause": "7.2", "item": "b", "text": "Show me a method.", "evidence": ["a method"], "applies_to": ["testing"]},
    {"clause": "7.2", "text": "And another one."},
    {"clause": "7.10", "text": "What went wrong last month?"},
]


def document(**parts: Any) -> dict[str, Any]:
    return {"edition": HEADER, "clauses": CLAUSES, "questions": QUESTIONS} | parts


def as_yaml(**parts: Any) -> bytes:
    return yaml.safe_dump(document(**parts), allow_unicode=True).encode()


CSV = b"""number,title,title_kind,auditable,lettered_items,question,item,evidence
7,Process,official,no,,,,
7.2,Methods,label,yes,3,Show me a method.,b,a method | its record
7.2,,,,,And another one.,,
7.10,Nonconforming work,label,yes,,What went wrong last month?,,
"""


def as_workbook(clauses: list[list[Any]], questions: list[list[Any]] | None = None) -> bytes:
    book = Workbook()
    first = book.active
    first.title = "edition"
    for pair in HEADER.items():
        first.append(pair)
    for title, rows in (("clauses", clauses), ("questions", questions)):
        if rows is not None:
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_endless_workbook(clauses: list[list[Any]]) -> bytes:
    """One more cell in the last place that a sheet can have."""
    book = load_workbook(io.BytesIO(as_workbook(clauses)))
    book["clauses"].cell(row=1_048_576, column=16_384, value="far away")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_bomb() -> bytes:
    """A small archive that unpacks to much."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    return out.getvalue()
