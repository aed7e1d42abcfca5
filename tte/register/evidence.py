"""All that a register holds, as it is: for the audit and the check, which believe none of it.

Read in pages, so that no transaction stays open; nothing is translated into the nouns of the model, and a row that is
damaged is told of instead of stopping the reading.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, ForeignKeyConstraint, Row, String, and_, exists, func, select

from tte.errors import LogError, RegisterError
from tte.log.hashing import HASH_SIZE
from tte.register.lines import AT_ONCE, lines
from tte.register.logbook import LogLine, Transaction, lines_of
from tte.register.tables import (
    allocation,
    augmentation,
    body,
    entry,
    key_use,
    log,
    log_tile,
    metadata,
    prepared,
    replacement,
    reservation,
    void,
)


class Held(NamedTuple):
    """A reservation and all that hangs on it. `files` are the SHA-256 of its files, oldest first; `entry` is None, and
    they are none, while it is not issued. `replaces` is the entry it was to replace, `successor` the id of what took
    its place. `whole`: it went to a service that signs whole documents. `recorded_at`: when its last file was kept.
    """

    place: int
    id: str
    office: str
    template: str
    number: str
    edition: int
    digest: bytes
    at: datetime
    certificate: bytes
    entry: int | None
    files: tuple[bytes, ...]
    issued_at: datetime | None
    recorded_at: datetime | None
    void: bool
    ended_at: datetime | None
    successor: str | None
    replaces: int | None
    whole: bool


class Step(NamedTuple):
    """A row of the log: where it says it begins, its lines, the edge it says the tree then has. `damaged`: it cannot be
    read; its lines then are empty.
    """

    first: int
    lines: Sequence[LogLine]
    edge: bytes
    damaged: bool


class Serials(NamedTuple):
    """The numbers given for one office, template and day: how many, and from which serial to which."""

    office: str
    template: str
    day: date
    given: int
    least: int
    most: int


class Evidence:
    """The rows of one register. Every method raises RegisterError if the database cannot be read."""

    def __init__(self, reading: Transaction) -> None:
        self._reading = reading

    def documents(self) -> Iterator[Held]:
        """Every reservation, in the order of its making."""
        after = 0
        while True:
            with self._reading() as connection:
                wanted = lines().where(reservation.c.seq > after).order_by(reservation.c.seq).limit(AT_ONCE)
                try:
                    page = connection.execute(wanted).all()
                    found = _held(connection, page) if page else []
                except (ValueError, TypeError) as why:
                    raise RegisterError(
                        f"a row of the register after row {after} of reservation cannot be read",
                        hint="stop issuing and restore the register from its backup",
                    ) from why
            if not page:
                return
            after = page[-1].place
            yield from found

    def steps(self) -> Iterator[Step]:
        """The rows of the log in the order of their numbers."""
        after = -1
        while True:
            with self._reading() as connection:
                page = connection.execute(select(log).where(log.c.first > after).order_by(log.c.first).limit(32)).all()
                if not page:
                    return
                found = [_step(connection, row) for row in page]
            yield from found
            after = page[-1].first

    def tiles(self) -> dict[tuple[int, int], bytes]:
        """The hash of each full tile of the log, by level and index."""
        with self._reading() as connection:
            return {(row[0], row[1]): row[2] for row in connection.execute(select(log_tile))}

    def serials(self) -> Sequence[Serials]:
        """The numbers that the register gave."""
        group = allocation.c.office, allocation.c.template, allocation.c.day
        serial = allocation.c.serial
        wanted = select(*group, func.count(), func.min(serial), func.max(serial)).group_by(*group).order_by(*group)
        with self._reading() as connection:
            return [Serials(*row) for row in connection.execute(wanted)]

    def given(self) -> Iterator[tuple[int, str, str, str, bool]]:
        """Each number that was given: its row, office, template, number, and whether it is void."""
        columns = allocation.c.seq, allocation.c.office, allocation.c.template, allocation.c.number
        wanted = select(*columns, void.c.seq.is_not(None)).outerjoin(void, void.c.allocation == allocation.c.seq)
        after = 0
        while True:
            with self._reading() as connection:
                page = connection.execute(
                    wanted.where(allocation.c.seq > after).order_by(allocation.c.seq).limit(AT_ONCE)
                ).all()
            if not page:
                return
            yield from ((row[0], row[1], row[2], row[3], bool(row[4])) for row in page)
            after = page[-1][0]

    def twice(self) -> Iterator[tuple[str, int]]:
        """What there may be once and is there more often: what, and the row of the first."""
        number = reservation.c.office, reservation.c.template, reservation.c.number, reservation.c.edition
        request = allocation.c.office, allocation.c.template, allocation.c.request
        serial = allocation.c.office, allocation.c.template, allocation.c.day, allocation.c.serial
        given = allocation.c.office, allocation.c.template, allocation.c.number
        for what, table, group in (
            ("number", reservation, number),
            ("id", reservation, (reservation.c.id,)),
            ("number", allocation, given),
            ("serial", allocation, serial),
            ("idempotency key", allocation, request),
            ("entry", entry, (entry.c.reservation,)),
            ("file", body, (body.c.entry,)),
        ):
            first = func.min(table.c.seq if "seq" in table.c else table.c.entry)
            with self._reading() as connection:
                rows = connection.execute(select(first).group_by(*group).having(func.count() > 1)).scalars().all()
            yield from ((what, row) for row in rows)

    def missing_files(self) -> Sequence[int]:
        """The entries without a file."""
        wanted = select(entry.c.seq).where(~exists().where(body.c.entry == entry.c.seq)).order_by(entry.c.seq)
        with self._reading() as connection:
            return connection.execute(wanted).scalars().all()

    def orphans(self) -> Iterator[tuple[str, str, int]]:
        """Rows that belong to a row that is not there: their table, the other's, and how many."""
        for table in metadata.sorted_tables:
            for key in table.constraints:
                if isinstance(key, ForeignKeyConstraint):
                    parent = key.referred_table.alias("parent")
                    pairs = [(one.parent, parent.c[one.column.name]) for one in key.elements]
                    there = exists().where(and_(*(ours == theirs for ours, theirs in pairs))).correlate(table)
                    lost = select(func.count()).select_from(table)
                    lost = lost.where(~there, *(ours.is_not(None) for ours, _ in pairs))
                    with self._reading() as connection:
                        count = connection.execute(lost).scalar_one()
                    if count:
                        yield table.name, key.referred_table.name, count

    def uses(self) -> dict[tuple[bytes, date], int]:
        """How many documents each key was let sign on each day, where that is limited."""
        wanted = select(key_use.c.key, key_use.c.day, func.sum(key_use.c.count)).group_by(key_use.c.key, key_use.c.day)
        with self._reading() as connection:
            return {(row[0], row[1]): int(row[2]) for row in connection.execute(wanted)}

    def texts_with(self, part: str) -> Iterator[tuple[str, str, int]]:
        """The columns of text in which some rows have this in them: table, column, how many."""
        for table in metadata.sorted_tables:
            for column in table.c:
                if isinstance(column.type, String):
                    wanted = select(func.count()).select_from(table).where(column.contains(part, autoescape=True))
                    with self._reading() as connection:
                        count = connection.execute(wanted).scalar_one()
                    if count:
                        yield table.name, column.name, count


