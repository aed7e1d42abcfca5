"""Who may examine a file now, who waits, and who is told to come back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

from tte.errors import TteError
from tte.sandbox.limits import Limits


class Busy(TteError):
    """As many files are being examined, and wait to be, as the sandbox allows. Nothing was done with this one."""

    code = "busy"


class Turns:
    """So many at once, so many waiting, and no more."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._changed = Condition()
        self._running = self._waiting = 0

    @property
    def busy(self) -> tuple[int, int]:
        """How many are at it, and how many wait."""
        return self._running, self._waiting

    @contextmanager
    def one(self) -> Iterator[None]:
        with self._changed:
            if self._running >= self._limits.at_once:
                self._wait()
            self._running += 1
        try:
            yield
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify()

    def _wait(self) -> None:
        if self._waiting >= self._limits.waiting:
            raise Busy("too many files are being examined at the moment", hint="try again in a few seconds")
        self._waiting += 1
        try:
            self._changed.wait_for(lambda: self._running < self._limits.at_once)
        finally:
            self._waiting -= 1
