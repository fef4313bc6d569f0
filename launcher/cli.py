"""Which command was asked for."""

import errno
import importlib
import sys

from launcher.errors import Stop
from launcher.steps import say, say_why, table

COMMANDS = {
    "up": "start the site with a demo network in it; Ctrl-C stops it   (--bare, --port N, --host H)",
    "test": "prove that everything holds   (--no-browser, or any pytest arguments)",
    "manage": "Django's commands with the database up, such as: ./lab manage shell",
    "bench": "measure; one JSON line per figure",
    "doctor": "say what is found on this machine and what is missing",
    "reset": "throw the trial data away   (--yes)",
}
HELP = ("-h", "--help", "help")


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] in HELP:
        show_help()
        return 0 if arguments else 2
    name, rest = arguments[0], arguments[1:]
    if name not in COMMANDS:
        print(f"There is no command {name!r}.\n", file=sys.stderr)
        show_help()
        return 2
    try:
        code: int = importlib.import_module(f"launcher.{name}").main(rest)
    except Stop as reason:
        return say_why(str(reason))
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        if error.errno == errno.ENOSPC:
            return say_why("The disk is full. Make room, then run ./lab again: it goes on where it stopped.")
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            return say_why(f"No permission for {error.filename}. Run ./lab as the user who owns this folder.")
        raise
    return code


def show_help() -> None:
    say("labaudit: laboratory audits from plan to report\n")
    say(table([[f"./lab {name}", text] for name, text in COMMANDS.items()]))
    say("\nEverything at run time lives in var/ and .venv/. More: README.md")
