"""`tte serve` as a process of its own, and what is put before and around it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any

import httpx

from tests.packaging import ROOT
from tte.office import Home


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def serving(home: Home, *words: str, patience: tuple[float, float] | None = None) -> Iterator[subprocess.Popen[str]]:
    """The service for the length of a block; told to stop in the end. `patience`: seconds for a head and for a body."""
    program = ("tte",) if patience is None else ("tests.patient", *map(str, patience))
    command = [sys.executable, "-m", *program, "--home", str(home.path), "serve", *words]
    with TemporaryFile("w+", encoding="utf-8") as journal:  # not a pipe: a full one would hold the service up
        running = subprocess.Popen(command, cwd=ROOT, stderr=journal, text=True)
        try:
            yield running
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(timeout=60)


def until_ready(client: httpx.Client, running: subprocess.Popen[Any], path: str = "/readyz") -> None:
    while running.poll() is None:
        try:
            answer = client.get(path)
            assert answer.status_code in (200, 503), answer.text
            if answer.status_code == 200:
                return
        except httpx.TransportError:
            os.sched_yield()
    raise AssertionError(f"it ended: {running.stderr and running.stderr.read()}")


def on_socket(path: Path) -> httpx.Client:
    """A client of the service behind a socket."""
    return httpx.Client(transport=httpx.HTTPTransport(uds=str(path)), base_url="http://localhost")


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that every user gets through; pytest closes its own to others whenever it starts anywhere."""
    with TemporaryDirectory(prefix="tte-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


def as_somebody(*paths: Path) -> Sequence[str]:
    """What is put before a command so that it runs as an unprivileged user, who owns these; nothing if we are one.

    It may read everything all the same: Python itself may lie where only root can look.
    """
    if os.geteuid():
        return ()
    for path in paths:
        for one in (path, *path.rglob("*")):
            os.chown(one, 10001, 10001)
    rights = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
    return ("setpriv", "--reuid=10001", "--regid=10001", "--clear-groups", *rights)
