"""./lab up from nothing and once more, in a copied clone."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measuring import Figure, say

ROOT = Path(__file__).resolve().parent.parent
COLD_MS, WARM_MS = 60_000, 5_000
PATIENCE = 900.0
# What would make the clone use other servers than its own.
NOT_HANDED_ON = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY", "VIRTUAL_ENV", "ALLOWED_HOSTS")


def figures(quick: bool) -> Iterator[Figure]:
    """Whether pip finds its packages in a cache is up to the machine; the second start needs none."""
    with tempfile.TemporaryDirectory(prefix="labaudit-start-") as folder:
        Path(folder).chmod(0o755)
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        yield figure("start-cold", [start(clone)], COLD_MS)
        yield figure("start-warm", [start(clone) for _ in range(1 if quick else 3)], WARM_MS)


def figure(name: str, times: list[float], limit_ms: int) -> Figure:
    middle = sorted(times)[len(times) // 2]
    return Figure(
        name=name,
        p50_ms=round(middle),
        p95_ms=round(max(times)),
        floor="the aim",
        floor_p50_ms=limit_ms,
        ratio=round(middle / limit_ms, 2),
        limit_ratio=1.0,
        limit_sql=None,
        sql=None,
        bytes=None,
        n=len(times),
        seed=17025,
        size="demo",
    )


def start(clone: Path) -> float:
    """Milliseconds until /readyz says that web, database, broker and worker are ready; then Ctrl-C."""
    port = free_port()
    env = {name: value for name, value in os.environ.items() if name not in NOT_HANDED_ON and "LABAUDIT" not in name}
    log = clone.parent / "start.log"
    with log.open("ab") as output:
        began = time.monotonic()
        command = [sys.executable, str(clone / "lab"), "up", "--port", str(port)]
        site = subprocess.Popen(command, cwd=clone, env=env, stdout=output, stderr=output, start_new_session=True)
        try:
            wait_until_ready(port, site, log)
            took = (time.monotonic() - began) * 1000
        finally:
            site.send_signal(signal.SIGINT)
            site.wait(120)
    say(f"ready after {took / 1000:.1f} s")
    return took


def wait_until_ready(port: int, site: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if site.poll() is not None:
            raise RuntimeError(log.read_text(encoding="utf-8", errors="replace")[-3000:])
        if is_ready(port):
            return
        time.sleep(0.1)
    raise RuntimeError("the site was not ready in a quarter of an hour")


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://localhost:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
