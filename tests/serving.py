"""`tte serve` as a process of its own, and what is put before and around it."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from tte.office import Home

QUICK = "import sys, tte.web.server as s; s.HEAD_S = float(sys.argv.pop(1)); from tte.cli import main; main()"
"""The program, told how long a head may take."""


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def serving(home: Home, *words: str, head_s: float | None = None) -> Iterator[subprocess.Popen[str]]:
    """The service for the length of a block; told to stop in the end, if it has not ended by itself."""
    program = ("-m", "tte") if head_s is None else ("-c", QUICK, str(head_s))
    command = [sys.executable, *program, "--home", str(home.path), "serve", *words]
    running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        yield running
    finally:
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=60)


def until_ready(client: httpx.Client, running: subprocess.Popen[str], path: str = "/readyz") -> None:
    while running.poll() is None:
        try:
            if client.get(path).status_code == 200:
                return
        except httpx.TransportError:
            os.sched_yield()
    raise AssertionError(f"it ended: {running.stderr and running.stderr.read()}")


def on_socket(path: Path) -> httpx.Client:
    """A client of the service behind a socket."""
    return httpx.Client(transport=httpx.HTTPTransport(uds=str(path)), base_url="http://localhost")


def as_somebody(*paths: Path) -> Sequence[str]:
    """What is put before a command so that it runs as an unprivileged user, who owns these; nothing if we are one.

    It may read everything all the same: Python itself may lie where only root can look.
    """
    if os.geteuid():
        return ()
    for path in paths:
        for folder in path.parents:
            if folder.is_relative_to("/tmp"):  # noqa: S108 (pytest's own folders, closed to others by default)
                folder.chmod(folder.stat().st_mode | stat.S_IXOTH)
        for one in (path, *path.rglob("*")):
            os.chown(one, 10001, 10001)
    rights = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
    return ("setpriv", "--reuid=10001", "--regid=10001", "--clear-groups", *rights)
