"""Where proofs take their hashes from: anything that knows the complete subtrees of a tree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tte.log.hashing import EMPTY_ROOT, node_hash, pair_up


class Tree(Protocol):
    """A tree of `size` leaves."""

    @property
    def size(self) -> int: ...

    def node(self, height: int, index: int) -> bytes:
        """The hash over leaves `index << height` up to `(index + 1) << height`, all of which are in the tree."""
        ...


class LeafTree:
    """A tree in memory, from the hashes of all its leaves."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._rows: list[Sequence[bytes]] = [leaves]

    @property
    def size(self) -> int:
        return len(self._rows[0])

    def node(self, height: int, index: int) -> bytes:
        while len(self._rows) <= height:
            self._rows.append(pair_up(self._rows[-1]))
        return self._rows[height][index]


def subtree(tree: Tree, begin: int, end: int) -> bytes:
    """MTH(D[begin:end]) of RFC 6962 §2.1, for the ranges that occur in proofs: `begin` is a multiple of the largest
    power of two that is below the length of the range.
    """
    length = end - begin
    if not length:
        return EMPTY_ROOT
    if not length & (length - 1):
        height = length.bit_length() - 1
        return tree.node(height, begin >> height)
    middle = begin + split(length)
    return node_hash(subtree(tree, begin, middle), subtree(tree, middle, end))


def split(length: int) -> int:
    """The largest power of two smaller than `length`, which is at least 2."""
    return 1 << (length - 1).bit_length() - 1


def root_at(tree: Tree, size: int) -> bytes:
    """The root that the tree had when it had `size` leaves."""
    if not 0 <= size <= tree.size:
        raise ValueError("the tree never had this size")
    return subtree(tree, 0, size)
