"""The web server, in the trial and in production; what differs comes from the environment."""

import os
import socket
import struct
import time
from pathlib import Path
from typing import Any

bind = os.environ.get("GUNICORN_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "2"))
worker_class = "gthread"
preload_app = True  # imported once, then forked: quicker to start, smaller in memory
timeout = 60
graceful_timeout = 20
keepalive = 5
max_requests = 5000
max_requests_jitter = 500
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
control_socket_disable = True
accesslog = "-" if os.environ.get("WEB_ACCESS_LOG") else None
errorlog = "-"


# Who announces something and does not send it would hold a thread for ever: a read waits so long at most, and the
# whole body comes in so many seconds and at such a pace, or the request is over.
READ_SECONDS = float(os.environ.get("WEB_READ_SECONDS", "10"))
BODY_SECONDS = 2 * READ_SECONDS
SLOWEST_BYTES = 8 * 1024


def when_ready(server: Any) -> None:
    """Connections take this over from the socket that listens: half a head waits no longer than half a body."""
    patience = struct.pack("@ll", int(READ_SECONDS), int(READ_SECONDS % 1 * 1_000_000))
    for listener in server.LISTENERS:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, patience)


def pre_request(worker: Any, req: Any) -> None:
    worker.log.debug("%s %s", req.method, req.path)
    unreader, sock = req.unreader, req.unreader.sock
    length = next((value for name, value in req.headers if name == "CONTENT-LENGTH"), "")
    allowed = int(length) / SLOWEST_BYTES if length.isascii() and length.isdigit() else 0
    end, read = time.monotonic() + BODY_SECONDS + allowed, unreader.chunk

    def chunk(*args: Any) -> Any:
        sock.settimeout(max(min(READ_SECONDS, end - time.monotonic()), 0.001))
        try:
            return read(*args)
        finally:
            sock.settimeout(None)

    unreader.chunk = chunk


def post_request(worker: Any, req: Any, environ: Any, resp: Any) -> None:
    """The next request on this connection has its own time."""
    req.unreader.__dict__.pop("chunk", None)
