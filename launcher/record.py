"""What ./lab up wrote down about itself: its address, and the processes it started."""

import json
import os
from typing import Any

from launcher import processes, project
from launcher.locks import Lock
from launcher.processes import Process
from launcher.steps import note

LOCK = "up.lock"
RECORD = "up.json"


def is_up() -> bool:
    """A ./lab up runs in this folder now."""
    lock = project.RUN / LOCK
    return lock.exists() and os.access(lock, os.R_OK | os.W_OK) and Lock(lock).taken()


def read_record() -> dict[str, Any]:
    try:
        record = json.loads((project.RUN / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def write_record(address: str, started: list[Process]) -> None:
    record = {"address": address, "launcher": os.getpid(), "pids": {each.name: each.pid for each in started}}
    project.write_private(project.RUN / RECORD, json.dumps(record))


def forget() -> None:
    project.write_private(project.RUN / RECORD, "{}")


def stop_leftovers() -> None:
    """After a crash of ./lab itself its children may still run: end them before starting new ones."""
    for name, pid in read_record().get("pids", {}).items():
        if processes.is_ours(pid, "labaudit") or processes.is_ours(pid, str(project.VENV)):
            note(f"{name} of an earlier run was still there (process {pid}): stopping it.")
            Process(name, pid, project.LOG / f"{name}.log").stop(5)
