"""A standard from a file, for the person at the shell."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import RuleBroken
from standards.parsing.files import parse_folder
from standards.parsing.limits import LARGEST_FILE
from standards.parsing.rows import ParsedEdition, ParseFailed
from standards.parsing.uploads import parse_apart
from standards.queries.differences import LoadResult, compare
from standards.services.loading import load_edition


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = "Load one edition of a standard from a YAML, JSON, CSV or XLSX file, or from a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
        parser.add_argument("--standard", default="", help="code of the standard, when the file does not name it")
        parser.add_argument("--year", default="", help="year of the edition, when the file does not name it")
        parser.add_argument("--title", default="", help="title of the standard, when the file does not name it")
        parser.add_argument("--checklist", default="", help="title of the checklist to publish")

    def handle(self, *args: Any, **options: Any) -> None:
        parsed = self.parsed(options)
        for note in parsed.notes:
            self.stderr.write(note)
        result = compare(parsed) if options["dry_run"] else self.loaded(parsed)
        self.tell(result, options)

    def parsed(self, options: dict[str, Any]) -> ParsedEdition:
        path: Path = options["file"]
        header = {name: options[name] for name in ("standard", "year", "title", "checklist")}
        try:
            if path.is_dir():
                return parse_folder(path)
            if path.stat().st_size > LARGEST_FILE:
                raise CommandError(f"{path.name}: larger than 5 MB.")
            return parse_apart(path.read_bytes(), path.name, header)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}.") from error
        except ParseFailed as failed:
            raise CommandError(f"{failed}\nNothing was changed.") from failed

    def loaded(self, parsed: ParsedEdition) -> LoadResult:
        try:
            return load_edition(parsed)
        except RuleBroken as broken:
            raise CommandError(f"{broken.reason}\nNothing was changed.") from broken

    def tell(self, result: LoadResult, options: dict[str, Any]) -> None:
        """What changed on standard output; what the file holds beyond that was said on standard error."""
        if options["dry_run"] or options["verbosity"] > 1:
            for difference in result.differences:
                self.stdout.write(f"{difference.change} {difference.thing} {difference.number}: {difference.words}")
        self.stdout.write(result.summary() + (" (nothing was changed)" if options["dry_run"] else ""))
