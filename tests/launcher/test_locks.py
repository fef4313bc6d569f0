"""Locks end with their holder; a number of a process is trusted only with its name."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from launcher import processes, project
from launcher.locks import Lock

HOLD = """
import sys, time
from pathlib import Path
from launcher.locks import Lock
assert Lock(Path(sys.argv[1])).alone()
print("held", flush=True)
time.sleep(60)
"""


def test_a_lock_held_is_refused_and_a_killed_holder_leaves_none(tmp_path: Path) -> None:
    path = tmp_path / "up.lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], cwd=project.ROOT, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    lock = Lock(path)
    assert lock.taken()
    assert not lock.alone()

    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()

    assert not lock.taken()
    assert lock.alone()
    lock.release()


def test_many_share_and_only_the_last_has_it_alone(tmp_path: Path) -> None:
    path = tmp_path / "servers.lock"
    one, other = Lock(path), Lock(path)
    assert one.shared()
    assert other.shared()
    assert not one.alone()

    other.release()

    assert one.alone()
    one.release()


def test_a_process_is_ours_only_while_it_lives_and_by_its_command() -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", "labaudit-marker"])
    deadline = time.monotonic() + 10  # between fork and exec it still has our own command
    while not processes.is_ours(child.pid, "labaudit-marker") and time.monotonic() < deadline:
        time.sleep(0.02)
    assert processes.is_ours(child.pid, "labaudit-marker")
    assert not processes.is_ours(child.pid, "postgres")

    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)

    assert not processes.alive(child.pid), "a process that only waits to be buried is not alive"
    child.wait()
    assert not processes.is_ours(child.pid, "labaudit-marker")


def test_a_process_that_does_not_listen_is_ended_with_its_children(tmp_path: Path) -> None:
    deaf = "import signal, subprocess, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    deaf += "print(subprocess.Popen(['sleep', '60']).pid, flush=True); time.sleep(60)"
    log = tmp_path / "deaf.log"
    process = processes.start("deaf", [sys.executable, "-c", deaf], log=log)
    while not processes.tail(log):
        assert process.alive()
    grandchild = int(processes.tail(log))

    assert not process.stop(0.3)

    assert not process.alive()
    assert not processes.alive(grandchild)


START_SERVERS = """
import sys, time
from pathlib import Path
from launcher import processes
print(processes.start("server", ["sleep", "60"], log=Path(sys.argv[1]), brief_life=True).pid, flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells a child of its parent's death")
def test_throw_away_servers_end_when_their_launcher_is_killed(tmp_path: Path) -> None:
    launcher = subprocess.Popen(
        [sys.executable, "-c", START_SERVERS, str(tmp_path / "log")],
        cwd=project.ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert launcher.stdout is not None
    server = processes.Process("server", int(launcher.stdout.readline()), tmp_path / "log")
    assert server.alive()

    launcher.kill()
    launcher.wait()
    launcher.stdout.close()

    assert server.wait(5)
