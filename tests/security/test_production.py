"""What production answers to the outside, and to its own health check."""

import json
import os
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROD = {
    "DJANGO_SETTINGS_MODULE": "labaudit.settings.prod",
    "SECRET_KEY": "k7Qz-random-enough-for-a-check-9fJ2mXw8sLpT4vBnC6hRd0yEaG",
    "ALLOWED_HOSTS": "audits.example.org",
}
WHO = """
import django
django.setup()
from allauth.account.adapter import get_adapter
from django.test import RequestFactory
request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.2", HTTP_X_FORWARDED_FOR="{header}")
print(get_adapter().get_client_ip(request))
"""


@pytest.mark.parametrize(
    ("header", "client"), [("203.0.113.7", "203.0.113.7"), ("198.51.100.1, 203.0.113.7", "203.0.113.7")]
)
def test_limits_count_clients_and_not_the_proxy(header: str, client: str) -> None:
    """And what a client writes there itself does not count."""
    command = [sys.executable, "-c", WHO.format(header=header)]
    answer = subprocess.run(command, env={**os.environ, **PROD}, cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == client


def test_the_health_check_asks_by_a_name_that_the_site_answers_to() -> None:
    asked: list[str] = []

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.headers['Host']}{self.path}")
            self.send_response(200 if self.headers["Host"] == PROD["ALLOWED_HOSTS"] else 400)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Nothing: the test reads `asked`."""

    site = HTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    found = re.search(r"HEALTHCHECK.*?CMD (\[.*?\])\n", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.DOTALL)
    assert found
    _python, *command = json.loads(found[1].replace(":8000/", f":{site.server_port}/"))
    answer = subprocess.run([sys.executable, *command], env={**os.environ, **PROD}, capture_output=True, check=False)
    site.shutdown()
    site.server_close()
    assert (answer.returncode, asked) == (0, ["audits.example.org/healthz"])
