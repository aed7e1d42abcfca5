"""The log as it stands in the register: read for proofs, tiles and the audit, and its checkpoints kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import Connection, Row, func, insert, select

from tte.errors import RegisterError
from tte.frame import name_of
from tte.log import Edge, Opening, split_bundle
from tte.log.changes import NO_FILE, SALT_SIZE
from tte.log.growing import TILE_HEIGHT
from tte.log.hashing import HASH_SIZE, pair_up
from tte.register.steps import ALLOCATION, RESERVATION, last_edge, unpacked_places
from tte.register.tables import acknowledgement, allocation, augmentation, checkpoint, entry, log, log_tile, reservation

Transaction = Callable[[], AbstractContextManager[Connection]]


class LogLine(NamedTuple):
    """A line of the log: its number, its bytes, the hash kept beside it, and what it is about as the register has it.

    `opening` is None where the register has lost the row it is about.
    """

    seq: int
    entry: bytes
    leaf: bytes
    opening: Opening | None


class Acknowledged(NamedTuple):
    """A checkpoint (signed note) that this register is known not to extend, why, and how long its own log then was."""

    size: int
    note: bytes
    reason: str
    at: datetime


class Logbook:
    """The log of one register. Every method raises RegisterError if the database cannot be read or written."""

    def __init__(self, reading: Transaction, writing: Transaction) -> None:
        self._reading, self._writing = reading, writing

    def edge(self) -> Edge:
        """The edge of the tree as it stands; LogError if it is damaged."""
        with self._reading() as connection:
            return last_edge(connection)

    def lines(self, begin: int = 0) -> Iterator[LogLine]:
        """The lines from the number `begin` on, in order; no transaction stays open between rows of the log.

        LogError if a row is damaged.
        """
        after = -1
        while True:
            with self._reading() as connection:
                wanted = log.c.first > after, log.c.first + log.c.size > begin
                row = connection.execute(select(log).where(*wanted).order_by(log.c.first).limit(1)).first()
                found = [] if row is None else lines_of(connection, row)
            if row is None:
                return
            yield from (line for line in found if line.seq >= begin)
            after = row.first

    def entries(self, begin: int, end: int) -> Sequence[bytes]:
        """The bytes of the lines from `begin` up to `end`, that one not included. LogError if a row is damaged."""
        found: list[bytes] = []
        with self._reading() as connection:
            wanted = log.c.first < end, log.c.first + log.c.size > begin
            for row in connection.execute(select(log).where(*wanted).order_by(log.c.first)):
                lines = split_bundle(row.lines, row.size)
                found += lines[max(begin - row.first, 0) : end - row.first]
        return found

    def of(self, id_: str) -> Sequence[int]:
        """The numbers of the lines about a document, oldest first; of its number too, if the register gave that."""
        with self._reading() as connection:
            wanted = select(reservation).where(reservation.c.name == name_of(id_), reservation.c.id == id_)
            line = connection.execute(wanted).first()
            if line is None:
                return []
            given = select(allocation.c.seq).where(
                allocation.c.office == line.office,
                allocation.c.template == line.template,
                allocation.c.number == line.number,
            )
            places = [(ALLOCATION, place) for place in connection.execute(given).scalars()]
            places.append((RESERVATION, line.seq))
            return sorted(seq for subject, place in places for seq in _about(connection, subject, place))

    def tree(self) -> StoredTree:
        """The tree as it stands; later lines do not change it."""
        return StoredTree(self._reading, self.edge().size)

    def checkpoints(self) -> Sequence[bytes]:
        """Every checkpoint that was signed, as a note; oldest first."""
        with self._reading() as connection:
            return connection.execute(select(checkpoint.c.note).order_by(checkpoint.c.seq)).scalars().all()

    def last_checkpoint(self) -> bytes | None:
        """The checkpoint that was signed last, as a note."""
        with self._reading() as connection:
            last = select(checkpoint.c.note).order_by(checkpoint.c.seq.desc()).limit(1)
            return connection.execute(last).scalar_one_or_none()

    def keep_checkpoint(self, size: int, note: bytes, at: datetime, *, first: bool = False) -> bool:
        """Keep a checkpoint before it is shown. False, and nothing is kept, if it was to be the `first` and is not."""
        with self._writing() as connection:
            seq: int = connection.execute(select(func.max(checkpoint.c.seq))).scalar_one() or 0
            if first and seq:
                return False
            connection.execute(insert(checkpoint), {"seq": seq + 1, "size": size, "note": note, "at": at})
        return True

    def acknowledged(self) -> Sequence[Acknowledged]:
        """What was acknowledged, oldest first."""
        columns = acknowledgement.c.size, acknowledgement.c.note, acknowledgement.c.reason, acknowledgement.c.at
        with self._reading() as connection:
            rows = connection.execute(select(*columns).order_by(acknowledgement.c.seq)).all()
            return [Acknowledged(*row) for row in rows]

    def acknowledge(self, note: bytes, reason: str, at: datetime) -> None:
        """Note that a person knows that the register does not extend the checkpoint in `note`."""
        with self._writing() as connection:
            seq: int = connection.execute(select(func.max(acknowledgement.c.seq))).scalar_one() or 0
            row = {"seq": seq + 1, "size": last_edge(connection).size, "note": note, "reason": reason, "at": at}
            connection.execute(insert(acknowledgement), row)


class StoredTree:
    """The tree of `size` leaves, its hashes read as they are needed."""

    def __init__(self, reading: Transaction, size: int) -> None:
        self._reading, self._size = reading, size
        self._row = lru_cache(maxsize=64)(self._read)

    @property
    def size(self) -> int:
        return self._size

    def node(self, height: int, index: int) -> bytes:
        """See `tte.log.Tree`. RegisterError if a hash is missing."""
        level, above = divmod(height, TILE_HEIGHT)
        first = index << above
        tile, at = divmod(first, 1 << TILE_HEIGHT)
        row = self._row(level, tile)[at : at + (1 << above)]
        if len(row) != 1 << above:
            raise RegisterError("the log has lost hashes", hint="tte register audit")
        while len(row) > 1:
            row = pair_up(row)
        return row[0]

    def _read(self, level: int, tile: int) -> Sequence[bytes]:
        begin = tile << TILE_HEIGHT
        end = min(begin + (1 << TILE_HEIGHT), self._size >> TILE_HEIGHT * level)
        with self._reading() as connection:
            if level:
                wanted = log_tile.c.level == level - 1, log_tile.c.index >= begin, log_tile.c.index < end
                rows = connection.execute(select(log_tile.c.hash).where(*wanted).order_by(log_tile.c.index))
                return rows.scalars().all()
            parts = log.c.first < end, log.c.first + log.c.size > begin
            found: list[bytes] = []
            for row in connection.execute(select(log.c.first, log.c.leaves).where(*parts).order_by(log.c.first)):
                leaves = _split(row.leaves, HASH_SIZE)
                found += leaves[max(begin - row.first, 0) : end - row.first]
            return found


def _about(connection: Connection, subject: str, place: int) -> Iterator[int]:
    wanted = log.c.subject == subject, log.c.low <= place, log.c.high >= place
    for row in connection.execute(select(log.c.first, log.c.places).where(*wanted)):
        yield from (row.first + at for at, there in enumerate(unpacked_places(row.places)) if there == place)


def lines_of(connection: Connection, row: Row[tuple[object, ...]]) -> Sequence[LogLine]:
    """The lines in a row of the table. LogError, ValueError or struct.error if it is damaged."""
    lines = split_bundle(row.lines, row.size)
    leaves, salts = _split(row.leaves, HASH_SIZE), _split(row.salts, SALT_SIZE)
    places = unpacked_places(row.places)
    about = _openings(connection, row.subject, places)
    files = _Files(connection, about) if row.subject == RESERVATION else None
    found = []
    for at, line in enumerate(lines):
        place = places[at] if at < len(places) else 0
        salt = salts[at] if at < len(salts) else b""
        opening = None
        if place in about:
            number, name = about[place]
            opening = Opening(salt, number, files.of(place, line, salt, number) if files else NO_FILE, name)
        found.append(LogLine(row.first + at, line, leaves[at] if at < len(leaves) else b"", opening))
    return found


def _openings(connection: Connection, subject: str, places: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Number and name of what the lines are about, by place. A number that was given has no name."""
    between = min(places, default=0), max(places, default=0)
    if subject == ALLOCATION:
        rows = connection.execute(
            select(allocation.c.seq, allocation.c.number).where(allocation.c.seq.between(*between))
        )
        return {seq: (number, "") for seq, number in rows}
    wanted = select(reservation.c.seq, reservation.c.number, reservation.c.id)
    return {
        seq: (number, id_) for seq, number, id_ in connection.execute(wanted.where(reservation.c.seq.between(*between)))
    }


