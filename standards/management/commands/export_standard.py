"""An edition as a file, for the person at the shell."""

import os
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from standards.models import Edition
from standards.queries.exporting import exported
from standards.writing.formats import FORMATS


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = "Write one edition of a standard to a file, or to standard output."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "code", metavar="CODE", help="code of the standard, such as “ISO/IEC 17025”, or its address"
        )
        parser.add_argument("edition", metavar="EDITION", help="year of the edition")
        parser.add_argument("--format", choices=sorted(FORMATS), required=True)
        parser.add_argument("--output", type=Path, metavar="FILE", help="where to write (default: standard output)")

    def handle(self, *args: Any, **options: Any) -> None:
        edition = self.edition(options["code"], options["edition"])
        content = FORMATS[options["format"]].write(exported(edition), edition.loaded_at)
        if options["output"] is None:
            self.pour(content)
        else:
            self.keep(content, options["output"])

    def edition(self, code: str, year: str) -> Edition:
        editions = Edition.objects.select_related("standard")
        named = Q(standard__code__iexact=code) | Q(standard__slug__iexact=code)
        found = editions.filter(named, year__iexact=year).first()
        if found is None:
            known = "\n".join(f"  {edition.standard.code!r} {edition.year!r}" for edition in editions)
            raise CommandError(f"There is no edition {year!r} of {code!r}. There are:\n{known or '  none'}")
        return found

    def pour(self, content: bytes) -> None:
        """Bytes as they are: a workbook, or a text with its own line ends."""
        self.stdout.flush()
        if self.stdout.isatty() and b"\0" in content:
            raise CommandError("A workbook cannot be shown here: name a file with --output.")
        self.stdout.buffer.write(content)  # type: ignore[attr-defined]
        self.stdout.buffer.flush()  # type: ignore[attr-defined]

    def keep(self, content: bytes, path: Path) -> None:
        """Whole or not at all: a file that was there before stays until the new one is complete."""
        try:
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
                try:
                    file.write(content)
                    file.flush()
                    os.fchmod(file.fileno(), 0o644)
                    os.replace(file.name, path)
                except OSError:
                    os.unlink(file.name)
                    raise
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}. Nothing was written.") from error
        self.stderr.write(f"{path}: {len(content)} bytes.")
