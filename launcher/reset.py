"""./lab reset: throw the trial data away."""

import argparse
import os
import shutil
import sys

from launcher import project, record, servers
from launcher.errors import Stop
from launcher.servant import RECORD, recorded_home
from launcher.steps import say, step

KEPT = {"programs", "pango", "project", RECORD}


def main(arguments: list[str]) -> int:
    asked = argparse.ArgumentParser(prog="./lab reset", description="Throw the trial data away (var/).")
    asked.add_argument("--yes", action="store_true", help="do not ask")
    options = asked.parse_args(arguments)
    if not project.VAR.exists():
        say("There is no trial data.")
        return 0
    refuse_while_running()
    if os.environ.get("DATABASE_URL"):
        say("DATABASE_URL is set: that database is yours and stays as it is.")
    if not (options.yes or confirmed()):
        say("Nothing was thrown away.")
        return 1
    with step("Throw the trial data away"):
        throw_away()
    return 0


def refuse_while_running() -> None:
    if record.is_up() or servers.in_use():
        raise Stop("The site is running. Stop it first: Ctrl-C where ./lab up runs.")
    record.stop_leftovers()
    servers.stop_recorded()


def confirmed() -> bool:
    say(f"This throws away the database, the uploaded files and the logs in {project.VAR}.")
    if not sys.stdin.isatty():
        raise Stop("There is nobody to ask. To go on without a question: ./lab reset --yes")
    return input("Type yes to go on: ").strip().lower() == "yes"


def throw_away() -> None:
    """Everything but the programs that were fetched."""
    elsewhere = recorded_home()
    for home in [home for home in (elsewhere, project.VAR) if home and home.exists()]:
        for path in home.iterdir():
            if path.name in KEPT:
                continue
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
