"""python -m benchmarks [start] [--size demo|large|both] [--audits N] [--only NAME] [--quick]"""

import argparse
import os
import sys

import django

from benchmarks.measuring import say

FULL, QUICK = 60, 15


def main() -> int:
    options = parser().parse_args()
    if options.what == "start":
        from benchmarks.start import figures as starts

        for figure in starts(options.quick):
            figure.print()
        return 0
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labaudit.settings.trial")
    django.setup()
    from benchmarks.guard import ForeignData
    from benchmarks.run import run

    try:
        run(options.size, options.audits, options.only, QUICK if options.quick else FULL)
    except ForeignData as reason:
        say(str(reason))
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    asked = argparse.ArgumentParser(prog="./lab bench", description="Measure; one JSON line per figure.")
    asked.add_argument("what", nargs="?", choices=["pages", "start"], default="pages", help="start: ./lab up, twice")
    asked.add_argument("--size", choices=["demo", "large", "both"], default="both", help="how much data there is")
    asked.add_argument("--audits", type=int, default=1000, help="audits of the large size")
    asked.add_argument("--only", default="", metavar="NAME", help="only figures whose name holds NAME")
    asked.add_argument("--quick", action="store_true", help=f"{QUICK} turns instead of {FULL}")
    return asked


if __name__ == "__main__":
    sys.exit(main())
