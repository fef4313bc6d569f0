"""Packages of Debian and its family."""

import os
import shutil
from pathlib import Path

from launcher import processes, project
from launcher.steps import step


def is_debian() -> bool:
    return Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def may_install() -> bool:
    return is_debian() and os.geteuid() == 0


def install(title: str, packages: list[str]) -> None:
    """apt-get install without questions; lists are fetched first, since old ones name files long gone."""
    log = project.LOG / "apt.log"
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    wait = ["-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=3"]
    advice = f"By hand: apt-get install {' '.join(packages)}"
    with step(title):
        processes.run("apt-get update", ["apt-get", "-q", *wait, "update"], log=log, environment=quiet, advice=advice)
        command = ["apt-get", "-q", "-y", *wait, "install", "--no-install-recommends", *packages]
        processes.run("apt-get install", command, log=log, environment=quiet, advice=advice)
