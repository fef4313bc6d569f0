"""./lab test: everything that must hold, on throw-away servers."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from launcher import chromium, environment, pango, project, servers, venv
from launcher.manage import foreground
from launcher.signals import listen_for_signals
from launcher.steps import WIDTH, say

WORKERS = ["-n", "2", "--dist", "loadgroup"]
OWN_WORKERS = ("-n", "--numprocesses", "--pdb", "--dist", "--tx")
DEPLOY_HOST = "labaudit.example"


@dataclass(frozen=True)
class Check:
    """One thing that must hold besides the tests."""

    name: str
    arguments: tuple[str, ...]
    settings: str = "test"


CHECKS = (
    Check("types (mypy)", ("-m", "mypy")),
    Check("lint (ruff check)", ("-m", "ruff", "check", ".")),
    Check("format (ruff format --check)", ("-m", "ruff", "format", "--check", ".")),
    Check("template format (djlint --check)", ("-m", "djlint", "--check", "--quiet", "templates")),
    Check("template lint (djlint --lint)", ("-m", "djlint", "--lint", "--quiet", "templates")),
    Check("imports (lint-imports)", ("-c", "from importlinter.cli import lint_imports_command as go; go()")),
    Check("migrations (makemigrations --check)", ("manage.py", "makemigrations", "--check", "--dry-run")),
    Check("deployment (check --deploy)", ("manage.py", "check", "--deploy", "--fail-level", "WARNING"), "prod"),
)


def main(arguments: list[str]) -> int:
    browser = "--no-browser" not in arguments
    wanted = [argument for argument in arguments if argument != "--no-browser"]
    listen_for_signals()
    project.make_folders()
    project.need_disk()
    python = venv.ensure("dev")
    pango.ensure()
    found = chromium.ensure() if browser else chromium.find()
    with servers.throw_away(durable=False) as thrown:
        env = test_environment(thrown, found)
        failed = [] if wanted else run_checks(python, env)
        code = foreground(pytest_command(python, wanted, browser), env)
    return code or (1 if failed else 0)


def test_environment(thrown: servers.ThrowAway, browser: str | None) -> dict[str, str]:
    env = environment.django(
        settings="test",
        database_url=thrown.database_url,
        broker_url=thrown.broker_url,
        var=thrown.folder / "var",
    )
    env |= {
        "LABAUDIT_PG_BIN": str(thrown.postgres_programs),
        "LABAUDIT_BROKER_BIN": str(thrown.broker_program),
        "PATH": f"{venv.PYTHON.parent}:{env.get('PATH', '')}",
    }
    return env | ({"LABAUDIT_CHROMIUM": browser} if browser else {})


def pytest_command(python: Path, wanted: list[str], browser: bool) -> list[str]:
    command = [str(python), "-m", "pytest"]
    if not any(argument.startswith(OWN_WORKERS) for argument in wanted):
        command += WORKERS
    return command + ([] if browser else ["-m", "not browser"]) + wanted


def run_checks(python: Path, env: dict[str, str]) -> list[str]:
    """Run every check, two at a time; show each when it is done, and what failed in the end."""
    failed = []
    pool = ThreadPoolExecutor(max_workers=2)
    try:
        for done in as_completed([pool.submit(run_check, python, check, env) for check in CHECKS]):
            check, seconds, code, output = done.result()
            say(f"  {check.name:<{WIDTH}} {seconds:6.1f} s{'' if code == 0 else '  FAILED'}")
            if code:
                failed.append(check.name)
                say("".join(f"      {line}\n" for line in output.splitlines()))
    finally:
        pool.shutdown(cancel_futures=True)
    if failed:
        say(f"  {len(failed)} of {len(CHECKS)} checks failed: {', '.join(failed)}")
    say()
    return failed


def run_check(python: Path, check: Check, env: dict[str, str]) -> tuple[Check, float, int, str]:
    own = {**env, "DJANGO_SETTINGS_MODULE": f"labaudit.settings.{check.settings}"}
    if check.settings == "prod":
        own |= {"ALLOWED_HOSTS": DEPLOY_HOST, "LABAUDIT_ORIGIN": f"https://{DEPLOY_HOST}"}
    started = time.monotonic()
    done = subprocess.run(
        [python, *check.arguments],
        cwd=project.ROOT,
        env=own,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    sys.stdout.flush()
    return check, time.monotonic() - started, done.returncode, done.stdout.decode(errors="replace")
