"""Real servers in temporary folders, run by the same code as ./lab."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from launcher import programs, project
from launcher.broker import Broker
from launcher.postgres import Postgres
from launcher.programs import PostgresPrograms
from launcher.servant import servant, server_home


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that the servers' own user can enter (pytest's tmp_path is private to us)."""
    with tempfile.TemporaryDirectory(prefix="labaudit-launcher-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder


@pytest.fixture(scope="session")
def found_postgres() -> PostgresPrograms:
    project.make_folders()
    who = servant()
    return programs.postgres_programs(server_home(who), who, None)


@pytest.fixture(scope="session")
def found_broker() -> Path:
    project.make_folders()
    who = servant()
    return programs.broker_program(server_home(who), who)


@pytest.fixture
def new_postgres(found_postgres: PostgresPrograms) -> Iterator[Callable[[Path], Postgres]]:
    """Make a Postgres in a folder; it is stopped afterwards."""
    made: list[Postgres] = []

    def make(folder: Path) -> Postgres:
        folder.mkdir(parents=True, exist_ok=True)
        server = Postgres(found_postgres, folder / "postgres", folder / "postgres.log", servant(), durable=False)
        made.append(server)
        return server

    yield make
    for server in made:
        server.stop()


@pytest.fixture(scope="module")
def steady_postgres(found_postgres: PostgresPrograms) -> Iterator[Postgres]:
    """One running Postgres for the questions that change nothing."""
    with tempfile.TemporaryDirectory(prefix="labaudit-launcher-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        server = Postgres(found_postgres, folder / "postgres", folder / "log", servant(), durable=False)
        server.start()
        yield server
        server.stop()


@pytest.fixture
def new_broker(found_broker: Path) -> Iterator[Callable[[Path], Broker]]:
    """Make a broker in a folder; it is stopped afterwards."""
    made: list[Broker] = []

    def make(folder: Path) -> Broker:
        folder.mkdir(parents=True, exist_ok=True)
        broker = Broker(found_broker, folder / "valkey", folder / "broker.log", servant())
        made.append(broker)
        return broker

    yield make
    for broker in made:
        broker.stop()
