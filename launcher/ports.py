"""Which TCP ports are free."""

import socket

from launcher.errors import Stop

LOCAL = "127.0.0.1"


def is_free(host: str, port: int) -> bool:
    """Nobody listens there (a socket in its last wait does not count)."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise Stop(f"Port {port} is not open to this user. Choose one above 1023: --port 8000") from error
        except OSError:
            return False
    return True


def any_free(host: str = LOCAL) -> int:
    """A port the system has free now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
    return port


def first_free(host: str, wanted: int, tries: int = 50) -> int:
    """The wanted port, or the next one that nobody uses."""
    for port in range(wanted, min(wanted + tries, 65536)):
        if is_free(host, port) and not (host == LOCAL and answers("::1", port)):
            return port
    raise Stop(f"No free port between {wanted} and {wanted + tries - 1} on {host}. Choose another: --port N")


def answers(host: str, port: int, seconds: float = 0.3) -> bool:
    """Somebody accepts a connection there."""
    try:
        with socket.create_connection((host, port), timeout=seconds):
            return True
    except OSError:
        return False


def must_be_ours(host: str) -> None:
    """The address must be one of this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        try:
            probe.bind((host, 0))
        except OSError as error:
            raise Stop(f"{host} is not an address of this machine. Use 127.0.0.1, or 0.0.0.0 for all.") from error


def lan_address() -> str | None:
    """This machine's address for others on the network; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        address: str = probe.getsockname()[0]
    return address
