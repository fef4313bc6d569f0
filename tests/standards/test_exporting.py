"""Taking an edition along, from the shell and from its page."""

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from standards.models import Edition
from standards.parsing.files import parse_upload
from standards.queries.exporting import exported
from standards.services.loading import load_edition
from standards.writing.formats import FORMATS
from standards.writing.sample import sample
from tests.factories import Network
from tests.standards.builders import as_yaml

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    load_edition(parse_upload(as_yaml(), "demo.yaml"))
    return Edition.objects.select_related("standard").get(slug="demo-1-2024")


def poured(*arguments: str) -> bytes:
    """What the command writes to standard output."""
    kept = io.BytesIO()
    out = io.TextIOWrapper(kept, write_through=True)
    call_command("export_standard", *arguments, stdout=out)
    out.detach()
    return kept.getvalue()


@pytest.mark.parametrize("kind", FORMATS)
def test_the_command_writes_the_edition(kind: str, edition: Edition) -> None:
    for code in ("DEMO 1", "demo-1"):
        content = poured(code, "2024", "--format", kind)
        assert parse_upload(content, f"x{FORMATS[kind].suffix}") == exported(edition)


def test_the_command_writes_a_whole_file_or_none(edition: Edition, tmp_path: Path) -> None:
    file = tmp_path / "demo.csv"
    said = io.StringIO()
    call_command("export_standard", "DEMO 1", "2024", "--format", "csv", "--output", str(file), stderr=said)
    assert file.read_bytes() == poured("DEMO 1", "2024", "--format", "csv")
    assert "bytes" in said.getvalue()
    with pytest.raises(CommandError, match="Nothing was written"):
        call_command("export_standard", "DEMO 1", "2024", "--format", "csv", "--output", str(tmp_path / "no" / "x"))
    with pytest.raises(CommandError, match="Nothing was written"):
        call_command("export_standard", "DEMO 1", "2024", "--format", "csv", "--output", str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["demo.csv"]


def test_the_command_names_what_there_is(edition: Edition) -> None:
    with pytest.raises(CommandError, match=r"'DEMO 1' '2024'"):
        poured("DEMO 2", "2024", "--format", "csv")


def test_an_unknown_edition_ends_with_one_and_an_empty_output() -> None:
    """The real program, on the database of this test: the message goes to standard error."""
    arguments = [sys.executable, "manage.py", "export_standard", "NOTHING", "1999", "--format", "json"]
    here = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    env = {**os.environ, "DATABASE_URL": here}
    ended = subprocess.run(arguments, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "There is no edition '1999' of 'NOTHING'" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("kind", FORMATS)
def test_whoever_is_signed_in_downloads(kind: str, edition: Edition, network: Network, sign_in: Any) -> None:
    client = sign_in(network.tomas)
    page = client.get("/standards/demo-1-2024/").content.decode()
    assert f'href="/standards/demo-1-2024/export/{kind}/"' in page
    answer = client.get(f"/standards/demo-1-2024/export/{kind}/")
    assert answer["Content-Disposition"] == f'attachment; filename="demo-1-2024{FORMATS[kind].suffix}"'
    assert answer["Content-Type"] == FORMATS[kind].media_type
    content = b"".join(answer.streaming_content)
    assert parse_upload(content, f"x{FORMATS[kind].suffix}") == exported(edition)


def test_only_what_there_is_can_be_downloaded(edition: Edition, network: Network, sign_in: Any) -> None:
    client = sign_in(network.adil)
    assert client.get("/standards/demo-1-2024/export/pdf/").status_code == 404
    assert client.get("/standards/nothing/export/csv/").status_code == 404
    assert client.get("/standards/import/template/yaml/").status_code == 404
    answer = client.get("/standards/import/template/xlsx/")
    assert parse_upload(b"".join(answer.streaming_content), "x.xlsx") == sample()
