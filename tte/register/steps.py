"""Steps of documents from state to state, written into the log in the transaction that makes them.

One row for each step of a chunk: its lines as a bundle of the log (C2SP tlog-tiles), their hashes, their salts, and the
edge of the tree after them. Whoever writes has the register's writing turn, so that the last row is the end of the log.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from struct import Struct
from typing import Final

from sqlalchemy import Connection, insert, select

from tte.log import Edge, Kind, leaf_hashes
from tte.log.changes import NO_FILE, SALT_SIZE, commitments
from tte.log.tiles import bundle
from tte.model import State
from tte.register.tables import log, log_tile

_MOST: Final = 4096
"""Lines in one row, at most."""

RESERVATION: Final = "reservation"
ALLOCATION: Final = "allocation"


@dataclass(slots=True)
class Step:
    """Documents that go from one state to another, all in the same way. `files`: the SHA-256 of each, if it has one."""

    kind: Kind
    subject: str = RESERVATION
    places: list[int] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    files: list[bytes] = field(default_factory=list)

    @property
    def room(self) -> int:
        """How many more documents it may have."""
        return _MOST - len(self.places)


class Steps:
    """The steps of one transaction, in their order; those that are alike and follow each other are one."""

    def __init__(self) -> None:
        self._steps: list[Step] = []

    def add(self, kind: Kind, place: int, number: str, file: bytes = NO_FILE, subject: str = RESERVATION) -> None:
        self.extend(kind, [place], [number], [file], subject)

    def extend(
        self,
        kind: Kind,
        places: Sequence[int],
        numbers: Sequence[str],
        files: Sequence[bytes],
        subject: str = RESERVATION,
    ) -> None:
        """Add many that are alike; a place, a number and the SHA-256 of a file for each."""
        begin = 0
        while begin < len(places):
            last = self._steps[-1] if self._steps else None
            if last is None or last.kind is not kind or last.subject != subject or not last.room:
                last = Step(kind, subject)
                self._steps.append(last)
            end = begin + last.room
            last.places += places[begin:end]
            last.numbers += numbers[begin:end]
            last.files += files[begin:end]
            begin = end

    def write(self, connection: Connection) -> None:
        """Append them to the log. Nothing is asked of the database if there are none."""
        write(connection, self._steps)


@lru_cache(maxsize=256)
def kind(event: str, office: str, template: str, state: State, prev: State | None, at: datetime) -> Kind:
    """How a step is told of in the log: the very same object for the same."""
    return Kind(at, event, office, template, state, prev)


def write(connection: Connection, steps: Iterable[Step]) -> None:
    """Append these steps to the log."""
    edge: Edge | None = None
    for step in steps:
        edge = _append(connection, edge or last_edge(connection), step)


_END = select(log.c.first, log.c.size, log.c.edge).order_by(log.c.first.desc()).limit(1)
_ADDED, _FULL = insert(log), insert(log_tile)


def last_edge(connection: Connection) -> Edge:
    """The edge of the log as it stands."""
    end = connection.execute(_END).first()
    return Edge() if end is None else Edge.load(end[0] + end[1], end[2])


def _append(connection: Connection, edge: Edge, step: Step) -> Edge:
    count = len(step.places)
    salts = secrets.token_bytes(SALT_SIZE * count)
    lines = step.kind.entries(edge.size, commitments(salts, step.numbers, step.files))
    leaves = leaf_hashes(lines)
    growth = edge.grow(leaves)
    row = {
        "first": edge.size,
        "size": count,
        "subject": step.subject,
        "low": min(step.places),
        "high": max(step.places),
        "places": packed_places(step.places),
        "lines": bundle(lines),
        "leaves": b"".join(leaves),
        "salts": salts,
        "edge": growth.edge.stored,
    }
    connection.execute(_ADDED, row)
    if growth.full:
        tiles = [{"level": full.level, "index": full.index, "hash": full.hash} for full in growth.full]
        connection.execute(_FULL, tiles)
    return growth.edge


def packed_places(places: Sequence[int]) -> bytes:
    """Places in one column, four bytes each."""
    return Struct(f">{len(places)}I").pack(*places)


def unpacked_places(column: bytes) -> Sequence[int]:
    """The places in a column."""
    return Struct(f">{len(column) // 4}I").unpack(column)
