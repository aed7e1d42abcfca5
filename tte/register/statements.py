"""Statements whose text is made once. Rows go in and come out as plain tuples, with no work of Core's for each.

For a chunk of 256 that work is more than the database's own. Only what runs once for every document stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import ColumnElement, Connection, Dialect, Select, Table, insert, select

from tte.register.lines import chunks
from tte.register.tables import UtcTime, body, entry, goal, prepared, reservation, utc

Addition = tuple[object, ...]
"""The columns of a new row, in the order of its table."""

Reserved = tuple[int, str, str, str, str, bytes, int | None]
"""A reservation: seq, id, office, template, number, record_digest; and the seq of its entry, if it has one."""

_DISTINCT = 64
"""How many times, and how many lengths of a chunk, are kept ready."""

_HERE = select(reservation.c.number).where(reservation.c.office == "", reservation.c.template == "")

_RESERVED = select(
    reservation.c.seq,
    reservation.c.id,
    reservation.c.office,
    reservation.c.template,
    reservation.c.number,
    reservation.c.record_digest,
    entry.c.seq.label("issued"),
).select_from(reservation.outerjoin(entry, entry.c.reservation == reservation.c.seq))


class Statements:
    """Statements in the words of one database."""

    def __init__(self, dialect: Dialect) -> None:
        self._inserts = {
            table: str(insert(table).compile(dialect=dialect)) for table in (reservation, prepared, entry, body, goal)
        }
        self._numbers = _by_many(_HERE, reservation.c.number, dialect)
        self._reserved = _by_many(_RESERVED, reservation.c.name, dialect)
        stored: Callable[[datetime], object] | None = UtcTime().dialect_impl(dialect).bind_processor(dialect)
        self._stored = lru_cache(_DISTINCT)(stored or utc)

    def add(self, connection: Connection, table: Table, rows: Sequence[Addition]) -> None:
        """Add rows, each whole and in the order of the table's columns; of none, nothing is asked of the database."""
        if rows:
            connection.exec_driver_sql(self._inserts[table], [*rows])

    def time(self, at: datetime) -> object:
        """A time as this database keeps it, for `add`. ValueError if it has no time zone."""
        return self._stored(utc(at))

    def taken(self, connection: Connection, office: str, template: str, numbers: Sequence[str]) -> Sequence[str]:
        """Those of the numbers that are reserved or issued there."""
        return [
            number
            for some in chunks(numbers)
            for (number,) in connection.exec_driver_sql(self._numbers(len(some)), (office, template, *some)).all()
        ]

    def reserved(self, connection: Connection, names: Iterable[bytes]) -> Mapping[str, Reserved]:
        """The reservations under these names, by id."""
        found: dict[str, Reserved] = {}
        for some in chunks(names):
            lines = connection.exec_driver_sql(self._reserved(len(some)), (*some,)).all()
            found.update((line[1], line) for line in lines)
        return found


def _by_many(
    wanted: Select[tuple[object, ...]], column: ColumnElement[object], dialect: Dialect
) -> Callable[[int], str]:
    """The text of `wanted` for as many values of `column` as asked for; they stand last in it."""

    @lru_cache(_DISTINCT)
    def text(count: int) -> str:
        many = wanted.where(column.in_([b""] * count))
        return str(many.compile(dialect=dialect, compile_kwargs={"render_postcompile": True}))

    return text
