"""For the test suite: everything real, only the password hash cheaper and the key fixed."""

import tempfile
from pathlib import Path

from labaudit.settings.base import *  # noqa: F403

SECRET_KEY = SECRET_KEY or "test-only-key-that-guards-nothing-0123456789-abcdefghijklmnopqrstuvwxyz"  # noqa: F405
PASSWORD_HASHERS = [
    "core.hashing.QuickArgon2PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MEDIA_ROOT = Path(tempfile.gettempdir()) / "labaudit-test-media"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
