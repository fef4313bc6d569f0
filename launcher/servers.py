"""Postgres and the broker together: started by the first ./lab that needs them, stopped by the last."""

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from launcher import broker, postgres, processes, programs, project
from launcher.broker import Broker
from launcher.locks import Lock, held
from launcher.postgres import Postgres
from launcher.processes import Process
from launcher.servant import Servant, servant, server_home
from launcher.steps import step

GATE = "servers.gate"
USERS = "servers.lock"
RECORD = "servers.json"


@dataclass
class Servers:
    """What Django is told, and the processes to watch (none for servers that are not ours)."""

    database_url: str
    broker_url: str
    processes: list[Process]
    postgres_folder: Path | None = None


@contextmanager
def running() -> Iterator[Servers]:
    """Use the project's own servers: start them when nobody did, stop them when nobody else needs them."""
    users = Lock(project.RUN / USERS)
    try:
        with held(project.RUN / GATE):
            users.shared()
            servers = find_or_start()
        yield servers
    finally:
        with held(project.RUN / GATE):
            users.release()
            if users.alone():
                stop_recorded()
            users.release()


def find_or_start() -> Servers:
    who = servant()
    home = server_home(who) if not all_given() else project.VAR
    recorded = read_record()
    given_database, given_broker = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    found: list[Process] = []
    if given_database:
        database_url, folder = given_database, None
    else:
        database, folder = own_postgres(home, who, recorded)
        database_url = database.url
        found += [database.process] if database.process else []
    if given_broker:
        broker_url = given_broker
    else:
        queue = own_broker(home, who, recorded)
        broker_url = queue.url
        found += [queue.process] if queue.process else []
    return Servers(database_url, broker_url, found, folder)


def all_given() -> bool:
    return bool(os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))


def own_postgres(home: Path, who: Servant | None, recorded: dict[str, dict[str, str]]) -> tuple[Postgres, Path]:
    """The project's Postgres, running: the one recorded when it still lives, else started now."""
    folder, log = home / "postgres", project.LOG / "postgres.log"
    before = recorded.get("postgres", {})
    found = programs.postgres_programs(home, who, postgres.data_major(folder))
    server = Postgres(found, folder, log, who, port=int(before.get("port", 0)))
    pid = int(before.get("pid", 0))
    if processes.is_ours(pid, "postgres", str(server.data)):
        server.process = Process("Postgres", pid, log)
        return server, folder
    with step(f"Start Postgres {found.version}" if server.data.exists() else f"Make a Postgres {found.version}"):
        process = start_or_stop(server)
    write_record("postgres", {"pid": str(process.pid), "port": str(server.port)})
    return server, folder


def own_broker(home: Path, who: Servant | None, recorded: dict[str, dict[str, str]]) -> Broker:
    """The project's broker, running."""
    program, log = programs.broker_program(home, who), project.LOG / "broker.log"
    queue = Broker(program, home / "valkey", log, who)
    before = recorded.get("broker", {})
    if before and processes.is_ours(int(before["pid"]), "server"):
        queue.port, queue.password = int(before["port"]), before["password"]
        if queue.ping():
            queue.process = Process("Broker", int(before["pid"]), log)
            return queue
    with step(f"Start the broker ({program.name})"):
        process = start_or_stop(queue)
    write_record("broker", {"pid": str(process.pid), "port": str(queue.port), "password": queue.password})
    return queue


def start_or_stop(server: Postgres | Broker) -> Process:
    """Start it; an interrupted start leaves nothing running."""
    try:
        return server.start()
    except BaseException:
        server.stop()
        raise


def stop_recorded() -> None:
    """Stop the broker, then Postgres; whoever started them."""
    recorded = read_record()
    queue, database = recorded.get("broker"), recorded.get("postgres")
    if queue and processes.is_ours(int(queue["pid"]), "server"):
        with step("Stop the broker"):
            broker.stop(Process("Broker", int(queue["pid"]), project.LOG / "broker.log"))
    if database and processes.is_ours(int(database["pid"]), "postgres"):
        with step("Stop Postgres"):
            postgres.stop(Process("Postgres", int(database["pid"]), project.LOG / "postgres.log"))
    for name in ("broker", "postgres"):
        if name in recorded:
            write_record(name, {})


def in_use() -> bool:
    """Some ./lab uses the servers now."""
    return project.RUN.exists() and Lock(project.RUN / USERS).taken()


def read_record() -> dict[str, dict[str, str]]:
    try:
        record = json.loads((project.RUN / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {name: values for name, values in record.items() if values}


def write_record(name: str, values: dict[str, str]) -> None:
    """The pid, port and password of one server; also a pid file for whoever looks with other tools."""
    record = {**read_record(), name: values}
    project.write_private(project.RUN / RECORD, json.dumps(record))
    pid_file = project.RUN / f"{name}.pid"
    if values:
        pid_file.write_text(values["pid"] + "\n", encoding="utf-8")
    else:
        with contextlib.suppress(FileNotFoundError):
            pid_file.unlink()


@dataclass
class ThrowAway:
    """Servers in a temporary folder, gone afterwards."""

    folder: Path
    database_url: str
    broker_url: str
    postgres_programs: Path
    broker_program: Path


@contextmanager
def throw_away(*, durable: bool) -> Iterator[ThrowAway]:
    """Fresh servers for tests and benchmarks. Tests that crash a server on purpose start their own."""
    who = servant()
    home = server_home(who)
    found = programs.postgres_programs(home, who, None)
    program = programs.broker_program(home, who)
    folder = Path(tempfile.mkdtemp(prefix="labaudit-"))
    folder.chmod(0o711)
    database = Postgres(found, folder / "postgres", folder / "postgres.log", who, durable, brief_life=True)
    queue = Broker(program, folder / "valkey", folder / "broker.log", who, brief_life=True)
    try:
        with step(f"Start a throw-away Postgres {found.version}"):
            database.start()
        with step(f"Start a throw-away broker ({program.name})"):
            queue.start()
        yield ThrowAway(folder, database.url, queue.url, found.folder, program)
    finally:
        queue.stop()
        database.stop()
        shutil.rmtree(folder, ignore_errors=True)
