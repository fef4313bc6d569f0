"""The private broker."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
import redis

from launcher import processes
from launcher.broker import Broker

Make = Callable[[Path], Broker]


@pytest.mark.parametrize("name", ["with spaces", "long" * 40])
def test_it_starts_in_any_folder_and_answers(open_folder: Path, new_broker: Make, name: str) -> None:
    broker = new_broker(open_folder / name)

    broker.start()

    assert redis.Redis.from_url(broker.url).ping()


def test_it_wants_its_password_and_shows_it_to_nobody(open_folder: Path, new_broker: Make) -> None:
    broker = new_broker(open_folder)
    process = broker.start()

    with pytest.raises(redis.exceptions.AuthenticationError):
        redis.Redis(port=broker.port, retry=None).ping()
    assert broker.password not in processes.command_of(process.pid)
    assert broker.password not in repr(broker)


def test_a_port_taken_meanwhile_is_left_to_its_owner(open_folder: Path, new_broker: Make) -> None:
    with socket.socket() as owner:
        owner.bind(("127.0.0.1", 0))
        owner.listen()
        broker = new_broker(open_folder)
        broker.port = owner.getsockname()[1]

        broker.start()

        assert broker.port != owner.getsockname()[1]
        assert broker.ping()


def test_after_a_crash_it_starts_again_on_the_same_port(open_folder: Path, new_broker: Make) -> None:
    broker = new_broker(open_folder)
    broker.start()
    port = broker.port
    broker.kill()
    assert not broker.ping()

    broker.start()

    assert broker.port == port
    assert broker.ping()
