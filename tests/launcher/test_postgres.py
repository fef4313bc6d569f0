"""The private Postgres: any folder, any end, never a lost password."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from launcher import postgres, programs
from launcher.errors import Stop
from launcher.postgres import Postgres
from launcher.servant import servant

Make = Callable[[Path], Postgres]
PAST_A_SOCKET_PATH = 107


def ask(server: Postgres, sql: str, *values: object) -> Any:
    connection = psycopg2.connect(server.url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


@pytest.mark.parametrize("name", ["with spaces and 'quotes'", "қазақша", "long" * 40])
def test_it_starts_in_any_folder(open_folder: Path, new_postgres: Make, name: str) -> None:
    server = new_postgres(open_folder / name)

    server.start()

    assert ask(server, "select current_database()") == "labaudit"


def test_the_long_folder_is_longer_than_a_socket_path(open_folder: Path) -> None:
    assert len(str(open_folder / ("long" * 40))) > PAST_A_SOCKET_PATH


def test_it_ignores_case_in_cyrillic_and_sorts_by_code_point(steady_postgres: Postgres) -> None:
    server = steady_postgres
    assert ask(server, "select lower(%s)", "ӘЛИЯ Ғ. ЛАБОРАТОРИЯ") == "әлия ғ. лаборатория"
    assert ask(server, "select %s ilike %s", "ЛАБОРАТОРИЯ", "%лабор%")
    assert ask(server, "select 'Z' < 'a'")


def test_it_listens_on_this_machine_only_and_wants_the_password(steady_postgres: Postgres) -> None:
    server = steady_postgres
    password = server.password_file.read_text(encoding="utf-8")

    assert ask(server, "show listen_addresses") == "127.0.0.1"
    assert ask(server, "show unix_socket_directories") == ""
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(server.url.replace(password, "guessed"))
    assert server.password_file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("durable", "expected"), [(True, "on"), (False, "off")])
def test_what_is_acknowledged_is_on_disk_unless_thrown_away(
    open_folder: Path, new_postgres: Make, durable: bool, expected: str
) -> None:
    server = new_postgres(open_folder)
    server.durable = durable
    server.start()

    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        assert ask(server, f"show {setting}") == expected


def test_the_data_stays_from_start_to_start(open_folder: Path, new_postgres: Make) -> None:
    server = new_postgres(open_folder)
    server.start()
    ask(server, "create table kept as select 42 as answer")
    server.stop()

    server.start()

    assert ask(server, "select answer from kept") == 42


def test_after_a_crash_it_starts_again_with_its_data(open_folder: Path, new_postgres: Make) -> None:
    server = new_postgres(open_folder)
    server.durable = True
    server.start()
    ask(server, "create table kept as select 42 as answer")
    server.kill()
    assert (server.data / "postmaster.pid").exists()

    server.start()

    assert ask(server, "select answer from kept") == 42


def test_a_pid_file_with_the_number_of_another_program_is_no_hindrance(open_folder: Path, new_postgres: Make) -> None:
    server = new_postgres(open_folder)
    server.start()
    note = (server.data / "postmaster.pid").read_text(encoding="utf-8")
    server.stop()
    who = servant()
    other = subprocess.Popen(["sleep", "60"], **(who.identity() if who else {}))
    try:
        (server.data / "postmaster.pid").write_text(f"{other.pid}\n" + note.partition("\n")[2], encoding="utf-8")

        server.start()

        assert ask(server, "select 1") == 1
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_server_left_over_by_a_crash_is_stopped_first(open_folder: Path, new_postgres: Make) -> None:
    first = new_postgres(open_folder)
    left = first.start()
    second = new_postgres(open_folder)

    second.start()

    assert not left.alive()
    assert ask(second, "select 1") == 1


def test_a_half_made_database_is_made_anew(open_folder: Path, new_postgres: Make) -> None:
    (open_folder / "postgres" / "data.new" / "base").mkdir(parents=True)
    server = new_postgres(open_folder)

    server.start()

    assert ask(server, "select 1") == 1


def test_when_it_cannot_start_the_sentence_has_its_last_words(open_folder: Path, new_postgres: Make) -> None:
    server = new_postgres(open_folder)
    server.start()
    server.stop()
    (server.data / "PG_VERSION").write_text("9\n", encoding="utf-8")

    with pytest.raises(Stop, match=r"not compatible|incompatible") as refused:
        server.start()

    assert str(server.log) in str(refused.value)


def test_it_does_not_run_as_root(steady_postgres: Postgres) -> None:
    who = servant()
    assert steady_postgres.data.stat().st_uid == (who.uid if who else os.geteuid())
    assert steady_postgres.data.stat().st_uid != 0


def test_the_version_of_the_data_is_read(open_folder: Path, steady_postgres: Postgres) -> None:
    assert postgres.data_major(open_folder) is None
    assert postgres.data_major(steady_postgres.folder) == steady_postgres.programs.major


def test_data_of_a_newer_version_is_told_plainly(open_folder: Path, new_postgres: Make) -> None:
    server = new_postgres(open_folder)
    server.data.mkdir(parents=True)
    (server.data / "PG_VERSION").write_text("99\n", encoding="utf-8")

    with pytest.raises(Stop) as refused:
        programs.postgres_programs(open_folder, servant(), postgres.data_major(server.folder))

    assert "made by a newer version of Postgres: 99" in str(refused.value)
    assert "Install Postgres 99" in str(refused.value)
    assert "./lab reset" in str(refused.value)


def test_data_of_an_older_version_is_not_called_newer() -> None:
    assert "made by another version of Postgres: 15, and here is 18" in programs.other_version(15, [18])
