"""Catalogues of other programs: what is taken, what is noted, and that all of it can be loaded and exported."""

import json
import uuid
from typing import Any

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile

from standards.models import Clause, Edition, PendingImport
from standards.parsing.files import parse_upload
from standards.parsing.rows import ParsedEdition
from standards.queries.exporting import exported
from standards.services.loading import load_edition
from standards.writing.formats import FORMATS
from tests.factories import Network

STATEMENT = {"name": "statement", "prose": "Keep a list of", "parts": [{"name": "item", "prose": "what was lent."}]}
CATALOG: dict[str, Any] = {
    "uuid": "7a6f0a4e-0d0f-4a56-8f0f-3f0b3c8f7d11",
    "metadata": {
        "title": "Library rules",
        "version": "3",
        "last-modified": "2026-01-01T00:00:00Z",
        "oscal-version": "1.1.3",
        "roles": [{"id": "author", "title": "Author"}],
    },
    "groups": [
        {
            "id": "ln",
            "title": "Lending",
            "controls": [
                {
                    "id": "ln-2",
                    "title": "Returns",
                    "props": [{"name": "label", "value": "LN-2"}, {"name": "sort-id", "value": "ln-02"}],
                    "controls": [
                        {"id": "ln-2.1", "title": "Late returns", "props": [{"name": "label", "value": "LN-2(1)"}]}
                    ],
                },
                {
                    "id": "ln-1",
                    "title": "Lists",
                    "params": [{"id": "p1", "label": "how often"}],
                    "props": [
                        {"name": "label", "value": "LN-01", "class": "padded"},
                        {"name": "label", "value": "LN-1"},
                        {"name": "sort-id", "value": "ln-01"},
                    ],
                    "parts": [STATEMENT, {"name": "guidance", "prose": "A notebook will do."}],
                },
                {"id": "ln-3", "title": "Stamps", "props": [{"name": "status", "value": "withdrawn"}]},
            ],
        }
    ],
    "back-matter": {"resources": [{"uuid": "9a6f0a4e-0d0f-4a56-8f0f-3f0b3c8f7d12"}]},
}


def from_oscal(catalog: dict[str, Any] = CATALOG, **header: str) -> ParsedEdition:
    return parse_upload(json.dumps({"catalog": catalog}).encode(), "rules.json", header)


def test_an_oscal_catalog_gives_its_tree() -> None:
    parsed = from_oscal()
    assert (parsed.standard, parsed.title, parsed.year) == ("Library rules", "Library rules", "3")
    places = [(row.number, row.parent, row.level, row.auditable) for row in parsed.clauses]
    assert places == [
        ("ln", "", 1, False),
        ("LN-2", "ln", 2, True),
        ("LN-2(1)", "LN-2", 3, True),
        ("LN-1", "ln", 2, True),
    ]
    assert {row.number: row.topic for row in parsed.clauses}["LN-1"] == "Keep a list of what was lent."
    assert parsed.questions is None


def test_what_oscal_holds_beyond_that_is_noted() -> None:
    (note,) = from_oscal().notes
    for part in ("back-matter (1)", "metadata.roles (1)", "params (1)", "part guidance (1)", "withdrawn (1)"):
        assert part in note


def test_the_order_of_oscal_is_that_of_its_sort_ids() -> None:
    controls = [control for control in CATALOG["groups"][0]["controls"] if control["id"] != "ln-3"]
    ordered = {**CATALOG, "groups": [{**CATALOG["groups"][0], "controls": controls}]}
    assert [row.number for row in from_oscal(ordered).clauses] == ["ln", "LN-1", "LN-2", "LN-2(1)"]


def test_a_person_may_name_the_edition_otherwise() -> None:
    parsed = from_oscal(standard="RULES", year="2026", title="Rules of the library")
    assert (parsed.standard, parsed.year, parsed.title) == ("RULES", "2026", "Rules of the library")


def test_what_oscal_exports_has_the_parts_it_must_have() -> None:
    whole = json.loads(FORMATS["oscal"].write(from_oscal(), None))
    catalog = whole["catalog"]
    assert uuid.UUID(catalog["uuid"])
    assert set(catalog["metadata"]) >= {"title", "last-modified", "version", "oscal-version"}
    group = catalog["groups"][0]
    assert (group["id"], group["title"]) == ("c-ln", "Lending")
    assert [control["id"] for control in group["controls"]] == ["c-LN-2", "c-LN-1"]
    assert group["controls"][0]["controls"][0]["id"] == "c-LN-2_1_"
    assert {"name": "label", "value": "LN-2"} in group["controls"][0]["props"]


# ---- CISO Assistant

Q = "urn:made-up:q"
NODES: list[dict[str, Any]] = [
    {"urn": f"{Q}:core", "name": "Core", "assessable": False, "depth": 1},
    {
        "urn": f"{Q}:a.1",
        "parent_urn": f"{Q}:CORE",
        "ref_id": "A.1",
        "name": "Shelves",
        "description": "Shelves\nstand\tfirmly.",
        "assessable": True,
        "typical_evidence": "- a shelf\n- a photograph of it",
        "implementation_groups": ["basic"],
        "questions": {
            f"{Q}:a.1:1": {"type": "unique_choice", "choices": [{"value": "Yes"}], "text": "Do they stand?"},
            f"{Q}:a.1:2": {"type": "text", "text": "Who looked?"},
        },
    },
    {"urn": f"{Q}:a.2", "parent_urn": f"{Q}:core", "ref_id": "A. 2", "description": "x" * 400, "assessable": True},
    {
        "urn": f"{Q}:a.2.x",
        "parent_urn": f"{Q}:a.2",
        "ref_id": "a number that is much too long to be one",
        "name": "Ladders",
        "assessable": True,
        "question": {"question_type": "text", "questions": [{"urn": f"{Q}:old", "text": "Which ladders?"}]},
    },
    {"urn": f"{Q}:7.1", "ref_id": "7.1", "name": "A number without what it is part of", "assessable": True},
]


