"""Pango, which WeasyPrint draws with: found on the machine, installed, or unpacked under var/."""

import ctypes
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from launcher import debian, processes, project
from launcher.errors import Stop
from launcher.steps import step

DEBIAN_PACKAGES = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]
# Never beside the system's own: another C library would break every program that sees it.
OF_THE_SYSTEM = {"libc6", "libgcc-s1", "gcc-12-base", "gcc-14-base", "debconf"}
COMMANDS = {
    "brew": "brew install pango",
    "dnf": "sudo dnf install pango",
    "apk": "sudo apk add pango fontconfig harfbuzz-subset",
    "pacman": "sudo pacman -S pango",
    "zypper": "sudo zypper install libpango-1_0-0",
}
LINUX = [
    "libgobject-2.0.so.0",
    "libfontconfig.so.1",
    "libharfbuzz.so.0",
    "libpango-1.0.so.0",
    "libpangoft2-1.0.so.0",
]
MAC = ["libgobject-2.0.0.dylib", "libfontconfig.1.dylib", "libharfbuzz.0.dylib", "libpango-1.0.dylib"]
MAC += ["libpangoft2-1.0.dylib"]
MAC_FOLDERS = [Path("/opt/homebrew/lib"), Path("/usr/local/lib"), Path("/opt/local/lib")]
UNPACKED = project.VAR / "pango"


def ensure() -> None:
    """See to it that WeasyPrint will find Pango, or stop with the exact command to run."""
    if not missing() or unpacked_folders():
        return
    if debian.may_install():
        debian.install("Install Pango (apt)", DEBIAN_PACKAGES)
    elif debian.is_debian():
        with step("Unpack Pango under var/"):
            unpack(UNPACKED)
    else:
        raise Stop(f"Pango is missing; the PDF reports are drawn with it. Run this, then ./lab again: {command()}")


def missing() -> list[str]:
    """The libraries that the system's loader does not find."""
    return [name for name in (MAC if sys.platform == "darwin" else LINUX) if not loads(name)]


def loads(name: str) -> bool:
    places = [str(folder / name) for folder in MAC_FOLDERS] if sys.platform == "darwin" else []
    for place in [name, *places]:
        try:
            ctypes.CDLL(place)
        except OSError:
            continue
        return True
    return False


def command() -> str:
    for program, line in COMMANDS.items():
        if shutil.which(program):
            return line
    return "install Pango 1.44 or later with your system's package manager"


def environment() -> dict[str, str]:
    """What the loader needs to be told."""
    if sys.platform == "darwin":
        folders = [str(folder) for folder in MAC_FOLDERS if folder.is_dir()]
        return {"DYLD_FALLBACK_LIBRARY_PATH": ":".join(folders)}
    folders = [str(folder) for folder in unpacked_folders()]
    if not folders:
        return {}
    before = os.environ.get("LD_LIBRARY_PATH")
    return {"LD_LIBRARY_PATH": ":".join([*folders, *([before] if before else [])])}


def unpacked_folders(root: Path = UNPACKED) -> list[Path]:
    """The library folders of what was unpacked, when it was unpacked whole."""
    if not (root / "whole").exists():
        return []
    return sorted({found.parent for found in root.glob("root/**/lib/**/*.so.[0-9]*")})


def unpack(root: Path, status: str = "/var/lib/dpkg/status") -> None:
    """Fetch the packages with what they need and is missing here, as an ordinary user, and unpack them."""
    shutil.rmtree(root, ignore_errors=True)
    packages = root / "packages"
    for folder in (packages, root / "root", root / "lists" / "partial", root / "cache" / "partial"):
        folder.mkdir(parents=True)
    settings = root / "apt.conf"
    settings.write_text(private_apt(root, status), encoding="utf-8")
    environment = {**os.environ, "APT_CONFIG": str(settings), "LC_ALL": "C"}
    log = project.LOG / "apt.log"
    advice = f"By hand: sudo apt install {' '.join(DEBIAN_PACKAGES)}"
    processes.run("apt-get update", ["apt-get", "-q", "update"], log=log, environment=environment, advice=advice)
    names = needed(environment)
    download = ["apt-get", "-q", "download", *names]
    processes.run("apt-get download", download, log=log, environment=environment, folder=packages, advice=advice)
    for package in sorted(packages.glob("*.deb")):
        processes.run("dpkg", ["dpkg", "-x", package, root / "root"], log=log, advice=advice)
    for name in ("packages", "lists", "cache"):
        shutil.rmtree(root / name, ignore_errors=True)
    (root / "whole").write_text("\n".join(names) + "\n", encoding="utf-8")


def private_apt(root: Path, status: str) -> str:
    """apt with its lists and cache in our folder, knowing what the system has installed."""
    return "\n".join(
        [
            f'Dir::State::lists "{root / "lists"}";',
            f'Dir::State::status "{status}";',
            f'Dir::Cache "{root / "cache"}";',
            f'Dir::Cache::archives "{root / "cache"}";',
            'APT::Sandbox::User "";',
            'Acquire::Languages "none";',
            "",
        ]
    )


def needed(environment: dict[str, str]) -> list[str]:
    """The packages that an installation would add, asked by a rehearsal."""
    command = ["apt-get", "-s", "-q", "install", "--no-install-recommends", *DEBIAN_PACKAGES]
    rehearsal = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    names = re.findall(r"^Inst (\S+)", rehearsal.stdout, flags=re.MULTILINE)
    if not names:
        raise Stop(f"apt names nothing to install. By hand: sudo apt install {' '.join(DEBIAN_PACKAGES)}")
    return [name for name in names if name not in OF_THE_SYSTEM]
