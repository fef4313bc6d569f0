"""The demo network."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from labaudit.demo import demo_people, seed
from labaudit.demo.large import seed_network


class Command(BaseCommand):
    help = "Build the demo network: invented ministries, laboratories, people and audits. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--today", type=date.fromisoformat, help="the day from which all dates are counted")
        parser.add_argument("--audits", type=int, default=0, help="add so many plain audits, for measuring")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(seed(options["today"]))
        if options["audits"]:
            self.stdout.write(seed_network(options["audits"]))
        for person in demo_people():
            self.stdout.write("  ".join([person["role"].ljust(32), person["email"].ljust(36), person["password"]]))
