"""For the test suite: everything real, only the password hash cheaper and the key fixed."""

import os

from labaudit.settings.base import *  # noqa: F403

SECRET_KEY = SECRET_KEY or "test-only-key-that-guards-nothing-0123456789-abcdefghijklmnopqrstuvwxyz"  # noqa: F405
PASSWORD_HASHERS = [
    "core.hashing.QuickArgon2PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Each run and each of its processes has a folder of its own: people and clones never meet in one.
MEDIA_ROOT = VAR_DIR / "test-media" / os.environ.get("PYTEST_XDIST_WORKER", "alone")  # noqa: F405
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
