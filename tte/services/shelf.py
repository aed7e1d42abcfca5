"""What was fetched, kept for all who need it: while one fetches, the others who want the same wait for that."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from tte.errors import ServiceUnavailable

K = TypeVar("K")
V = TypeVar("V")


class Shelf(Generic[K, V]):
    """The last `room` things that were asked for, by many threads. No lock is held while somebody fetches."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._lock = threading.Lock()
        self._kept: OrderedDict[K, V] = OrderedDict()
        self._fetching: dict[K, Future[V]] = {}

    def get(self, key: K, usable: Callable[[V], bool], fetch: Callable[[], V]) -> V:
        """What is kept under `key` if it is usable, else what `fetch` brings, usable or not; that is kept from then on.

        What `fetch` raises as ServiceUnavailable, all get who waited for it.
        """
        while True:
            with self._lock:
                kept = self._kept.get(key)
                if kept is not None and usable(kept):
                    self._kept.move_to_end(key)
                    return kept
                under_way = self._fetching.get(key)
                if under_way is None:
                    mine = self._fetching[key] = Future()
            if under_way is None:
                return self._fetch(key, mine, fetch)
            try:
                under_way.result()
            except ServiceUnavailable as why:
                raise ServiceUnavailable(str(why), why.fault, sent=why.sent, hint=why.hint) from None
            except BaseException:  # noqa: S112 (theirs, as an interrupt is; we try ourselves)
                continue

    def _fetch(self, key: K, mine: Future[V], fetch: Callable[[], V]) -> V:
        try:
            fetched = fetch()
        except BaseException as why:
            self._let_in(key)
            mine.set_exception(why)
            raise
        with self._lock:
            self._kept[key] = fetched
            self._kept.move_to_end(key)
            while len(self._kept) > self._room:
                self._kept.popitem(last=False)
        self._let_in(key)
        mine.set_result(fetched)
        return fetched

    def _let_in(self, key: K) -> None:
        with self._lock:
            del self._fetching[key]
