"""Files that must be refused, each with what the message has to name: the place, and some of its words."""

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from openpyxl import Workbook, load_workbook

from tests.standards.builders import CLAUSES, HEADER, QUESTIONS, as_bomb, as_workbook, as_yaml, document

COLUMNS = ["number", "title", "auditable", "lettered_items"]
SHEET: list[list[Any]] = [COLUMNS, ["7", "Process", "no"], ["7.2", "Methods", "yes", 3], ["7.10", "Work", "yes"]]
ASKED: list[list[Any]] = [["clause", "item", "text"], ["7.2", "b", "Show me."], ["7.10", "", "And now?"]]
TABLE = [["number", "title", "auditable"], ["7", "Process", "no"], ["7.2", "Methods", "yes"]]


@dataclass(frozen=True)
class Bad:
    """One file. `place` and `words` stand in what is said about it."""

    what: str
    name: str
    content: bytes
    place: str
    words: str


# ---- Rows that contradict each other, in each of the own formats


def clauses(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    return [*CLAUSES, *rows]


def row(number: Any, **more: Any) -> dict[str, Any]:
    return {"number": number, "title": "More"} | more


def asked(**more: Any) -> list[dict[str, Any]]:
    return [*QUESTIONS, {"clause": "7.2", "text": "One more?"} | more]


CLAUSE_MISTAKES: list[tuple[str, dict[str, Any], str, str]] = [
    ("duplicate", row("7.2"), "column number", "twice"),
    ("orphan", row("9.1"), "column parent", "must stand above"),
    ("orphan of a named parent", row("8", parent="6"), "column parent", "must stand above"),
    ("own parent", row("8", parent="8"), "column parent", "must stand above"),
    ("wrong parent", row("7.11", parent="7.2"), "column parent", "not a part of"),
    ("number with a space", row("7. 3"), "column number", "not a clause number"),
    ("number with a trailing dot", row("7.3."), "column number", "not a clause number"),
    ("number in words", row("eight"), "column number", "not a clause number"),
    ("number with a range", row("7.3-7.5"), "column number", "not a clause number"),
    ("number too deep", row("1.1.1.1.1.1.1"), "column number", "not a clause number"),
    ("no number", row(""), "column number", "empty"),
    ("no title", row("8", title=""), "column title", "empty"),
    ("title of spaces", row("8", title="   "), "column title", "empty"),
    ("title too long", row("8", title="x" * 201), "column title", "200"),
    ("topic too long", row("8", topic="x" * 301), "column topic", "300"),
    ("text that runs backwards", row("8", title="a\u202eb"), "column title", "cannot be shown"),
    ("text with a zero-width character", row("8", title="a\u200bb"), "column title", "cannot be shown"),
    ("auditable unknown", row("8", auditable="maybe"), "column auditable", "maybe"),
    ("title kind unknown", row("8", title_kind="own"), "column title_kind", "own"),
    ("kind of letters unknown", row("8", lettered_kind="x"), "column lettered_kind", "requirement"),
    ("level wrong", row("8", level="3"), "column level", "level 1"),
    ("level in words", row("8", level="two"), "column level", "from 0 to 9"),
    ("too many letters", row("8", lettered_items="27"), "column lettered_items", "26"),
    ("letters negative", row("8", lettered_items="-1"), "column lettered_items", "26"),
    ("letters in other figures", row("8", lettered_items="²"), "column lettered_items", "26"),
]
QUESTION_MISTAKES: list[tuple[str, dict[str, Any], str, str]] = [
    ("question of no clause", {"clause": ""}, "column clause", "empty"),
    ("question of an unknown clause", {"clause": "7.9"}, "column clause", "no clause 7.9"),
    ("question of a heading", {"clause": "7"}, "column clause", "heading"),
    ("question without text", {"text": ""}, "column text", "empty"),
    ("question too long", {"text": "x" * 301}, "column text", "300"),
    ("key twice", {"key": "7.2#1"}, "column key", "twice"),
    ("key too long", {"key": "k" * 41}, "column key", "40"),
    ("item beyond the last", {"item": "d"}, "column item", "no item d"),
    ("item in capitals", {"item": "B"}, "column item", "small letter"),
    ("item of two letters", {"item": "ab"}, "column item", "small letter"),
    ("trait unknown", {"applies_to": ["cooking"]}, "column applies_to", "cooking"),
    ("evidence of 31 parts", {"evidence": ["a"] * 31}, "column evidence", "30 parts"),
    ("guidance too long", {"look_for": "x" * 2001}, "column look_for", "2000"),
    ("column unknown", {"colour": "red"}, "column colour", "not known"),
]


def of_rows() -> Iterator[Bad]:
    for what, more, place, words in CLAUSE_MISTAKES:
        yield Bad(f"{what}, yaml", "d.yaml", as_yaml(clauses=clauses(more)), f"d.yaml clauses, row 4, {place}", words)
        sheet = [list(more), list(more.values())]
        head = [["number", "title"], ["7", "Process"], ["7.2", "Methods"]]
        lines = [[*line, *[""] * (len(more) - 2)] for line in head]
        lines[0] = sheet[0]
        yield Bad(f"{what}, xlsx", "d.xlsx", as_workbook([*lines, sheet[1]]), f"sheet clauses, row 4, {place}", words)
    for what, more, place, words in QUESTION_MISTAKES:
        content = json.dumps(document(questions=asked(**more))).encode()
        yield Bad(f"{what}, json", "d.json", content, f"d.json questions, row 4, {place}", words)


# ---- Documents


def of_documents() -> Iterator[Bad]:
    yield Bad("loop", "d.yaml", as_yaml(clauses=[row("8", parent="9"), row("9", parent="8")]), "row 1", "above")
    free = {**HEADER, "numbering": "free"}
    loop = as_yaml(edition=free, clauses=[row("B", parent="A"), row("A", parent="B")], questions=[])
    yield Bad("loop of free numbers", "d.yaml", loop, "row 1, column parent", "must stand above")
    deep = [row(f"L{level}", parent=f"L{level - 1}" if level else "") for level in range(11)]
    deep_file = as_yaml(edition=free, clauses=deep, questions=[])
    yield Bad("ten levels", "d.yaml", deep_file, "row 10, column parent", "more than 9 levels")
    odd = as_yaml(edition={**HEADER, "numbering": "roman"})
    yield Bad("numbering unknown", "d.yaml", odd, "edition, column numbering", "free, nested")
    yield Bad("7.10 as a figure", "d.yaml", b"edition: {standard: A, year: 1, title: B}\nclauses:\n- {number: 7.10, "
              b"title: x}\n", "row 1, column number", "7.10 and 7.1")  # fmt: skip
    yield Bad("newer schema", "d.yaml", as_yaml(schema=2), "d.yaml, column schema", "schema 2")
    yield Bad("much newer schema", "d.json", b'{"schema": 99, "tables": {}}', "d.json, column schema", "schema 99")
    yield Bad("schema in words", "d.yaml", as_yaml(schema="new"), "column schema", "not a schema")
    yield Bad("schema below one", "d.yaml", as_yaml(schema=0), "column schema", "not a schema")
    yield Bad("no edition", "d.yaml", b"clauses: []\n", "d.yaml edition", "Names with values")
    yield Bad("edition without a year", "d.yaml", as_yaml(edition={"standard": "A", "title": "B"}), "year", "empty")
    yield Bad("no clauses", "d.json", b'{"edition": {"standard": "A"}}', "d.json clauses", "list of rows")
    yield Bad("clauses not a list", "d.yaml", as_yaml(clauses="7"), "d.yaml clauses", "list of rows")
    yield Bad("a clause not named values", "d.yaml", as_yaml(clauses=["7"]), "d.yaml clauses", "list of rows")
    yield Bad("an empty list", "d.yaml", as_yaml(clauses=[], questions=[]), "d.yaml clauses", "no clause")
    yield Bad("unknown part", "d.yaml", as_yaml(extra=1), "d.yaml", "extra")
    yield Bad("a list at the top", "d.json", b"[]", "d.json", "Names with values")
    yield Bad("a word at the top", "d.yaml", b"hello", "d.yaml", "Names with values")
    yield Bad("nothing", "d.yaml", b"", "d.yaml", "Names with values")
    yield Bad("title true", "d.yaml", as_yaml(clauses=[row("7", title=True)]), "row 1, column title", "a text")
    yield Bad("title a list", "d.yaml", as_yaml(clauses=[row("7", title=["x"])]), "row 1, column title", "a text")
    yield Bad("evidence of figures", "d.yaml", as_yaml(questions=asked(evidence=[1])), "row 4", "list of texts")
    yield Bad("name twice, yaml", "d.yaml", b"edition: {}\nedition: {}\n", "row 1", "stands here twice")
    yield Bad("name twice, json", "d.json", b'{"edition": 1, "edition": 2}', "d.json", "stands twice")
    yield Bad("not a number", "d.json", b'{"edition": NaN}', "d.json", "not a value")
    yield Bad("cut off, json", "d.json", json.dumps(document(), indent=1).encode()[:300], "row ", "not JSON")
    yield Bad("comma too many", "d.json", b'{"edition": 1,}', "row 1", "not JSON")
    yield Bad("unquoted", "d.json", b"{edition: 1}", "row 1", "not JSON")
    yield Bad("deep json", "d.json", b"[" * 100_000, "d.json", "nested")
    yield Bad("deep objects", "d.json", b'{"a":' * 60_000, "d.json", "nested")
    yield Bad("long figure", "d.json", b"9" * 5000, "d.json", "too long")
    yield Bad("aliases", "d.yaml", b"a: &a [x]\nb: [*a, *a]\n", "row 2", "Aliases")
    laughs = b"a: &a [x,x,x,x]\n" + b"".join(
        b"%c: &%c [*%c,*%c,*%c]\n" % (letter, letter, letter - 1, letter - 1, letter - 1) for letter in range(98, 110)
    )
    yield Bad("a billion laughs", "d.yaml", laughs, "row 2", "Aliases")
    yield Bad("deep yaml", "d.yaml", b"[" * 50_000, "row 1", "nesting")
    yield Bad("long yaml", "d.yaml", b"- a\n" * 320_000, "row ", "very long")
    yield Bad("tab in yaml", "d.yaml", b"edition:\n\tstandard: A\n", "row 2", "not YAML")
    yield Bad("open bracket", "d.yaml", b"a: [1, 2", "row ", "not YAML")
    yield Bad("python in yaml", "d.yaml", b"!!python/object/apply:os.system ['true']", "row 1", "not YAML")
    yield Bad("two documents", "d.yaml", as_yaml() + b"---\n" + as_yaml(), "row ", "not YAML")
    yield Bad("merge of nothing", "d.yaml", b"a: {<<: 1}\n", "row 1", "not YAML")
    yield Bad("a list as a name", "d.yaml", b"{[a]: 1}\n", "row 1", "not YAML")
    yield Bad("date that is none", "d.yaml", b"edition: 2026-13-45\n", "d.yaml", "")


# ---- Bytes: code pages, marks, other kinds of file


def of_bytes() -> Iterator[Bad]:
    cyrillic = "number,title\n7,Process\n7.2,Методы\n"
    yield Bad("cp1251", "d.csv", cyrillic.encode("cp1251"), "row 3", "not UTF-8")
    yield Bad("koi8", "d.csv", cyrillic.encode("koi8-r"), "row 3", "not UTF-8")
    yield Bad("mac", "d.yaml", "title: Методы\n".encode("mac_cyrillic"), "row 1", "not UTF-8")
    yield Bad("utf-16 with a mark", "d.csv", cyrillic.encode("utf-16"), "d.csv", "UTF-16")
    yield Bad("utf-16 the other way", "d.csv", b"\xfe\xff" + cyrillic.encode("utf-16-be"), "d.csv", "UTF-16")
    yield Bad("utf-16 without a mark", "d.csv", b"n,t\n".decode().encode("utf-16-le"), "row 1", "not a text")
    yield Bad("utf-32", "d.json", json.dumps(document()).encode("utf-32"), "d.json", "UTF-16")
    yield Bad("two marks", "d.csv", b"\xef\xbb\xbf\xef\xbb\xbfnumber,title\n7,A\n", "column number", "no column")
    yield Bad("nul, csv", "d.csv", b"number,title\n7,A\0B\n", "row 2", "not a text")
    yield Bad("nul, yaml", "d.yaml", b"a: b\0\n", "row 1", "not a text")
    yield Bad("half a character", "d.json", '{"a": "ж"}'.encode()[:-3], "row 1", "not UTF-8")
    yield Bad("lone surrogate", "d.json", b'{"edition": {"standard": "\\ud800"}, "clauses": []}', "standard", "shown")
    yield Bad("bell", "d.csv", b"number,title\n7,A\x07B\n", "row 2, column title", "cannot be shown")
    workbook = as_workbook(SHEET)
    yield Bad("workbook renamed csv", "d.csv", workbook, "d.csv", "it is .xlsx")
    yield Bad("workbook renamed json", "d.json", workbook, "d.json", "it is .xlsx")
    yield Bad("pdf renamed csv", "d.csv", b"%PDF-1.7\n%...", "d.csv", "it is .pdf")
    yield Bad("gzip renamed yaml", "d.yaml", gzip.compress(as_yaml()), "d.yaml", "it is .gz")
    yield Bad("csv renamed xlsx", "d.xlsx", cyrillic.encode(), "d.xlsx", "not an Excel")
    yield Bad("old workbook", "d.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "d.xlsx", "password")
    yield Bad("page renamed csv", "d.csv", b"<!doctype html>\n<p>x</p>\n", "column number", "no column")
    yield Bad("yaml renamed csv", "d.csv", as_yaml(), "d.csv", "")
    yield Bad("unknown kind", "d.docx", b"PK\x03\x04", "d.docx", "one of these kinds")
    yield Bad("no kind", "standard", b"x", "standard", "one of these kinds")
    yield Bad("too large", "d.csv", b"x" * (5 * 1024 * 1024 + 1), "d.csv", "5 MB")


# ---- Tables


def as_csv(*lines: list[Any]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(lines)
    return out.getvalue().encode()


def of_tables() -> Iterator[Bad]:
    yield Bad("empty csv", "d.csv", b"", "d.csv", "empty")
    yield Bad("blank csv", "d.csv", b"\n\n ,\n".replace(b" ", b""), "d.csv", "empty")
    yield Bad("names only", "d.csv", as_csv(TABLE[0]), "d.csv", "no clause")
    yield Bad("name twice, csv", "d.csv", as_csv(["number", "number"], ["7", "8"]), "row 1", "name of its own")
    yield Bad("31 columns", "d.csv", as_csv([f"c{place}" for place in range(31)], ["x"]), "row 1", "30 columns")
    yield Bad("more cells than names", "d.csv", as_csv(TABLE[0], ["7", "A", "no", "B"]), "row 2", "more cells")
    unnamed = as_csv(["number", "", "title"], ["7", "x", "A"])
    yield Bad("cell under no name", "d.csv", unnamed, "row 2", "more cells")
    yield Bad("no column number", "d.csv", as_csv(["clause", "name"], ["7", "A"]), "column number", "no column")
    yield Bad("russian names", "d.csv", as_csv(["номер", "название"], ["7", "A"]), "column number", "no column")
    yield Bad(
        "7.10 turned into 7.1", "d.csv", as_csv(*TABLE, ["7.1", "A", "no"], ["7.1", "B", "no"]), "row 5", "twice"
    )
    yield Bad("10,000 rows", "d.csv", as_csv(TABLE[0], *[["7", "x", "no"]] * 10_000), "d.csv", "5000")
    yield Bad("open quote", "d.csv", b'number,title\n7,"' + b"x" * 200_000, "row 2", "not CSV")
    two = as_csv([*TABLE[0], "standard"], ["7", "A", "no", "ONE 1"], ["8", "B", "no", "TWO 2"])
    yield Bad("two editions", "d.csv", two, "row 3, column standard", "ONE 1")
    newer = as_csv([*TABLE[0], "schema"], ["7", "A", "no", "2"])
    yield Bad("newer schema, csv", "d.csv", newer, "column schema", "schema 2")
    early = as_csv([*TABLE[0], "question"], ["7.2", "", "", "What?"])
    yield Bad("question before its clause", "d.csv", early, "row 2, column title", "empty")


# ---- Workbooks


def changed(change: Callable[[Workbook], Any], *sheets: Any) -> bytes:
    book = load_workbook(io.BytesIO(as_workbook(*(sheets or (SHEET, ASKED)))))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The archive with one part of it changed, or left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(as_workbook(SHEET))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def without(part: str) -> bytes:
    return repacked(lambda name, content: None if part in name else content)


def replaced(part: str, old: bytes, new: bytes) -> bytes:
    return repacked(lambda name, content: content.replace(old, new, 1) if part in name else content)


def corrupted(workbook: bytes) -> bytes:
    """One byte of what was packed is another."""
    place = workbook.index(b"xl/worksheets/sheet2.xml") + 60
    return workbook[:place] + bytes([workbook[place] ^ 0xFF]) + workbook[place + 1 :]


def setting(place: str, value: Any, sheet: str = "clauses") -> bytes:
    return changed(lambda book: book[sheet].__setitem__(place, value))


def hidden_column(book: Workbook) -> None:
    book["clauses"].column_dimensions["C"].hidden = True


def hidden_row(book: Workbook) -> None:
    book["clauses"].row_dimensions[3].hidden = True


def hidden_sheet(book: Workbook) -> None:
    book["questions"].sheet_state = "hidden"


def of_workbooks() -> Iterator[Bad]:
    yield Bad("formula", "d.xlsx", setting("B3", '=CONCAT("a","b")'), "sheet clauses, row 3, column B", "formula")
    yield Bad(
        "formula in a question", "d.xlsx", setting("C2", "=1+1", "questions"), "sheet questions, row 2", "formula"
    )
    yield Bad("formula in the edition", "d.xlsx", setting("B1", "=A1", "edition"), "sheet edition, row 1", "formula")
    merged = changed(lambda book: book["clauses"].merge_cells("B2:C2"))
    yield Bad("merged cells", "d.xlsx", merged, "sheet clauses, row 2, column B", "B2:C2")
    down = changed(lambda book: book["clauses"].merge_cells("A3:A4"))
    yield Bad("merged downwards", "d.xlsx", down, "sheet clauses, row 3, column A", "A3:A4")
    yield Bad("hidden row", "d.xlsx", changed(hidden_row), "sheet clauses, row 3", "hidden")
    yield Bad("hidden column", "d.xlsx", changed(hidden_column), "sheet clauses, column C", "hidden")
    yield Bad("hidden sheet", "d.xlsx", changed(hidden_sheet), "sheet questions", "hidden")
    yield Bad("error in a cell", "d.xlsx", setting("B3", "#REF!"), "sheet clauses, row 3, column B", "error")
    yield Bad("7.10 as a figure, xlsx", "d.xlsx", setting("A4", 7.10), "row 4, column number", "7.10 and 7.1")
    yield Bad("7.10 as a date", "d.xlsx", setting("A4", date(2026, 10, 7)), "row 4, column number", "date")
    yield Bad("number true", "d.xlsx", setting("A2", True), "row 2, column number", "a text")
    yield Bad("10,000 rows, xlsx", "d.xlsx", as_workbook([COLUMNS, *[["7", "x"]] * 10_000]), "sheet clauses", "5000")
    wide = as_workbook([[f"c{place}" for place in range(40)], ["7"]])
    yield Bad("40 columns", "d.xlsx", wide, "sheet clauses, row 1", "30 columns")
    yield Bad(
        "no sheet of clauses", "d.xlsx", changed(lambda book: book.remove(book["clauses"])), "d.xlsx", "no sheet"
    )
    yield Bad("empty sheet", "d.xlsx", as_workbook([]), "sheet clauses", "empty")
    newer = changed(lambda book: book["edition"].append(["schema", 3]))
    yield Bad("newer schema, xlsx", "d.xlsx", newer, "sheet edition, column schema", "schema 3")
    yield Bad("bomb", "d.xlsx", as_bomb(), "d.xlsx", "unpacks")
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for place in range(2100):
            archive.writestr(f"xl/{place}", b"")
    yield Bad("2,100 parts", "d.xlsx", many.getvalue(), "d.xlsx", "unpacks")
    whole = as_workbook(SHEET)
    for share in (0.1, 0.5, 0.9, 0.999):
        content = whole[: int(len(whole) * share)]
        yield Bad(f"cut at {share}", "d.xlsx", content, "d.xlsx", "not an Excel")
    yield Bad("corrupted", "d.xlsx", corrupted(whole), "d.xlsx", "cannot be read")
    yield Bad("no list of sheets", "d.xlsx", without("workbook.xml"), "d.xlsx", "cannot be read")
    yield Bad("a sheet is missing", "d.xlsx", without("sheet2.xml"), "d.xlsx", "")
    yield Bad("a part is not xml", "d.xlsx", replaced("sheet2.xml", b"<sheetData>", b"<sheetData"), "d.xlsx", "read")
    entity = b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet '
    yield Bad("entities", "d.xlsx", replaced("sheet2.xml", b"<worksheet ", entity), "d.xlsx", "cannot be read")
    yield Bad("cell out of the world", "d.xlsx", replaced("sheet2.xml", b'r="A2"', b'r="ZZZZ2"'), "d.xlsx", "")
    yield Bad("archive of something else", "d.xlsx", as_archive({"hello.txt": b"hello"}), "d.xlsx", "cannot be read")


def as_archive(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


ALL = [*of_rows(), *of_documents(), *of_bytes(), *of_tables(), *of_workbooks()]
