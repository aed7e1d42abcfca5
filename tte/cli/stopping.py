"""Being asked to stop: the first time after what is under way, the second time at once."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from threading import Event
from types import FrameType
from typing import Self, TypeVar

from tte.cli.console import err
from tte.cli.exits import Exit

T = TypeVar("T")


class Stopping:
    """While the block lasts, the first of these signals (else SIGINT) sets `asked` and is answered by `said`.

    The second one ends the process there and then, as a power cut would, after `at_once` was called. Only for the main
    thread.
    """

    def __init__(self, said: str, *signals: signal.Signals) -> None:
        self.asked = Event()
        self.at_once: Callable[[], None] = lambda: None
        self._said, self._signals = said, signals or (signal.SIGINT,)

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._ask) for number in self._signals}
        return self

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    def until_asked(self, items: Iterable[T]) -> Iterator[T]:
        """The items, as if they ended where the signal came."""
        for item in items:
            if self.asked.is_set():
                return
            yield item

    def _ask(self, number: int, _: FrameType | None) -> None:
        if not self.asked.is_set():
            self.asked.set()
            err.print(self._said)
            return
        for each in self._signals:
            signal.signal(each, signal.SIG_DFL)
        self.at_once()
        err.show_cursor(True)
        err.print("stopped; run the same command again to go on")
        os._exit(Exit.INTERRUPTED)
