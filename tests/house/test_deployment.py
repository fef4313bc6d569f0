"""What can be checked of the production shape without an engine that runs containers."""

import os
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
PROD = {
    "DJANGO_SETTINGS_MODULE": "labaudit.settings.prod",
    "SECRET_KEY": "k7Qz-random-enough-for-a-check-9fJ2mXw8sLpT4vBnC6hRd0yEaG",
    "ALLOWED_HOSTS": "audits.example.org",
}


def clean_environment() -> dict[str, str]:
    """Ours, without what the browser tests of the same process set for themselves."""
    return {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**clean_environment(), **PROD, **environment}
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def test_check_deploy_has_no_warning() -> None:
    answer = manage("check", "--deploy", "--fail-level", "WARNING")
    assert answer.returncode == 0, answer.stderr


def test_a_short_secret_is_refused() -> None:
    answer = manage("check", SECRET_KEY="short")
    assert answer.returncode != 0
    assert "SECRET_KEY must be random" in answer.stderr


def test_secrets_may_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text(PROD["SECRET_KEY"] + "\n")
    env = clean_environment() | {**PROD, "SECRET_KEY_FILE": str(secret)}
    del env["SECRET_KEY"]
    command = [sys.executable, str(ROOT / "manage.py"), "check"]
    answer = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr


def test_compose_names_every_process_and_only_files_that_exist() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    assert {"web", "worker", "beat", "database", "broker", "proxy"} <= set(compose["services"])
    assert compose["services"]["database"]["image"] == "postgres:18"
    mounted = [
        v.split(":")[0] for s in compose["services"].values() for v in s.get("volumes", []) if v.startswith("./")
    ]
    assert all((ROOT / path).exists() for path in mounted)
    declared = set(compose["secrets"])
    used = {secret for service in compose["services"].values() for secret in service.get("secrets", [])}
    assert used <= declared


def test_the_image_runs_as_an_ordinary_user() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("USER")] == ["USER labaudit"]
