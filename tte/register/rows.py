"""Rows that are changed, as frozen values: what people and the desk keep beside the register.

The rules lie with whoever asks; here a value becomes a row and a row a value. A value names its `TABLE` and has one
field for each column. A `change` is one transaction, after all others of its kind on every machine, so what was read in
it still holds when it writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import Field, fields
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple, Protocol, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, Table, and_, delete, func, insert, select, update

from tte.errors import NoSuchThing
from tte.register import api_tables, delivery_tables, people_tables, request_tables
from tte.register.faults import translated
from tte.register.opening import WRITING
from tte.register.store import SqlRegister

if TYPE_CHECKING:
    from tte.register import Register

_ONE_AT_A_TIME: Final = 0x7474_65_7065  # "ttepe"

_TABLES: Final[Mapping[str, Table]] = {
    table.name: table
    for kept in (people_tables, api_tables, request_tables, delivery_tables)
    for table in vars(kept).values()
    if isinstance(table, Table)
}


class Kept(Protocol):
    """A frozen dataclass whose fields are the columns of `TABLE`."""

    TABLE: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


K = TypeVar("K", bound=Kept)


class Before(NamedTuple):
    """In a condition: this time, or one before it."""

    at: datetime


class Since(NamedTuple):
    """In a condition: this time, or one after it."""

    at: datetime


class Rows:
    """The rows there are, within one transaction. `where` are columns and what they must be: None, a value, a tuple of
    values of which one will do, `Before` or `Since`.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def one(self, kind: type[K], **where: object) -> K | None:
        """The row, if there is one; the first by its id if there are several."""
        return next(iter(self._all(kind, None, 1, False, where)), None)

    def get(self, kind: type[K], **where: object) -> K:
        """The row. NoSuchThing if there is none."""
        found = self.one(kind, **where)
        if found is None:
            raise NoSuchThing("there is nothing of this kind with this id")
        return found

    def all(
        self, kind: type[K], *, after: object = None, most: int | None = None, newest: bool = False, **where: object
    ) -> Sequence[K]:
        """The rows in the order of their first column, or the reverse; `after` one, `most` of them."""
        return self._all(kind, after, most, newest, where)

    def ordered(self, kind: type[K], *by: str, most: int, **where: object) -> Sequence[K]:
        """The first rows in the order of these columns, then of their first one."""
        return self._all(kind, None, most, False, where, by)

    def _all(
        self,
        kind: type[K],
        after: object,
        most: int | None,
        newest: bool,
        where: Mapping[str, object],
        by: Sequence[str] = (),
    ) -> Sequence[K]:
        table = _table(kind)
        first = next(iter(table.c))
        wanted = select(*(table.c[name] for name in _names(kind))).where(_is(table, where))
        if after is not None:
            wanted = wanted.where(first < after if newest else first > after)
        wanted = wanted.order_by(*(table.c[name] for name in by), first.desc() if newest else first).limit(most)
        return [kind(*row) for row in self._connection.execute(wanted)]

    def count(self, kind: type[Kept], **where: object) -> int:
        table = _table(kind)
        return self._connection.execute(select(func.count()).select_from(table).where(_is(table, where))).scalar_one()

    def counts(self, kind: type[Kept], column: str, **where: object) -> Mapping[str, int]:
        """How many rows have each value of a column."""
        table = _table(kind)
        by = table.c[column]
        wanted = select(by, func.count()).where(_is(table, where)).group_by(by)
        return {row[0]: row[1] for row in self._connection.execute(wanted)}

    def last(self, kind: type[Kept]) -> int:
        """The largest number in the first column; 0 if there are no rows."""
        first = next(iter(_table(kind).c))
        return int(self._connection.execute(select(func.max(first))).scalar() or 0)

    def add(self, value: Kept) -> None:
        self._connection.execute(insert(_table(type(value))), _columns(value))

    def put(self, value: Kept) -> None:
        """Write the row that has this value's key, or add it."""
        table, columns = _table(type(value)), _columns(value)
        same = {column.name: columns[column.name] for column in table.primary_key}
        if not self._connection.execute(update(table).where(_is(table, same)).values(columns)).rowcount:
            self.add(value)

    def drop(self, kind: type[Kept], **where: object) -> int:
        """Remove rows; how many."""
        table = _table(kind)
        return self._connection.execute(delete(table).where(_is(table, where))).rowcount


class Keeping:
    """Transactions on the rows beside one open register; they end with it. RegisterError if the database fails."""

    def __init__(self, register: SqlRegister) -> None:
        self._register = register

    @contextmanager
    def reading(self) -> Iterator[Rows]:
        """A look at one state."""
        with translated(), self._register._open().connect() as connection, connection.begin():
            yield Rows(connection)

    @contextmanager
    def change(self) -> Iterator[Rows]:
        """A transaction that writes: kept whole when the block ends, or not at all if it ends by an exception."""
        with translated(), self._register._open().connect() as plain:
            on_sqlite = plain.dialect.name == "sqlite"
            options: dict[str, Any] = {WRITING: True} if on_sqlite else {"isolation_level": "READ COMMITTED"}
            connection = plain.execution_options(**options)
            with connection.begin():
                if not on_sqlite:
                    connection.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
                yield Rows(connection)


def keeping_of(register: Register) -> Keeping:
    """What is kept beside an open register."""
    if not isinstance(register, SqlRegister):
        raise TypeError("people and drafts are kept beside a register in a database")
    return Keeping(register)


def _table(kind: type[Kept]) -> Table:
    return _TABLES[kind.TABLE]


@lru_cache
def _names(kind: type[Kept]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _columns(value: Kept) -> dict[str, object]:
    return {name: getattr(value, name) for name in _names(type(value))}


def _is(table: Table, where: Mapping[str, object]) -> ColumnElement[bool]:
    return and_(
        True,
        *(_matches(table.c[name], value) for name, value in where.items()),
    )


def _matches(column: Column[Any], value: object) -> ColumnElement[bool]:
    if isinstance(value, Before):
        return column <= value.at
    if isinstance(value, Since):
        return column >= value.at
    return column.in_(value) if isinstance(value, tuple) else column == value
