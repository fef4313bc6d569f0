"""The catalogue that comes with the site, held against the list of clauses beside it."""

import csv
from pathlib import Path

import pytest

from laboratories.enums import Activity, ManagementOption
from standards.enums import ChecklistState, Trait
from standards.models import Checklist, Clause, Edition, Grade, Question
from standards.parsing.rows import sort_key
from standards.services.loading import load_catalogue

FOLDER = Path(__file__).resolve().parents[2] / "standards" / "data" / "iso-iec-17025-2017"


@pytest.fixture
def rows() -> list[dict[str, str]]:
    with (FOLDER / "clauses.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.django_db
def test_every_clause_is_loaded_as_the_list_has_it(rows: list[dict[str, str]]) -> None:
    load_catalogue()
    clauses = list(Clause.objects.select_related("parent").order_by("sort_key"))
    assert len(clauses) == len(rows) == 182
    assert [clause.number for clause in clauses] == [row["number"] for row in rows]
    assert [clause.title for clause in clauses] == [row["title"] for row in rows]
    assert [clause.parent.number if clause.parent else "" for clause in clauses] == [row["parent"] for row in rows]
    assert [clause.title_is_official for clause in clauses] == [row["title_kind"] == "official" for row in rows]
    assert [clause.lettered_items for clause in clauses] == [int(row["lettered_items"]) for row in rows]
    assert sum(clause.auditable for clause in clauses) == 141
    assert sum(len(clause.letters()) for clause in clauses) == 175


@pytest.mark.django_db
def test_every_audited_clause_has_a_question_and_stands_in_the_checklist() -> None:
    load_catalogue()
    silent = Clause.objects.filter(auditable=True).exclude(questions__retired=False)
    assert list(silent) == []
    assert not Question.objects.filter(clause__auditable=False).exists()
    checklist = Checklist.objects.get(state=ChecklistState.PUBLISHED)
    asked = list(checklist.items.order_by("position").values_list("clause_sort_key", flat=True))
    assert len(set(asked)) == 141
    assert asked == sorted(asked)


@pytest.mark.django_db
def test_loading_again_changes_nothing(django_assert_max_num_queries) -> None:
    first = load_catalogue()
    loaded_at = Edition.objects.get().loaded_at
    with django_assert_max_num_queries(3):
        assert load_catalogue() == "up to date"
    assert "378 new" in first
    assert Edition.objects.get().loaded_at == loaded_at
    assert Checklist.objects.count() == 1


@pytest.mark.django_db
def test_the_scale_of_grades_comes_with_its_times() -> None:
    load_catalogue()
    times = dict(Grade.objects.values_list("code", "response_days"))
    assert times == {"major": 30, "minor": 30, "observation": None, "opportunity": None}


def test_numbers_sort_naturally() -> None:
    numbers = ["7.10", "7.2", "7.2.1.10", "7.2.1.2", "10", "A.1", "4"]
    assert sorted(numbers, key=sort_key) == ["4", "7.2", "7.2.1.2", "7.2.1.10", "7.10", "10", "A.1"]


def test_a_question_knows_the_same_traits_as_a_laboratory() -> None:
    assert set(Trait.values) == {*Activity.values, *ManagementOption.values}
