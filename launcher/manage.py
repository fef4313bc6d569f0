"""./lab manage: Django's commands, with the servers up."""

import signal
import subprocess

from launcher import environment, pango, project, record, servers, venv
from launcher.processes import die_with_parent
from launcher.signals import listen_for_signals
from launcher.steps import quiet_steps

DEFAULT_PORT = 8000


def main(arguments: list[str]) -> int:
    quiet_steps()
    listen_for_signals()
    project.make_folders()
    project.need_disk()
    python = venv.ensure("base")
    pango.ensure()
    with servers.running() as running:
        env = environment.django(
            settings="trial",
            database_url=running.database_url,
            broker_url=running.broker_url,
            port=up_port() or DEFAULT_PORT,
        )
        return foreground([str(python), "manage.py", *arguments], env)


def up_port() -> int | None:
    """The port of the site that is up, so that links in letters are right."""
    address = record.read_record().get("address", "")
    port = address.rpartition(":")[2]
    return int(port) if port.isdigit() else None


def foreground(command: list[str], env: dict[str, str]) -> int:
    """Run at the terminal; Ctrl-C is the command's own affair."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_us = die_with_parent()

    def listen_again() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if end_with_us:
            end_with_us()

    try:
        child = subprocess.Popen(command, cwd=project.ROOT, env=env, preexec_fn=listen_again)
        try:
            return child.wait()
        except KeyboardInterrupt:
            child.terminate()
            child.wait()
            raise
    finally:
        signal.signal(signal.SIGINT, before)
