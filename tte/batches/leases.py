"""A thread that says every few seconds that a worker lives and gets on, so that nobody takes its chunk."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from time import monotonic
from typing import Self

from tte.errors import RegisterError
from tte.register.batches import Batches, Chunk

LEASE_S = 20.0
"""How long a worker may be silent before its chunk is another's."""

LONGEST_S = 600.0
"""How long a worker may come to no outcome before it is taken to hang."""


class Alive:
    """Renews the lease of one chunk while the block lasts, three times in the length of a lease.

    A database that does not answer is asked again: the lease runs out meanwhile, which costs time and nothing else.
    When `longest_s` pass without `got_on`, the lease is renewed no more and `hangs` is called, in this thread.
    """

    def __init__(
        self,
        batches: Batches,
        chunk: Chunk,
        worker: str,
        lease_s: float,
        *,
        longest_s: float = LONGEST_S,
        hangs: Callable[[Chunk], None] = lambda _: None,
    ) -> None:
        self._batches, self._chunk, self._worker, self._lease_s = batches, chunk, worker, lease_s
        self._longest_s, self._hangs = longest_s, hangs
        self._over = Event()
        self._thread = Thread(target=self._go_on, daemon=True)
        self._last = monotonic()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def got_on(self) -> None:
        """Something came of the chunk: the worker does not hang."""
        self._last = monotonic()

    def _go_on(self) -> None:
        while not self._over.wait(self._lease_s / 3):
            if monotonic() - self._last > self._longest_s:
                self._hangs(self._chunk)
                return
            with suppress(RegisterError):
                self._batches.keep(self._chunk, self._worker, self._lease_s)
