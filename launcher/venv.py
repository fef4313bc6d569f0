"""The project's own Python environment, made once and remembered by a stamp."""

import hashlib
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from launcher import debian, processes, project
from launcher.errors import Stop
from launcher.steps import note, step

VERSION = "{}.{}".format(*sys.version_info[:2])
PYTHON = project.VENV / "bin" / "python"
STAMP = project.VENV / "labaudit.json"


def ensure(*names: str) -> Path:
    """The interpreter of .venv with these requirement files installed."""
    if not usable():
        make()
    for name in names:
        install(name)
    return PYTHON


def usable() -> bool:
    """The environment is whole, was made at this place, and by a Python of this version."""
    if not os.access(PYTHON, os.X_OK):
        return False
    stamp = read_stamp() or adopt()
    return stamp.get("path") == str(project.VENV) and stamp.get("python") == VERSION


def adopt() -> dict[str, str]:
    """Take over an environment made by hand (python -m venv), if it is whole and where it was made."""
    try:
        config = (project.VENV / "pyvenv.cfg").read_text(encoding="utf-8")
    except OSError:
        return {}
    if not any(line.startswith("command") and line.endswith(f" {project.VENV}") for line in config.splitlines()):
        return {}
    asked = subprocess.run(
        [PYTHON, "-c", "import pip, sys; print('%d.%d' % sys.version_info[:2])"],
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode:
        return {}
    stamp = {"path": str(project.VENV), "python": asked.stdout.strip()}
    write_stamp(stamp)
    return stamp


def make() -> None:
    need_venv_module()
    if project.VENV.is_symlink():
        project.VENV.unlink()
    elif project.VENV.exists():
        note("The Python environment is half-made, moved or of another Python version: making it anew.")
        shutil.rmtree(project.VENV)
    with step(f"Make .venv with Python {platform.python_version()}"):
        log = project.LOG / "venv.log"
        processes.run("Making .venv", [sys.executable, "-m", "venv", project.VENV], log=log)
        write_stamp({"path": str(project.VENV), "python": VERSION})


def need_venv_module() -> None:
    """Debian splits venv off; as root there it is fetched, elsewhere the command is named."""
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        return
    package = f"python3.{sys.version_info.minor}-venv"
    if debian.may_install():
        debian.install("Install Python's venv module", [package])
        return
    if debian.is_debian():
        raise Stop(f"Python's venv module is missing. Run: sudo apt install {package}   then ./lab again.")
    raise Stop("Python's venv module is missing. Install the full Python 3.11 or later, then run ./lab again.")


def install(name: str) -> None:
    """Install one requirement file unless its stamp says it is there."""
    file = requirement_file(name)
    stamp = read_stamp()
    if stamp.get(name) == digest(name):
        return
    with step(f"Install requirements/{file.name}"):
        stamp.pop(name, None)
        write_stamp(stamp)
        pip("Installing the Python packages", "--require-hashes", "-r", str(file))
        write_stamp({**stamp, name: digest(name)})


def requirement_file(name: str) -> Path:
    return project.REQUIREMENTS / f"{name}.txt"


def digest(name: str) -> str:
    return hashlib.sha256(requirement_file(name).read_bytes()).hexdigest()


def pip(what: str, *arguments: str) -> None:
    quiet = ("--quiet", "--no-input", "--disable-pip-version-check", "--progress-bar", "off", "--no-compile")
    processes.run(
        what,
        [PYTHON, "-m", "pip", "install", *quiet, *arguments],
        log=project.LOG / "pip.log",
        advice="Is there a connection to the package index? Run ./lab again to go on where it stopped.",
    )


def read_stamp() -> dict[str, str]:
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(stamp: dict[str, str]) -> None:
    project.write_private(STAMP, json.dumps(stamp, indent=1))
