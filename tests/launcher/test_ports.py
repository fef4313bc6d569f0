"""Which port the site gets."""

import socket
from collections.abc import Iterator

import pytest

from launcher import ports
from launcher.errors import Stop


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as owner:
        owner.bind(("127.0.0.1", 0))
        owner.listen()
        yield owner.getsockname()[1]


def test_a_free_port_is_taken_as_wanted() -> None:
    port = ports.any_free()
    assert ports.first_free("127.0.0.1", port) == port


def test_a_taken_port_gives_the_next_free_one(taken: int) -> None:
    assert not ports.is_free("127.0.0.1", taken)
    assert taken < ports.first_free("127.0.0.1", taken) < taken + 50


def test_a_port_taken_on_one_address_is_taken_for_all(taken: int) -> None:
    assert not ports.is_free("0.0.0.0", taken)


def test_no_free_port_is_told_with_what_to_do(taken: int) -> None:
    with pytest.raises(Stop, match="--port N"):
        ports.first_free("127.0.0.1", taken, tries=1)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(Stop, match="not an address of this machine"):
        ports.must_be_ours("203.0.113.9")
