"""Rows by the chunk, as they rest in the database until a worker takes them: JSON, compressed."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from tte.errors import Problem
from tte.model import Row, Unreadable

CHUNK = 256
"""Rows in a chunk. A row is whole: lines that belong together are one row by now."""


def chunks(rows: Iterable[Row | Unreadable], size: int = CHUNK) -> Iterator[tuple[int, bytes]]:
    """The rows, `size` of them together: how many, and their bytes."""
    left = iter(rows)
    while some := list(islice(left, size)):
        yield len(some), packed(some)


def packed(rows: Sequence[Row | Unreadable]) -> bytes:
    """Rows as bytes, the unreadable ones with what is wrong with them."""
    return squeezed(
        [
            [row.number, row.values] if isinstance(row, Row) else [row.number, row.problem.field, row.problem.message]
            for row in rows
        ]
    )


def unpacked(content: bytes) -> Iterator[Row | Unreadable]:
    """The rows again, equal to what was packed."""
    for number, *rest in json.loads(zlib.decompress(content)):
        yield Row(number, *rest) if len(rest) == 1 else Unreadable(number, Problem(*rest))


def squeezed(value: object) -> bytes:
    """JSON, compressed. Written in ASCII: a lone surrogate that a file held comes back as it was."""
    return zlib.compress(json.dumps(value, separators=(",", ":")).encode("ascii"), 1)
