"""Work that goes on beside the main loop, item by item and in order, in one thread of its own."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterable
from queue import Queue
from threading import Thread
from types import TracebackType
from typing import Final, Generic, Self, TypeVar

T = TypeVar("T")


def rarely_collect() -> None:
    """Have Python look for cycles of garbage rarely, and not in what is loaded by now.

    A batch makes many objects and hardly a cycle; looking for them would take a twentieth of its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


_WAITING: Final = 10_000
"""How many items may wait; then the main loop waits for the work."""


class Beside(Generic[T]):
    """Calls `work` for every item that is given, and counts the words it returns.

    What `work` raises is raised in the main loop, at the next item or at the end; items after it are not worked on.
    The block ends when all items are done, also when it ends by an exception.
    """

    def __init__(self, work: Callable[[T], Iterable[str]], tally: Counter[str]) -> None:
        self._work, self._tally = work, tally
        self._items: Queue[T | None] = Queue(_WAITING)
        self._failed: BaseException | None = None
        self._thread = Thread(target=self._go_on, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __call__(self, item: T) -> None:
        if self._failed:
            raise self._failed
        self._items.put(item)

    def __exit__(self, kind: type[BaseException] | None, why: BaseException | None, _: TracebackType | None) -> None:
        self._items.put(None)
        self._thread.join()
        if self._failed and why is None:
            raise self._failed

    def _go_on(self) -> None:
        while (item := self._items.get()) is not None:
            if self._failed:
                continue
            try:
                self._tally.update(self._work(item))
            except BaseException as why:
                self._failed = why
