"""./lab doctor: what is found, and what is missing."""

import os
import platform
import shutil
import sys

from launcher import chromium, debian, pango, ports, postgres, programs, project, record, venv
from launcher.servant import recorded_home, servant
from launcher.steps import say, table

Row = tuple[bool, str, str]


def main(arguments: list[str]) -> int:
    rows = [python(), environment("base"), environment("dev"), pango_row(), *postgres_rows(), broker_row()]
    rows += [chromium_row(), disk(), port(), state()]
    say(table([["ok" if good else "--", name, found] for good, name, found in rows]))
    return 0 if all(good for good, _, _ in rows) else 1


def python() -> Row:
    return True, "Python", f"{platform.python_version()}  {sys.executable}"


def environment(name: str) -> Row:
    try:
        stamp = venv.read_stamp()
    except PermissionError:
        return False, f"Packages ({name})", "not readable for this user"
    done = os.access(venv.PYTHON, os.X_OK) and stamp.get(name) == venv.digest(name)
    needed = "./lab up" if name == "base" else "./lab test"
    return (
        True,
        f"Packages ({name})",
        "installed in .venv" if done else f"not installed yet; {needed} does it",
    )


def pango_row() -> Row:
    missing = pango.missing()
    if not missing:
        return True, "Pango", "on the system"
    if pango.unpacked_folders():
        return True, "Pango", "unpacked under var/pango"
    if debian.is_debian():
        return True, "Pango", "missing; ./lab up fetches it"
    return False, "Pango", f"missing ({', '.join(missing)}): {pango.command()}"


def postgres_rows() -> list[Row]:
    if os.environ.get("DATABASE_URL"):
        return [(True, "Postgres", "DATABASE_URL is set; none is started")]
    home = recorded_home() or project.VAR
    found = [*programs.postgres_on_machine(), *programs.postgres_in_wheel(home)]
    text = ", ".join(f"{each.version} in {each.folder}" for each in found) or "none here; ./lab up fetches a wheel"
    rows = [(True, "Postgres", text)]
    major = postgres.data_major(home / "postgres")
    if major:
        fits = any(each.major == major for each in found) or major == programs.NEWEST
        rows.append((fits, "Database", f"made by Postgres {major}, in {home / 'postgres'}"))
    else:
        rows.append((True, "Database", "none yet; ./lab up makes it"))
    who = servant()
    if who:
        rows.append((True, "Servers run as", who.name))
    return rows


def broker_row() -> Row:
    if os.environ.get("REDIS_URL"):
        return True, "Broker", "REDIS_URL is set; none is started"
    found = programs.broker_on_machine() or programs.broker_in_wheel(recorded_home() or project.VAR)
    return True, "Broker", str(found) if found else "none here; ./lab up fetches a wheel"


def chromium_row() -> Row:
    found = chromium.find()
    if found:
        return True, "Chromium", found
    if debian.may_install():
        return True, "Chromium", "missing; ./lab test installs it"
    return False, "Chromium", "missing; only the browser tests need it (sudo apt install chromium)"


def disk() -> Row:
    free = shutil.disk_usage(project.ROOT).free // 1_000_000
    needed = project.LATER_START_MB if project.VENV.exists() else project.FIRST_START_MB
    return free >= needed, "Disk", f"{free} MB free, {needed} MB needed"


def port() -> Row:
    free = ports.is_free(ports.LOCAL, 8000)
    return True, "Port 8000", "free" if free else "taken; ./lab up takes the next free one"


def state() -> Row:
    if record.is_up():
        return True, "The site", f"up at {record.read_record().get('address', '(starting)')}"
    return True, "The site", "not running"
