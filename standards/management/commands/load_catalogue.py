"""The catalogue that comes with the site."""

from typing import Any

from django.core.management.base import BaseCommand

from standards.services.loading import load_catalogue


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = "Load the standards and the grading scheme that come with the site. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(load_catalogue())
