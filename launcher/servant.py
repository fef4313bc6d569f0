"""The unprivileged user that the servers run as when we are root: Postgres refuses to run as root."""

import json
import os
import pwd
import secrets
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launcher import project
from launcher.errors import Stop
from launcher.steps import note

ELSEWHERE = Path("/var/lib/labaudit")
RECORD = "server_home.json"


@dataclass(frozen=True)
class Servant:
    name: str
    uid: int
    gid: int

    def identity(self) -> dict[str, Any]:
        """What subprocess needs to run a program as this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def owns(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid)

    def can_enter(self, folder: Path) -> bool:
        entered = subprocess.run(
            ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            **self.identity(),
        )
        return entered.returncode == 0


def servant() -> Servant | None:
    """Nobody when we are an ordinary user; the user postgres, or nobody, when we are root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Servant(name, entry.pw_uid, entry.pw_gid)
    raise Stop("Postgres refuses root, and there is no user postgres or nobody. Run ./lab as an ordinary user.")


def server_home(who: Servant | None) -> Path:
    """Where the servers keep their data: var/, or a folder outside when their user cannot walk to var/."""
    if who is None:
        return project.VAR
    recorded = recorded_home()
    if recorded is not None:
        return recorded
    home = project.VAR if who.can_enter(project.VAR) else outside_home()
    if home != project.VAR:
        note(f"The user {who.name} cannot enter this folder; the database is kept in {home}.")
    record = {"project": str(project.ROOT), "home": str(home)}
    project.write_private(project.VAR / RECORD, json.dumps(record))
    return home


def recorded_home() -> Path | None:
    """The home chosen earlier, unless this folder is a copy of a project that still stands elsewhere."""
    try:
        record = json.loads((project.VAR / RECORD).read_text(encoding="utf-8"))
        owner, home = Path(record["project"]), Path(record["home"])
    except (OSError, ValueError, KeyError):
        return None
    if owner == project.ROOT:
        return home
    inside_old_place = home == owner / project.VAR.name
    return None if inside_old_place or owner.exists() else home


def outside_home() -> Path:
    """A new one each time: a fresh clone must not find the data of an older one that stood at its place."""
    home = ELSEWHERE / secrets.token_hex(6)
    home.mkdir(parents=True)
    (home / "project").write_text(f"{project.ROOT}\n", encoding="utf-8")
    for folder in (ELSEWHERE, home):
        folder.chmod(0o711)
    return home
