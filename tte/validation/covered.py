"""The bytes that signatures cover, hashed once: their ranges begin alike, and so does the whole file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tte.model import Pdf
from tte.validation.syntax import Span

if TYPE_CHECKING:
    from hashlib import _Hash


class Hashing:
    """Digests of beginnings of one file. `hashed` is how many bytes were hashed for all of them."""

    def __init__(self, pdf: Pdf) -> None:
        self.view = memoryview(pdf)
        self.hashed = 0
        self._begun: dict[str, list[tuple[int, _Hash]]] = {}

    def upto(self, name: str, end: int) -> _Hash:
        """The hash of the first `end` bytes, to go on with. ValueError if there is no algorithm of this name."""
        begun = self._begun.setdefault(name, [])
        at, known = max((one for one in begun if one[0] <= end), key=lambda one: one[0], default=(0, None))
        found = hashlib.new(name, usedforsecurity=False) if known is None else known.copy()
        if at < end:
            self.add(found, at, end)
            begun.append((end, found.copy()))
        return found

    def add(self, found: _Hash, start: int, end: int) -> None:
        """Hash these bytes too."""
        self.hashed += end - start
        found.update(self.view[start:end])

    def sha256(self) -> str:
        """The SHA-256 of the whole file, in hexadecimal."""
        return self.upto("sha256", len(self.view)).hexdigest()


class Covered:
    """The bytes that one signature covers: those before `gap`, and those after it up to `end`.

    Each digest is made once.
    """

    def __init__(self, hashing: Hashing, gap: Span, end: int) -> None:
        self._hashing, self._gap, self._end = hashing, gap, end
        self._digests: dict[str, _Hash] = {}

    def __iter__(self) -> Iterator[memoryview]:
        view = self._hashing.view
        return iter((view[: self._gap.start], view[self._gap.end : self._end]))

    def hashed(self, name: str) -> _Hash:
        """Their hash, not to be gone on with. ValueError if there is no algorithm of this name."""
        found = self._digests.get(name)
        if found is None:
            found = self._hashing.upto(name, self._gap.start)
            self._hashing.add(found, self._gap.end, self._end)
            self._digests[name] = found
        return found
