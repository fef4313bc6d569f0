"""The floor, for gunicorn."""

import django

django.setup()

from benchmarks import floor  # noqa: E402

application = floor.Handler()
