"""The system's Chromium, which the browser tests drive."""

import shutil

from launcher import debian
from launcher.errors import Stop

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def ensure() -> str:
    """The path of Chromium; as root on Debian it is installed when missing."""
    found = find()
    if found is None and debian.may_install():
        debian.install("Install Chromium (apt)", ["chromium"])
        found = find()
    if found is None:
        raise Stop(
            "Chromium is missing; the browser tests need it. On Debian: sudo apt install chromium   "
            "Without it: ./lab test --no-browser"
        )
    return found
