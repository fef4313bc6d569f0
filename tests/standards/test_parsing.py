"""What a file may hold, and how its mistakes are named."""

import json
from typing import Any

import pytest

from standards.parsing.files import parse_upload
from standards.parsing.rows import ParsedEdition, ParseFailed
from tests.standards.builders import (
    CLAUSES,
    CSV,
    HEADER,
    QUESTIONS,
    as_bomb,
    as_endless_workbook,
    as_workbook,
    as_yaml,
    document,
)

COLUMNS = ["number", "title", "auditable", "lettered_items"]
SHEET = [COLUMNS, ["7", "Process", "no", None], ["7.2", "Methods", "yes", 3], ["7.10", "Work", "yes", None]]
ASKED = [["clause", "item", "text"], ["7.2", "b", "Show me."], ["7.10", None, "And now?"]]


def test_the_same_edition_in_every_format() -> None:
    from_yaml = parse_upload(as_yaml(), "demo.yaml")
    from_json = parse_upload(json.dumps(document()).encode(), "demo.json")
    assert from_yaml == from_json
    assert [clause.number for clause in from_yaml.clauses] == ["7", "7.2", "7.10"]
    assert [question.key for question in from_yaml.questions or ()] == ["7.2#1", "7.2#2", "7.10#1"]
    from_csv = parse_upload(CSV, "demo.csv", HEADER)
    assert [(q.clause, q.item, q.text) for q in from_csv.questions or ()] == [
        (q.clause, q.item, q.text) for q in from_yaml.questions or ()
    ]
    assert (from_csv.questions or ())[0].evidence == ("a method", "its record")
    from_workbook = parse_upload(as_workbook(SHEET, ASKED), "demo.xlsx")
    assert [clause.number for clause in from_workbook.clauses] == ["7", "7.2", "7.10"]
    assert len(from_workbook.questions or ()) == 2


def test_a_stay_in_json_changes_nothing() -> None:
    parsed = parse_upload(as_yaml(), "demo.yaml")
    again = ParsedEdition.from_data(json.loads(json.dumps(parsed.as_data())))
    assert again == parsed
    assert again.digest() == parsed.digest()


def test_a_file_without_questions_says_nothing_about_them() -> None:
    assert parse_upload(b"number,title\n7,Process\n", "demo.csv", HEADER).questions is None
    assert parse_upload(as_yaml(questions=[]), "demo.yaml").questions == ()


def clauses(**changes: Any) -> bytes:
    """A file whose third clause (7.10) is written otherwise."""
    return as_yaml(clauses=[*CLAUSES[:2], {**CLAUSES[2], **changes}])


def question(**changes: Any) -> bytes:
    """A file whose first question is written otherwise."""
    return as_yaml(questions=[{**QUESTIONS[0], **changes}, *QUESTIONS[1:]])


MISTAKES = [
    (clauses(number="7.2"), "d.yaml", 3, "number", "twice"),
    (clauses(number=7.1), "d.yaml", 3, "number", "figure"),
    (clauses(number="seven"), "d.yaml", 3, "number", "not a clause number"),
    (clauses(number="8.1"), "d.yaml", 3, "parent", "must stand above"),
    (clauses(parent="7.2"), "d.yaml", 3, "parent", "not a part of"),
    (clauses(title=""), "d.yaml", 3, "title", "empty"),
    (clauses(title="x" * 201), "d.yaml", 3, "title", "200"),
    (clauses(title="a\u202eb"), "d.yaml", 3, "title", "cannot be shown"),
    (clauses(auditable="perhaps"), "d.yaml", 3, "auditable", "perhaps"),
    (clauses(level=4), "d.yaml", 3, "level", "level 2"),
    (clauses(lettered_items=40), "d.yaml", 3, "lettered_items", "26"),
    (clauses(colour="red"), "d.yaml", 3, "colour", "not known"),
    (question(clause="7.3"), "d.yaml", 1, "clause", "no clause 7.3"),
    (question(clause="7"), "d.yaml", 1, "clause", "heading"),
    (question(item="d"), "d.yaml", 1, "item", "no item d"),
    (question(text=["a"]), "d.yaml", 1, "text", "a text is expected"),
    (question(applies_to=["cooking"]), "d.yaml", 1, "applies_to", "cooking"),
    (question(evidence=[{"a": 1}]), "d.yaml", 1, "evidence", "list of texts"),
    (as_yaml(edition={"title": "No name"}), "d.yaml", None, "standard", "empty"),
    (as_yaml(clauses=[]), "d.yaml", None, "", "no clause"),
    (as_yaml(clauses={"a": 1}), "d.yaml", None, "", "list of rows"),
    (as_yaml(extra=1), "d.yaml", None, "", "extra"),
    (b"just words", "d.yaml", None, "", "Names with values"),
    (b"a: [1, 2", "d.yaml", 2, "", "not YAML"),
    (b"a: &x [1]\nb: *x\n", "d.yaml", 2, "", "Aliases"),
    (b"[" * 50_000, "d.yaml", 1, "", "nesting"),
    (b"!!python/object/apply:os.system ['true']", "d.yaml", 1, "", "not YAML"),
    (b"[" * 100_000, "d.json", None, "", "nested"),
    (b'{"edition": ', "d.json", 1, "", "not JSON"),
    (b'{"edition": ' + b"9" * 5000 + b"}", "d.json", None, "", "too long"),
    (b"number,title\n7,Pr\xff\n", "d.csv", 2, "", "UTF-8"),
    (b"number,title\n7,Pr\0\n", "d.csv", 2, "", "not a text"),
    (b"", "d.csv", None, "", "empty"),
    (b"number,number\n7,8\n", "d.csv", 1, "", "name of its own"),
    (b"number,title\n7,Process,and more\n", "d.csv", 2, "", "more cells"),
    (b"number,title\n" + b"7,x\n" * 5001, "d.csv", None, "", "5000"),
    (b'number,title\n7,"' + b"x" * 200_000 + b'"\n', "d.csv", 2, "", "not CSV"),
    (b"PK\x03\x04 not a workbook", "d.xlsx", None, "", "not an Excel"),
    (as_bomb(), "d.xlsx", None, "", "unpacks"),
    (as_workbook([COLUMNS, [7.1, "Figure", "no", None]]), "d.xlsx", 2, "number", "figure"),
    (b"x" * (5 * 1024 * 1024 + 1), "d.csv", None, "", "5 MB"),
    (b"MZ", "d.exe", None, "", "these kinds"),
]


@pytest.mark.parametrize(("content", "name", "row", "column", "words"), MISTAKES)
def test_a_mistake_is_named_with_its_place(
    content: bytes, name: str, row: int | None, column: str, words: str
) -> None:
    with pytest.raises(ParseFailed) as caught:
        parse_upload(content, name, HEADER)
    places = [(trouble.row, trouble.column) for trouble in caught.value.troubles]
    assert (row, column) in places
    assert words in str(caught.value)


def test_all_mistakes_are_named_at_once_up_to_fifty() -> None:
    rows = [{"number": f"{number}", "title": ""} for number in range(1, 80)]
    with pytest.raises(ParseFailed) as caught:
        parse_upload(as_yaml(clauses=rows, questions=[]), "d.yaml")
    assert len(caught.value.troubles) == 50


def test_a_workbook_with_a_cell_at_the_far_end_is_not_unrolled() -> None:
    """A million empty rows of sixteen thousand cells would never end."""
    parsed = parse_upload(as_endless_workbook(SHEET), "d.xlsx")
    assert [clause.number for clause in parsed.clauses] == ["7", "7.2", "7.10"]
