"""The walls of the sandbox one by one: that the attempts are real, and what is left where a machine lacks a wall."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tte.sandbox import landlock_version
from tte.sandbox.attempts import Attempt

WALLS = {
    "landlock": "landlock.deny_all()",
    "seccomp": "seccomp.only_compute()",
    "network": "(kernel.leave_network(new_user=False) or kernel.leave_network(new_user=True))",
    "nobody": "kernel.become_nobody()",
}


@pytest.fixture
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def left(port: int, *walls: str) -> set[Attempt]:
    """What still succeeds in a new process behind these walls only."""
    built = " and ".join(["kernel.no_new_privileges()", *(WALLS[wall] for wall in walls)])
    program = (
        "import json, os, resource, subprocess\n"
        "from tte.sandbox import attempts, kernel, landlock, seccomp\n"
        "answer = os.dup(1)\n"
        f"assert {built}\n"
        f"os.write(answer, json.dumps(attempts.succeeded({port})).encode())\n"
        "os._exit(0)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return set(map(Attempt, json.loads(ran.stdout)))


def test_without_walls_every_attempt_succeeds(port: int) -> None:
    assert left(port) == set(Attempt)


def test_landlock_closes_files_tcp_and_programs_and_names_its_version(port: int) -> None:
    assert landlock_version() >= 4
    still = left(port, "landlock")
    assert not still & {Attempt.READ_FILE, Attempt.WRITE_FILE, Attempt.CONNECT_TCP, Attempt.START_PROGRAM}
    assert Attempt.SEND_UDP in still  # why it is not enough


def test_seccomp_alone_leaves_nothing(port: int) -> None:
    assert left(port, "seccomp") == set()


def test_a_network_without_interfaces_closes_udp_too(port: int) -> None:
    assert not left(port, "network") & {Attempt.CONNECT_TCP, Attempt.SEND_UDP}
