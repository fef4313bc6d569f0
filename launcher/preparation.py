"""Tables, catalogue and demo network, made ready by one process of Django."""

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any, Self

from launcher import processes, project
from launcher.errors import Stop
from launcher.steps import note


class Preparation:
    """manage.py prepare: migrations, catalogue, demo network; it tells who may sign in."""

    def __init__(self, python: Path, env: dict[str, str], bare: bool) -> None:
        self.log = project.LOG / "prepare.log"
        command = [str(python), "manage.py", "prepare", *(["--bare"] if bare else [])]
        with self.log.open("ab") as errors:
            self.process = subprocess.Popen(
                command,
                cwd=project.ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
            )

    def result(self) -> dict[str, Any]:
        last = ""
        for raw in self.process.stdout or ():
            line = raw.decode(errors="replace").rstrip()
            last = line or last
            if line and not line.startswith("{"):
                note(line)
        try:
            if self.process.wait() == 0:
                told: dict[str, Any] = json.loads(last or "{}")
                return told
        except ValueError:
            pass
        words = "\n".join(f"    {line}" for line in processes.tail(self.log).splitlines())
        raise Stop(f"Preparing the database failed. Its last words:\n{words}\n    The whole log: {self.log}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *ending: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def migrations_mark() -> str:
    """Changes when any migration, of ours or of a library, may have changed."""
    digest = hashlib.sha256((project.REQUIREMENTS / "base.txt").read_bytes())
    for file in sorted(project.ROOT.glob("*/migrations/*.py")):
        digest.update(str(file.relative_to(project.ROOT)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()
