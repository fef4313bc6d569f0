"""./lab bench: the figures, on fresh servers that keep every row safe, as in earnest."""

from launcher import chromium, environment, pango, project, servers, venv
from launcher.manage import foreground
from launcher.signals import listen_for_signals
from launcher.steps import quiet_steps


def main(arguments: list[str]) -> int:
    quiet_steps()
    listen_for_signals()
    project.make_folders()
    project.need_disk()
    python = venv.ensure("dev")
    pango.ensure()
    with servers.throw_away(durable=True) as thrown:
        env = environment.django(
            settings="trial",
            database_url=thrown.database_url,
            broker_url=thrown.broker_url,
            var=thrown.folder / "var",
        )
        env |= {
            "LABAUDIT_PG_BIN": str(thrown.postgres_programs),
            "LABAUDIT_BROKER_BIN": str(thrown.broker_program),
        }
        browser = chromium.find()
        env |= {"LABAUDIT_CHROMIUM": browser} if browser else {}
        return foreground([str(python), "-m", "benchmarks", *arguments], env)