class _Files:
    """The SHA-256 of the files that documents had, to find the one a line is about."""

    def __init__(self, connection: Connection, places: dict[int, tuple[str, str]]) -> None:
        between = min(places, default=0), max(places, default=0)
        first = select(entry.c.reservation, entry.c.pdf_sha256).where(entry.c.reservation.between(*between))
        later = (
            select(entry.c.reservation, augmentation.c.pdf_sha256)
            .join_from(entry, augmentation, augmentation.c.entry == entry.c.seq)
            .where(entry.c.reservation.between(*between))
            .order_by(augmentation.c.step)
        )
        self._files: dict[int, list[bytes]] = {}
        for wanted in (first, later):
            for place, sha256 in connection.execute(wanted):
                self._files.setdefault(place, []).append(sha256)

    def of(self, place: int, line: bytes, salt: bytes, number: str) -> bytes:
        """The SHA-256 that opens the line; of none, the last there is, or none for a line before there was a file."""
        known: list[bytes] = [NO_FILE, *self._files.get(place, ())]
        for sha256 in known:
            if Opening(salt, number, sha256).commitment.hex().encode() in line[:80]:
                return sha256
        return known[-1]


def _split(column: bytes, size: int) -> list[bytes]:
    return [column[at : at + size] for at in range(0, len(column), size)]
