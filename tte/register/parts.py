"""How the parts of a file are laid out in one column: how many there are, how long each is, then all of them.

Each number takes four bytes, most significant first.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from struct import Struct

from tte.register.faults import damaged


def encoded(parts: Sequence[bytes]) -> bytes:
    """The parts in one column. Other parts give another column, and so does the same text divided otherwise."""
    return b"".join((_numbers(len(parts) + 1).pack(len(parts), *map(len, parts)), *parts))


def decoded(column: bytes) -> tuple[bytes, ...]:
    """The parts in a column. RegisterError if it does not end where its last part does."""
    if len(column) < _numbers(1).size:
        raise damaged()
    (count,) = _numbers(1).unpack_from(column)
    begin = 4 * (count + 1)
    if begin > len(column):
        raise damaged()
    _, *lengths = _numbers(count + 1).unpack_from(column)
    places = list(accumulate(lengths, initial=begin))
    if places[-1] != len(column):
        raise damaged()
    return tuple(column[start:end] for start, end in pairwise(places))


@lru_cache(maxsize=512)
def _numbers(count: int) -> Struct:
    return Struct(f">{count}I")
