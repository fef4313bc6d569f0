"""The site under fault: everything as it is, with the waits of the ledger shortened by the environment."""

from labaudit.settings.test import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.chaos"]  # noqa: F405
MEDIA_ROOT = VAR_DIR / "media"  # noqa: F405
