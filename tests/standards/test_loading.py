"""Loading an edition twice, changed, smaller, from the shell and from the browser."""

import io
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from core.errors import RuleBroken
from core.models import HistoryLine
from standards.enums import ChecklistState
from standards.models import Checklist, Clause, Edition, PendingImport, Question
from standards.parsing.files import parse_upload
from standards.services.loading import load_edition
from tests.factories import Network
from tests.standards.builders import CLAUSES, CSV, QUESTIONS, as_yaml

pytestmark = pytest.mark.django_db


def load(**parts: Any) -> dict[str, int]:
    return load_edition(parse_upload(as_yaml(**parts), "demo.yaml")).counts()


def test_the_second_load_changes_nothing() -> None:
    assert load() == {"new": 6, "changed": 0, "removed": 0, "unchanged": 0}
    assert load() == {"new": 0, "changed": 0, "removed": 0, "unchanged": 6}
    assert Checklist.objects.count() == 1
    assert HistoryLine.objects.filter(subject="edition", step="load").count() == 1


def test_a_changed_question_publishes_the_next_version_and_leaves_the_old_one_whole() -> None:
    load()
    changed = [{**QUESTIONS[0], "text": "Show me two methods."}, *QUESTIONS[1:]]
    assert load(questions=changed) == {"new": 0, "changed": 1, "removed": 0, "unchanged": 5}
    old, new = Checklist.objects.order_by("version")
    assert (old.state, new.state) == (ChecklistState.RETIRED, ChecklistState.PUBLISHED)
    assert old.items.get(position=1).text == "Show me a method."
    assert new.items.get(position=1).text == "Show me two methods."


def test_a_changed_topic_publishes_nothing() -> None:
    load()
    load(clauses=[{**CLAUSES[0], "topic": "how work is done"}, *CLAUSES[1:]])
    assert Clause.objects.get(number="7").topic == "how work is done"
    assert Checklist.objects.count() == 1


def test_a_question_that_is_gone_is_retired_and_may_come_back() -> None:
    load()
    assert load(questions=QUESTIONS[:2])["removed"] == 1
    assert Question.objects.get(key="7.10#1").retired
    assert Checklist.objects.get(state=ChecklistState.PUBLISHED).items.count() == 2
    load()
    assert not Question.objects.get(key="7.10#1").retired


def test_a_clause_that_is_cited_stays_and_nothing_else_changes() -> None:
    load()
    with pytest.raises(RuleBroken, match=r"7\.10"):
        load(clauses=[{**CLAUSES[0], "title": "Renamed"}, CLAUSES[1]], questions=QUESTIONS[:2])
    assert Clause.objects.get(number="7").title == "Process"
    assert Question.objects.filter(retired=True).count() == 0


def test_a_file_of_clauses_leaves_the_questions() -> None:
    load()
    parsed = parse_upload(as_yaml(), "d.yaml")
    only = parse_upload(
        b"number,title\n7,Process\n7.2,M\n7.10,N\n",
        "d.csv",
        {
            "standard": parsed.standard,
            "title": parsed.title,
            "year": parsed.year,
        },
    )
    load_edition(only)
    assert Question.objects.filter(retired=False).count() == 3


def run(*args: str) -> str:
    out = io.StringIO()
    call_command("import_standard", *args, stdout=out)
    return out.getvalue()


def test_the_command_says_what_would_change_and_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "demo.yaml"
    file.write_bytes(as_yaml())
    said = run(str(file), "--dry-run")
    assert "new question 7.10: What went wrong last month?" in said
    assert not Edition.objects.exists()
    assert "6 new" in run(str(file))
    assert Edition.objects.get().slug == "demo-1-2024"


def test_the_command_names_every_mistake_and_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "demo.csv"
    file.write_bytes(CSV)
    with pytest.raises(CommandError, match="column standard"):
        run(str(file))
    with pytest.raises(CommandError, match="No such file"):
        run(str(tmp_path / "gone.yaml"))
    assert not Edition.objects.exists()
    assert "6 new" in run(str(file), "--standard", "DEMO 1", "--year", "2024", "--title", "Small")


# ---- in the browser


def upload(client: Any, content: bytes, name: str = "demo.yaml", **fields: str) -> Any:
    data = {"file": SimpleUploadedFile(name, content), "mutation": str(uuid.uuid4()), **fields}
    return client.post("/standards/import/", data)


def test_an_administrator_sees_the_differences_then_loads(network: Network, sign_in: Any) -> None:
    client = sign_in(network.adil)
    answer = upload(client, as_yaml())
    pending = PendingImport.objects.get()
    assert answer.url == f"/standards/import/{pending.pk}/"
    preview = client.get(answer.url).content.decode()
    assert "What went wrong last month?" in preview
    assert not Edition.objects.filter(slug="demo-1-2024").exists()
    mutation = {"mutation": str(uuid.uuid4())}
    for _twice in range(2):
        assert client.post(answer.url, mutation).url == "/standards/demo-1-2024/"
    assert Checklist.objects.get(edition__slug="demo-1-2024").published_by == network.adil
    assert not PendingImport.objects.exists()
    assert client.post(answer.url, {"mutation": str(uuid.uuid4())}).url == "/standards/import/"


def test_a_bad_upload_shows_rows_and_columns_and_keeps_nothing(network: Network, sign_in: Any) -> None:
    bad = as_yaml(clauses=[*CLAUSES[:2], {**CLAUSES[2], "auditable": "perhaps"}])
    page = upload(sign_in(network.adil), bad).content.decode()
    assert "perhaps" in page
    assert '<td class="num" data-l="Row">3</td>' in " ".join(page.split())
    assert not PendingImport.objects.exists()


def test_a_csv_needs_its_edition_named(network: Network, sign_in: Any) -> None:
    client = sign_in(network.adil)
    assert "standard" in upload(client, CSV, "demo.csv").content.decode()
    assert upload(client, CSV, "demo.csv", standard="DEMO 1", year="2024", title="Small").status_code == 302


def test_only_administrators_load(network: Network, sign_in: Any) -> None:
    pending = PendingImport.objects.create(
        person=network.adil,
        file_name="x",
        content=parse_upload(as_yaml(), "d.yaml").as_data(),
        expires_at="2999-01-01T00:00Z",
    )
    for name in ("aigerim", "nurlan", "elena", "saule", "tomas"):
        client = sign_in(network.people[name])
        assert client.get("/standards/import/").status_code == 403
        assert upload(client, as_yaml()).status_code == 403
        assert client.post(f"/standards/import/{pending.pk}/", {"mutation": str(uuid.uuid4())}).status_code == 403
        assert client.get("/standards/").status_code == 200
    assert not Edition.objects.filter(slug="demo-1-2024").exists()


def test_the_pages_take_a_fixed_number_of_statements(
    network: Network, sign_in: Any, django_assert_max_num_queries: Any
) -> None:
    load()
    client = sign_in(network.marat)
    client.get("/standards/")
    with django_assert_max_num_queries(5):
        assert "DEMO 1:2024" in client.get("/standards/").content.decode()
    with django_assert_max_num_queries(8):
        page = client.get("/standards/demo-1-2024/").content.decode()
    assert 'id="c-7.10"' in page
    assert page.index('id="c-7.2"') < page.index('id="c-7.10"')
    assert client.get("/standards/nothing/").status_code == 404
