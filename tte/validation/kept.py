"""What was found once and holds for the same question again: bounded, for many threads, and only in this process.

A key must hold everything that the answer follows from. Then a hostile file can push answers out, never change one.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Kept(Generic[K, V]):
    """The answers that were asked for last, at most `most` of them."""

    def __init__(self, most: int) -> None:
        self._most, self._found, self._lock = most, OrderedDict[K, V](), Lock()

    def __len__(self) -> int:
        return len(self._found)

    def __contains__(self, key: K) -> bool:
        return key in self._found

    def get(self, key: K) -> V | None:
        """What is kept for this key."""
        with self._lock:
            found = self._found.get(key)
            if found is not None:
                self._found.move_to_end(key)
            return found

    def put(self, key: K, answer: V) -> V:
        """Keep an answer, and give it back; the one that was not asked for longest goes."""
        with self._lock:
            self._found[key] = answer
            self._found.move_to_end(key)
            if len(self._found) > self._most:
                self._found.popitem(last=False)
        return answer
