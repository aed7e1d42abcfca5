"""What a program taken over by a hostile file would try. Run in a child, it says what still succeeds there.

For `tte doctor` and the tests: a protection is believed when the attempt fails, not when a switch was set.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path


class Attempt(StrEnum):
    """Things that must not succeed. Names are stable."""

    READ_FILE = "read-file"
    WRITE_FILE = "write-file"
    STAT_FILE = "stat-file"
    CONNECT_TCP = "connect-tcp"
    SEND_UDP = "send-udp"
    START_PROGRAM = "start-program"
    START_PROCESS = "start-process"
    SIGNAL_OTHERS = "signal-others"
    LIFT_LIMITS = "lift-limits"


def succeeded(port: int) -> list[Attempt]:
    """Try them all; those that succeed. `port`: a TCP and UDP port of 127.0.0.1 that somebody listens on, or 0."""
    os.closerange(0, 3)  # room for what an attempt opens: how many may be open is a limit, not a protection
    return [attempt for attempt, trying in _TRIES.items() if _works(trying, port)]


def _works(trying: Callable[[int], object], port: int) -> bool:
    try:
        trying(port)
    except (OSError, ValueError):
        return False
    return True


def _read(_: int) -> None:
    with Path("/etc/passwd").open("rb") as file:
        file.read(1)


def _write(_: int) -> None:
    place = Path("/tmp") / f"tte-attempt-{os.getpid()}"  # noqa: S108 it is the point that this fails
    with place.open("wb") as file:
        place.unlink()
        file.write(b"x")


def _connect(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp:
        tcp.settimeout(1)
        tcp.connect(("127.0.0.1", port))


def _send(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.sendto(b"x", ("127.0.0.1", port or 9))


def _start_program(_: int) -> None:
    status = os.posix_spawn("/bin/true", ["true"], {})
    if os.waitstatus_to_exitcode(os.waitpid(status, 0)[1]):
        raise OSError("it did not run")


def _start_process(_: int) -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def _lift_limits(_: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, resource.getrlimit(resource.RLIMIT_CPU))


_TRIES: dict[Attempt, Callable[[int], object]] = {
    Attempt.READ_FILE: _read,
    Attempt.WRITE_FILE: _write,
    Attempt.STAT_FILE: lambda _: Path("/etc/passwd").stat(),
    Attempt.CONNECT_TCP: _connect,
    Attempt.SEND_UDP: _send,
    Attempt.START_PROGRAM: _start_program,
    Attempt.START_PROCESS: _start_process,
    Attempt.SIGNAL_OTHERS: lambda _: os.kill(os.getppid(), 0),
    Attempt.LIFT_LIMITS: _lift_limits,
}
