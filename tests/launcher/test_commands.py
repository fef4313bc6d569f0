"""./lab as a person meets it, run for real in a folder of its own."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from launcher import project
from launcher.cli import COMMANDS
from launcher.test import CHECKS, pytest_command


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The launcher in a fresh folder."""
    folder = tmp_path / "a fresh clone"
    folder.mkdir()
    shutil.copytree(project.ROOT / "launcher", folder / "launcher")
    shutil.copytree(project.REQUIREMENTS, folder / "requirements")
    shutil.copy2(project.ROOT / "lab", folder / "lab")
    return folder


def lab(folder: Path, *arguments: str, python: Sequence[str] = (sys.executable,)) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return subprocess.run(
        [*python, str(folder / "lab"), *arguments],
        cwd="/",
        env=clean,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_help_names_every_command(clone: Path) -> None:
    shown = lab(clone, "--help")

    assert shown.returncode == 0
    assert all(f"./lab {name}" in shown.stdout for name in COMMANDS)


def test_an_unknown_command_gives_the_list(clone: Path) -> None:
    shown = lab(clone, "upp")

    assert shown.returncode == 2
    assert "There is no command 'upp'" in shown.stderr
    assert "./lab up" in shown.stdout


@pytest.mark.parametrize("port", ["0", "65536", "eighty", "-1"])
def test_a_port_that_is_none_is_refused(clone: Path, port: str) -> None:
    shown = lab(clone, "up", f"--port={port}")

    assert shown.returncode == 2
    assert "is not a port" in shown.stderr


def test_the_doctor_says_what_is_not_there_yet(clone: Path) -> None:
    shown = lab(clone, "doctor")

    assert "not installed yet; ./lab up does it" in shown.stdout
    assert "none yet; ./lab up makes it" in shown.stdout
    assert not (clone / "var").exists(), "looking changes nothing"


def test_reset_asks_and_does_nothing_unanswered(clone: Path) -> None:
    kept = clone / "var" / "media" / "photo.jpg"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"evidence")

    shown = lab(clone, "reset")

    assert shown.returncode == 1
    assert "./lab reset --yes" in shown.stderr
    assert kept.exists()


def test_reset_throws_the_data_away_but_keeps_what_was_fetched(clone: Path) -> None:
    for name in ("media", "postgres", "programs"):
        (clone / "var" / name / "inside").mkdir(parents=True)

    shown = lab(clone, "reset", "--yes")

    assert shown.returncode == 0
    assert [path.name for path in (clone / "var").iterdir()] == ["programs"]


def test_missing_venv_is_told_with_the_command(clone: Path) -> None:
    """As on Debian without python3-venv, and as an ordinary user."""
    without = "import sys, importlib.util as u; find = u.find_spec;"
    without += "u.find_spec = lambda name, *rest: None if name == 'ensurepip' else find(name, *rest);"
    without += "from launcher import debian; debian.may_install = lambda: False;"
    without += "from launcher.cli import main; sys.exit(main(['up']))"
    shown = subprocess.run(
        [sys.executable, "-c", without, str(clone)], cwd=clone, capture_output=True, text=True, check=False
    )

    assert shown.returncode == 1
    assert "venv module is missing" in shown.stderr
    assert "Traceback" not in shown.stderr


def test_an_old_python_is_told_so(clone: Path) -> None:
    pretend = "import sys, shutil, runpy; sys.version_info = (3, 9); shutil.which = lambda name: None;"
    pretend += "runpy.run_path(sys.argv[1], run_name='__main__')"
    shown = subprocess.run(
        [sys.executable, "-c", pretend, str(clone / "lab")], capture_output=True, text=True, check=False
    )

    assert shown.returncode == 1
    assert "labaudit needs Python 3.11 or later; this is 3.9" in shown.stderr


def test_a_full_disk_is_told_before_anything_is_made(clone: Path) -> None:
    script = "import sys; from launcher import project; project.FIRST_START_MB = 10**9;"
    script += "from launcher.cli import main; sys.exit(main(['up']))"
    shown = subprocess.run([sys.executable, "-c", script], cwd=clone, capture_output=True, text=True, check=False)

    assert shown.returncode == 1
    assert "Not enough disk" in shown.stderr
    assert not (clone / ".venv").exists()


@pytest.mark.parametrize("file", sorted(project.REQUIREMENTS.glob("*")), ids=lambda file: file.name)
def test_requirement_files_hold_no_address(file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host", text)


@pytest.mark.parametrize("name", ["base", "dev", "servers"])
def test_every_requirement_is_locked_by_hash(name: str) -> None:
    text = (project.REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8")
    entries = [entry for entry in re.split(r"\n(?=\S)", text) if entry.strip() and not entry.startswith("#")]

    assert entries
    assert not [entry.split()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry]


def test_the_launcher_needs_nothing_but_the_standard_library() -> None:
    """-S leaves site-packages out, -I everything else of ours."""
    names = ", ".join(f"launcher.{file.stem}" for file in (project.ROOT / "launcher").glob("[a-z]*.py"))
    script = f"import sys; sys.path.insert(0, {str(project.ROOT)!r}); import {names}"
    shown = subprocess.run([sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, check=False)

    assert shown.returncode == 0, shown.stderr


def test_pytest_gets_two_workers_unless_told_otherwise() -> None:
    python = Path("python")
    assert pytest_command(python, [], True)[3:5] == ["-n", "2"]
    assert "2" not in pytest_command(python, ["-n4"], True)
    assert "-n" not in pytest_command(python, ["--pdb", "tests/core"], True)
    assert pytest_command(python, [], False)[-2:] == ["-m", "not browser"]


def test_every_check_has_a_name_of_its_own() -> None:
    assert len({check.name for check in CHECKS}) == len(CHECKS) == 8


def test_the_door_for_machines_calls_the_same_command() -> None:
    door = project.ROOT / ".ci" / "run"

    assert os.access(door, os.X_OK)
    assert "exec ./lab test" in door.read_text(encoding="utf-8")


CHOOSE_HOME = """
import sys
from pathlib import Path
from launcher import project, servant
servant.ELSEWHERE = Path(sys.argv[1])
project.make_folders()
print(servant.server_home(servant.servant()))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers run as somebody else")
def test_in_a_private_folder_the_data_goes_outside_and_a_new_clone_never_finds_the_old(clone: Path) -> None:
    clone.chmod(0o700)

    def choose() -> str:
        command = [sys.executable, "-c", CHOOSE_HOME, str(clone.parent / "outside")]
        shown = subprocess.run(command, cwd=clone, capture_output=True, text=True, check=True)
        return shown.stdout.splitlines()[-1]

    first = choose()
    assert Path(first).parent == clone.parent / "outside"
    assert choose() == first
    shutil.rmtree(clone / "var")
    assert choose() != first