def _step(connection: Connection, row: Row[tuple[object, ...]]) -> Step:
    try:
        return Step(row.first, lines_of(connection, row), row.edge, False)
    except (LogError, struct.error, ValueError, TypeError, IndexError):
        leaves = row.leaves if isinstance(row.leaves, bytes) else b""
        hashes = [leaves[at : at + HASH_SIZE] for at in range(0, len(leaves), HASH_SIZE)]
        empty = [LogLine(row.first + at, b"", leaf, None) for at, leaf in enumerate(hashes)]
        return Step(row.first, empty, row.edge, True)


def _held(connection: Connection, page: Sequence[Row[tuple[object, ...]]]) -> Sequence[Held]:
    first, last = page[0].place, page[-1].place
    within = entry.c.reservation.between(first, last)
    later: dict[int, list[tuple[bytes, datetime]]] = {}
    steps = (
        select(augmentation.c.entry, augmentation.c.pdf_sha256, augmentation.c.at)
        .join_from(augmentation, entry, augmentation.c.entry == entry.c.seq)
        .where(within)
        .order_by(augmentation.c.entry, augmentation.c.step)
    )
    for seq, sha256, at in connection.execute(steps):
        later.setdefault(seq, []).append((sha256, at))
    wanted = select(replacement.c.reservation, replacement.c.entry).where(
        replacement.c.reservation.between(first, last)
    )
    replaces = {row[0]: row[1] for row in connection.execute(wanted)}
    sent = select(prepared.c.reservation).where(prepared.c.hole.is_(None), prepared.c.reservation.between(first, last))
    whole = {*connection.execute(sent).scalars()}
    return [
        Held(
            place=line.place,
            id=line.id,
            office=line.office,
            template=line.template,
            number=line.number,
            edition=line.edition,
            digest=line.digest,
            at=line.at,
            certificate=line.certificate or b"",
            entry=line.seq,
            files=() if line.seq is None else (line.first_sha256, *(sha256 for sha256, _ in later.get(line.seq, ()))),
            issued_at=line.issued_at,
            recorded_at=later[line.seq][-1][1] if line.seq in later else line.issued_at,
            void=bool(line.is_void),
            ended_at=line.ended_at,
            successor=line.successor,
            replaces=replaces.get(line.place),
            whole=line.place in whole,
        )
        for line in page
    ]
