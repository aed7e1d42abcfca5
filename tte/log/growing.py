"""The rightmost edge of a tree: all that is needed to append to it and to know its root.

An edge holds the roots of the complete subtrees that a tree of `size` leaves is made of, largest first: one hash for
each 1 in the binary form of `size`, so at most 640 bytes for a million leaves. Appending n leaves costs about n hashes
of nodes and reads nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tte.errors import LogError
from tte.log.hashing import EMPTY_ROOT, HASH_SIZE, node_hash, pair_up

TILE_HEIGHT = 8


@dataclass(frozen=True, slots=True)
class Edge:
    """The rightmost edge of a tree of `size` leaves (a compact range that begins at 0)."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count():
            raise LogError("the edge of the log does not fit its size")

    @classmethod
    def load(cls, size: int, stored: bytes) -> Edge:
        """An edge as `stored` gave it. LogError if it is not one of this size."""
        if size < 0 or len(stored) != HASH_SIZE * size.bit_count():
            raise LogError("the edge of the log does not fit its size")
        return cls(size, tuple(stored[at : at + HASH_SIZE] for at in range(0, len(stored), HASH_SIZE)))

    @property
    def stored(self) -> bytes:
        """The hashes one after the other: what a register keeps beside the size."""
        return b"".join(self.hashes)

    @property
    def root(self) -> bytes:
        """The root of the tree (RFC 6962 §2.1)."""
        if not self.hashes:
            return EMPTY_ROOT
        *larger, root = self.hashes
        for left in reversed(larger):
            root = node_hash(left, root)
        return root

    def grow(self, leaves: Sequence[bytes]) -> Growth:
        """The edge after these leaf hashes were appended, and what became complete in the tiles."""
        kept = list(self.hashes)
        smallest_first: list[bytes] = []
        full: list[Full] = []
        row, begin, height = list(leaves), self.size, 0
        while row or begin:
            if begin & 1:
                row.insert(0, kept.pop())
                begin -= 1
            elif not row:
                smallest_first += reversed(kept)
                break
            if height and not height % TILE_HEIGHT:
                full += _newly(row, begin, height, self.size)
            if len(row) & 1:
                smallest_first.append(row[-1])
            row, begin, height = pair_up(row), begin >> 1, height + 1
        return Growth(Edge(self.size + len(leaves), tuple(reversed(smallest_first))), tuple(full))


@dataclass(frozen=True, slots=True)
class Full:
    """A tile that became full: the `index`-th at `level`, and the hash that stands for it at the level above."""

    level: int
    index: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Growth:
    """What appending leaves made: the new edge, and the tiles that became full by it."""

    edge: Edge
    full: tuple[Full, ...]


def _newly(row: Sequence[bytes], begin: int, height: int, before: int) -> list[Full]:
    """The nodes of a row that were not complete when the tree had `before` leaves."""
    level = height // TILE_HEIGHT - 1
    old = before >> height
    return [Full(level, begin + at, node) for at, node in enumerate(row) if begin + at >= old]
