"""./lab up: everything from nothing to a running site, and back in order."""

import argparse
import time

from launcher import ports, project, record
from launcher.errors import Stop
from launcher.locks import Lock
from launcher.signals import listen_for_signals
from launcher.site import Site
from launcher.steps import say, say_why


def main(arguments: list[str]) -> int:
    options = parser().parse_args(arguments)
    project.make_folders()
    lock = Lock(project.RUN / record.LOCK)
    if not lock.alone():
        return already_up()
    listen_for_signals()
    try:
        return run(options)
    finally:
        record.forget()
        lock.release()


def parser() -> argparse.ArgumentParser:
    asked = argparse.ArgumentParser(prog="./lab up", description="Start the site with a demo network in it.")
    asked.add_argument("--host", default=ports.LOCAL, help="address to listen on (0.0.0.0: the whole network)")
    asked.add_argument("--port", type=port_number, default=8000, help="port to listen on (taken: the next free one)")
    asked.add_argument("--bare", action="store_true", help="no demo network; a link to make the first administrator")
    return asked


def port_number(text: str) -> int:
    number = int(text) if text.isdigit() else 0
    if not 0 < number < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port (1 to 65535)")
    return number


def run(options: argparse.Namespace) -> int:
    started = time.monotonic()
    project.need_disk()
    ports.must_be_ours(options.host)
    record.stop_leftovers()
    site = Site(options)
    try:
        return site.live(started)
    except Stop as reason:
        return say_why(str(reason))
    except KeyboardInterrupt:
        say()
        say("Stopping.")
        return 0
    finally:
        site.close()


def already_up() -> int:
    """Another ./lab up runs in this folder."""
    written = record.read_record()
    address = written.get("address")
    if address:
        say(f"The site is already up at {address} (process {written.get('launcher')}). Ctrl-C there stops it.")
    else:
        say("Another ./lab up is starting or stopping in this folder. Wait for it, or stop it with Ctrl-C.")
    return 1
