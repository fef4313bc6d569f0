"""The site under fault: everything as it is, with the waits of the ledger shortened by the environment."""

from labaudit.settings.test import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.chaos.apps.ChaosConfig"]  # noqa: F405
MEDIA_ROOT = VAR_DIR / "media"  # noqa: F405
# Many browsers behind one address sign in at the same moment here.
ACCOUNT_RATE_LIMITS = False
