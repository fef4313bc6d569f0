"""For the developer at work: DEBUG on, servers from the environment."""

from labaudit.settings.base import *  # noqa: F403

DEBUG = True
SECRET_KEY = SECRET_KEY or "development-only-key-that-never-leaves-this-machine-000000"  # noqa: F405
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
