"""Make the database ready: tables, catalogue, demo network. Quick when there is nothing to do."""

import json
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


class Command(BaseCommand):
    # The checks read every address and view; web and worker, which start beside this, make them anyway.
    requires_system_checks: list[str] = []
    help = "Migrate, load the catalogue and the demo network (or, with --bare, print a one-time setup link)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bare", action="store_true", help="no demo network; print a link for the first person")

    def handle(self, *args: Any, **options: Any) -> None:
        self.step("tables", self.migrate)
        self.step("catalogue", self.catalogue)
        if options["bare"]:
            answer: dict[str, Any] = self.setup_link()
        else:
            self.step("demo network", self.demo)
            answer = {"people": self.people()}
        self.stdout.write(json.dumps(answer, ensure_ascii=False))

    def step(self, name: str, work: Callable[[], str]) -> None:
        began = time.monotonic()
        text = work()
        self.stdout.write(f"{name}: {text} ({time.monotonic() - began:.1f} s)")
        self.stdout.flush()

    def migrate(self) -> str:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if not plan:
            return "up to date"
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        call_command("createcachetable")
        return f"{len(plan)} migrations applied"

    def catalogue(self) -> str:
        from standards.services.loading import load_catalogue

        return load_catalogue()

    def demo(self) -> str:
        from labaudit.demo import seed

        return seed()

    def people(self) -> list[dict[str, str]]:
        from labaudit.demo import demo_people

        return demo_people()

    def setup_link(self) -> dict[str, str]:
        from accounts.models import User
        from accounts.services import new_setup_link

        if User.objects.exists():
            return {"note": "People exist already: sign in, or ask an administrator."}
        return {"setup_link": f"{settings.LABAUDIT_ORIGIN}/setup/{new_setup_link()}/"}
