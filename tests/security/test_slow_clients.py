"""Who announces a body and does not send it gets no thread for long."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HALF_A_HEAD = b"POST / HTTP/1.1\r\nHost: a\r\nX-Half: "
HELD = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nonly this"
READ_SECONDS = "0.4"


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """gunicorn with the project's own settings and one thread, before an application that reads what it is sent."""
    (tmp_path / "reader.py").write_text(
        "def app(environ, start):\n"
        "    try:\n"
        "        said = environ['wsgi.input'].read(int(environ.get('CONTENT_LENGTH') or 0))\n"
        "    except OSError:\n"
        "        said = b'gone'\n"
        "    start('200 OK', [('Content-Length', str(len(said)))])\n"
        "    return [said]\n"
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = int(free.getsockname()[1])
    env = {**os.environ, "GUNICORN_BIND": f"127.0.0.1:{number}", "WEB_CONCURRENCY": "1", "WEB_THREADS": "1"}
    env |= {"WEB_READ_SECONDS": READ_SECONDS}
    command = [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "gunicorn.conf.py"), "--chdir", str(tmp_path)]
    server = subprocess.Popen([*command, "reader:app"], env=env, stderr=subprocess.PIPE)
    try:
        wait_for(number)
        yield number
    finally:
        server.terminate()
        server.communicate(timeout=20)


def wait_for(port: int) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            connect(port).close()
            return
        except ConnectionRefusedError:
            assert time.monotonic() < end, "the server did not start"
            time.sleep(0.1)


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=20)


def ask(line: socket.socket, body: bytes) -> bytes:
    line.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
    said = b""
    while not said.endswith(body):
        said += line.recv(65536)
    return said


@pytest.mark.parametrize("half", [HALF_A_HEAD, HELD], ids=["head", "body"])
def test_half_sent_requests_do_not_hold_the_only_thread(half: bytes, port: int) -> None:
    held = [connect(port) for _ in range(3)]
    for line in held:
        line.sendall(half)
    began = time.monotonic()
    with connect(port) as line:
        assert b"200 OK" in ask(line, b"a form")
    assert time.monotonic() - began < 8
    for line in held:
        line.close()


def test_a_drop_now_and_then_does_not_buy_more_time(port: int) -> None:
    with connect(port) as slow:
        slow.sendall(HELD)
        slow.settimeout(0.2)
        said, began = b"", time.monotonic()
        while b"gone" not in said and time.monotonic() - began < 8:
            try:
                said += slow.recv(1000)
            except TimeoutError:
                slow.sendall(b".")
    assert b"gone" in said


def test_a_kept_connection_starts_each_request_anew(port: int) -> None:
    with connect(port) as line:
        for _ in range(2):
            assert b"200 OK" in ask(line, b"a" * 100_000)
            time.sleep(1.2)  # longer than a whole body may take