def from_library(nodes: list[dict[str, Any]] = NODES, **header: str) -> ParsedEdition:
    library = {
        "urn": "urn:made-up:library",
        "locale": "en",
        "ref_id": "made-up",
        "name": "A library",
        "version": 4,
        "objects": {
            "threats": [{"urn": "urn:made-up:threat"}],
            "framework": {
                "urn": "urn:made-up:fw",
                "ref_id": "MADE-UP",
                "name": "Made up",
                "requirement_nodes": nodes,
            },
        },
    }
    return parse_upload(yaml.safe_dump(library).encode(), "library.yaml", header)


def test_a_library_gives_its_tree() -> None:
    parsed = from_library()
    assert (parsed.standard, parsed.title, parsed.year) == ("MADE-UP", "Made up", "4")
    assert [(row.number, row.parent, row.auditable) for row in parsed.clauses] == [
        ("P1", "", False),
        ("A.1", "P1", True),
        ("A.2", "P1", True),
        ("A.2.1", "A.2", True),
        ("7.1", "", True),
    ]
    shelves, long = parsed.clauses[1], parsed.clauses[2]
    assert (shelves.title, shelves.topic) == ("Shelves", "Shelves stand firmly.")
    assert len(long.title) == 200
    assert long.title.endswith("…")


def test_the_questions_of_a_library_come_with_their_evidence() -> None:
    asked = from_library().questions or ()
    assert [(row.clause, row.text) for row in asked] == [
        ("A.1", "Do they stand?"),
        ("A.1", "Who looked?"),
        ("A.2.1", "Which ladders?"),
    ]
    assert asked[0].evidence == ("a shelf", "a photograph of it")


def test_what_a_library_holds_beyond_that_is_noted() -> None:
    unused, cut, numbered = from_library().notes
    for part in ("implementation_groups (1)", "question.choices (1)", "question.type (2)", "threats (1)"):
        assert part in unused
    assert cut.startswith("1 text ")
    assert numbered.startswith("2 clauses ")


def test_a_clause_without_a_name_is_called_by_its_question() -> None:
    nameless = {"urn": f"{Q}:x", "assessable": True, "questions": {"q": {"text": "Is there a plan?"}}}
    (clause,) = from_library([nameless]).clauses
    assert (clause.number, clause.title, clause.title_is_official) == ("P1", "Is there a plan?", False)


def test_a_library_without_questions_says_nothing_about_them() -> None:
    assert from_library([NODES[0], NODES[4]]).questions is None


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.django_db
def test_what_came_from_elsewhere_can_be_loaded_and_exported(kind: str) -> None:
    for parsed in (from_library(), from_oscal()):
        load_edition(parsed)
        edition = Edition.objects.select_related("standard").get(standard__code=parsed.standard)
        stands = exported(edition)
        assert stands.clauses == parsed.clauses
        assert [clause.number for clause in edition.clauses.order_by("sort_key")] == [
            row.number for row in parsed.clauses
        ]
        again = parse_upload(FORMATS[kind].write(stands, None), f"x{FORMATS[kind].suffix}")
        assert again == stands
        assert load_edition(again).differences == ()


@pytest.mark.django_db
def test_a_clause_that_moves_in_the_tree_is_moved() -> None:
    load_edition(from_library())
    moved = [*NODES[:4], {**NODES[4], "parent_urn": f"{Q}:a.1"}]
    result = load_edition(from_library(moved))
    assert [(difference.change, difference.number) for difference in result.differences] == [("changed", "7.1")]
    clause = Clause.objects.select_related("parent").get(number="7.1")
    assert (clause.parent and clause.parent.number, clause.level) == ("A.1", 3)
    order = Clause.objects.order_by("sort_key").values_list("number", flat=True)
    assert list(order) == ["P1", "A.1", "7.1", "A.2", "A.2.1"]


@pytest.mark.django_db
def test_the_preview_shows_what_is_not_taken(network: Network, sign_in: Any) -> None:
    client = sign_in(network.adil)
    file = SimpleUploadedFile("rules.json", json.dumps({"catalog": CATALOG}).encode())
    answer = client.post("/standards/import/", {"file": file, "mutation": str(uuid.uuid4()), "year": "2026"})
    preview = client.get(answer.url).content.decode()
    assert "Library rules:2026" in preview
    assert "back-matter (1)" in preview
    client.post(answer.url, {"mutation": str(uuid.uuid4())})
    assert Edition.objects.filter(standard__code="Library rules", year="2026").exists()
    assert not PendingImport.objects.exists()
    assert 'id="c-LN-2(1)"' in client.get("/standards/library-rules-2026/").content.decode()
