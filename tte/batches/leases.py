"""A thread that says every few seconds that a worker lives, so that nobody takes its chunk."""

from __future__ import annotations

from contextlib import suppress
from threading import Event, Thread
from typing import Self

from tte.errors import RegisterError
from tte.register.batches import Batches, Chunk

LEASE_S = 20.0
"""How long a worker may be silent before its chunk is another's."""


class Alive:
    """Renews the lease of one chunk while the block lasts, three times in the length of a lease.

    A database that does not answer is asked again: the lease runs out meanwhile, which costs time and nothing else.
    """

    def __init__(self, batches: Batches, chunk: Chunk, worker: str, lease_s: float) -> None:
        self._batches, self._chunk, self._worker, self._lease_s = batches, chunk, worker, lease_s
        self._over = Event()
        self._thread = Thread(target=self._go_on, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _go_on(self) -> None:
        while not self._over.wait(self._lease_s / 3):
            with suppress(RegisterError):
                self._batches.keep(self._chunk, self._worker, self._lease_s)
