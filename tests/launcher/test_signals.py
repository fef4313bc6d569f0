"""A signal ends us soon, but never between starting a process and writing it down."""

import os
import signal
from collections.abc import Iterator

import pytest

from launcher import signals


@pytest.fixture
def listening() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in signals.ENDINGS}
    signals.listen_for_signals()
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("listening")
@pytest.mark.parametrize("number", signals.ENDINGS)
def test_a_signal_waits_for_the_end_of_a_calm_block(number: int) -> None:
    done = []

    def write_down_when_done() -> None:
        with signals.undisturbed():
            os.kill(os.getpid(), number)
            done.append("written down")

    with pytest.raises(KeyboardInterrupt):
        write_down_when_done()

    assert done == ["written down"]


@pytest.mark.usefixtures("listening")
def test_a_signal_outside_ends_at_once() -> None:
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGTERM)
