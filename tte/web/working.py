"""A worker for batches, where the register is a file: a process of its own, for as long as there is work.

Not a thread: a worker computes without pause, which citizens who ask meanwhile would feel; and one whose key hangs ends
its process, which must not be this one. On PostgreSQL an office runs `tte worker` where it likes, and none is begun.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import Final

import structlog

from tte.office import Home

_LAST_CHUNK_S: Final = 30.0
_LONGEST_S: Final = 60.0


class WorkerProcess:
    """`tte worker --until-done` for the key profiles that want no person, begun again if it dies."""

    def __init__(self, home: Home, profiles: Callable[[], Sequence[str]]) -> None:
        self._home, self._profiles = home, profiles
        self._one, self._stop = Lock(), Event()
        self._wanted = False
        self._thread: Thread | None = None
        self._log = structlog.get_logger("tte.web")

    def ensure(self) -> None:
        """There is work: see that somebody does it."""
        with self._one:
            self._wanted = True
            if self._thread is None and not self._stop.is_set():
                self._thread = Thread(target=self._go_on, name="worker", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Let the worker finish its chunk; whatever is left is taken up at the next start."""
        self._stop.set()
        with self._one:
            thread = self._thread
        if thread is not None:
            thread.join()

    def _go_on(self) -> None:
        silence = 1.0
        while True:
            with self._one:
                if not self._wanted or self._stop.is_set():
                    self._thread = None
                    return
                self._wanted = False
            try:
                ended = self._work()
            except Exception as why:  # whatever it is, the next batch must find somebody
                self._log.error("worker", error=type(why).__name__)
                ended = 1
            if ended:
                self._log.warning("worker", exit_code=ended)
                self._wanted = True
                self._stop.wait(silence)
                silence = min(_LONGEST_S, silence * 2)

    def _work(self) -> int:
        names = ",".join(self._profiles())
        if not names:
            return 0
        command = [sys.executable, "-m", "tte", "--home", str(self._home.path), "worker", "--until-done"]
        with subprocess.Popen(  # noqa: S603  our own program
            [*command, "--queues", names],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:
            while process.poll() is None and not self._stop.is_set():
                with suppress(subprocess.TimeoutExpired):
                    process.wait(0.2)
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(_LAST_CHUNK_S)
                except subprocess.TimeoutExpired:
                    process.kill()
            return process.wait()
