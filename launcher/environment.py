"""What the Django processes are told through their environment."""

import os
import secrets
import socket
from pathlib import Path

from launcher import pango, ports, project


def secret_key() -> str:
    """The trial's own key, made once."""
    if not project.SECRET_KEY.exists():
        project.write_private(project.SECRET_KEY, secrets.token_urlsafe(64))
    return project.SECRET_KEY.read_text(encoding="utf-8").strip()


def django(
    *,
    settings: str,
    database_url: str,
    broker_url: str,
    var: Path = project.VAR,
    host: str = ports.LOCAL,
    port: int = 8000,
) -> dict[str, str]:
    """The whole environment: ours on top of the caller's."""
    ours = {
        "DJANGO_SETTINGS_MODULE": f"labaudit.settings.{settings}",
        "DATABASE_URL": database_url,
        "REDIS_URL": broker_url,
        "LABAUDIT_VAR": str(var),
        "LABAUDIT_ORIGIN": origin(host, port),
        "ALLOWED_HOSTS": ",".join(allowed_hosts(host)),
        "PYTHONUNBUFFERED": "1",
    }
    if not os.environ.get("SECRET_KEY_FILE"):
        ours["SECRET_KEY"] = os.environ.get("SECRET_KEY") or secret_key()
    return {**os.environ, **pango.environment(), **ours}


def allowed_hosts(host: str) -> list[str]:
    names = ["localhost", ports.LOCAL, "[::1]"]
    if host not in (ports.LOCAL, "localhost"):
        names += [name for name in (ports.lan_address(), socket.gethostname()) if name]
        names += [] if host in ("0.0.0.0", "::") else [f"[{host}]" if ":" in host else host]
    return list(dict.fromkeys(names))


def origin(host: str, port: int) -> str:
    """The address to open. Passkeys work on localhost, not on 127.0.0.1."""
    if host in (ports.LOCAL, "localhost", "0.0.0.0", "::", "::1"):
        return f"http://localhost:{port}"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
