"""Figures of offices as they are kept, and what the register itself can count: documents signed, waits at the desk.

Here a line is only a line; what it says is read in `tte.figures`. Nothing is ever changed: a line of the same topic,
office and name takes the place of the one before it, which stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import JSON, Column, Connection, Integer, case, cast, func, insert, literal_column, select, type_coerce

from tte.register.figure_tables import figure
from tte.register.lines import chunks
from tte.register.people_tables import event
from tte.register.rows import keeping_of
from tte.register.tables import entry, reservation

if TYPE_CHECKING:
    from tte.register import Register

_SPECIMEN = " SPECIMEN"
_AFTER_DAY: Final = literal_column("12", Integer)  # not a parameter: what is grouped by must be what is selected


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table `figure`; see there."""

    seq: int
    topic: str
    office: str
    name: str
    day: date
    content: str
    at: datetime
    by: str


class FigureLines:
    """The lines there are, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(
        self,
        topic: str,
        *,
        offices: Collection[str] | None = None,
        first: date | None = None,
        last: date | None = None,
    ) -> Sequence[Line]:
        """Every line of a topic, superseded ones too, in the order they came; of some offices, from and to a day."""
        found = [Line(*row) for row in self._rows([*figure.c], topic, offices, first, last)]
        return found if offices is None else sorted(found, key=lambda line: line.seq)

    def summed(
        self, topic: str, value: str, *, offices: Collection[str] | None, first: date, last: date, since: date
    ) -> Iterator[tuple[str, str, int, int]]:
        """The sums of a number that lines of a topic hold, of those that count, by office and by what their names say
        after the day: office, that, the sum from `first` to `last`, and of it what is of `since` and later.
        """
        newer = figure.alias()
        same = [newer.c[name] == figure.c[name] for name in ("topic", "office", "name")]
        newest = select(func.max(newer.c.seq)).where(*same).correlate(figure).scalar_subquery()
        is_sqlite = self._connection.dialect.name == "sqlite"  # which has JSON in texts
        held = type_coerce(figure.c.content, JSON) if is_sqlite else cast(figure.c.content, JSON)
        number, what = held[value].as_integer(), func.substr(figure.c.name, _AFTER_DAY)
        lately = func.sum(case((figure.c.day >= since, number), else_=0))
        wanted = (
            select(figure.c.office, what, func.sum(number), lately)
            .where(figure.c.topic == topic, figure.c.day >= first, figure.c.day <= last, figure.c.seq == newest)
            .group_by(figure.c.office, what)
        )
        if offices is None:
            yield from map(tuple, self._connection.execute(wanted))
        else:
            for some in chunks(sorted(offices)):
                yield from map(tuple, self._connection.execute(wanted.where(figure.c.office.in_(some))))

    def _rows(
        self,
        columns: Sequence[Column[Any]],
        topic: str,
        offices: Collection[str] | None,
        first: date | None,
        last: date | None,
    ) -> Iterator[Any]:
        """Of each office in the order they came."""
        wanted = select(*columns).where(figure.c.topic == topic).order_by(figure.c.seq)
        if first is not None:
            wanted = wanted.where(figure.c.day >= first)
        if last is not None:
            wanted = wanted.where(figure.c.day <= last)
        if offices is None:
            yield from self._connection.execute(wanted)
        else:
            for some in chunks(sorted(offices)):
                yield from self._connection.execute(wanted.where(figure.c.office.in_(some)))

    def last(self) -> int:
        """The number of the last line; 0 if there is none."""
        return int(self._connection.execute(select(func.max(figure.c.seq))).scalar() or 0)

    def add(self, lines: Sequence[Line]) -> None:
        """Add lines; their numbers go on from the last."""
        if lines:
            names = [column.name for column in figure.c]
            self._connection.execute(insert(figure), [{name: getattr(one, name) for name in names} for one in lines])

    def signed(self, start: datetime, end: datetime, *, specimen: bool) -> Sequence[tuple[str, str, int]]:
        """Documents issued from `start` to before `end`, withdrawn ones too: office, template, how many.

        Either real ones or, with `specimen`, those of test keys; never both.
        """
        marked = reservation.c.office.endswith(_SPECIMEN)
        wanted = (
            select(reservation.c.office, reservation.c.template, func.count())
            .select_from(entry.join(reservation, entry.c.reservation == reservation.c.seq))
            .where(entry.c.at >= start, entry.c.at < end, marked if specimen else ~marked)
            .group_by(reservation.c.office, reservation.c.template)
        )
        return [
            (office.removesuffix(_SPECIMEN), template, count)
            for office, template, count in self._connection.execute(wanted)
        ]

    def waits(self, start: datetime, end: datetime) -> Sequence[tuple[str, float]]:
        """Of what the desk issued from `start` to before `end`: office, and seconds from its draft to its issue."""
        drafted, issued = event.alias("drafted"), event.alias("issued")
        wanted = (
            select(issued.c.office, issued.c.at, drafted.c.at)
            .select_from(issued.join(drafted, issued.c.draft == drafted.c.draft))
            .where(issued.c.what == "issued", drafted.c.what == "drafted")
            .where(issued.c.at >= start, issued.c.at < end)
        )
        return [(office, (ended - begun).total_seconds()) for office, ended, begun in self._connection.execute(wanted)]


@contextmanager
def reading(register: Register) -> Iterator[FigureLines]:
    """A look at one state. RegisterError if the database fails."""
    with keeping_of(register).reading() as rows:
        yield FigureLines(rows._connection)


@contextmanager
def adding(register: Register) -> Iterator[FigureLines]:
    """A transaction that adds: kept whole when the block ends, or not at all if it ends by an exception.

    Those on one register come one after the other, on every machine.
    """
    with keeping_of(register).change() as rows:
        yield FigureLines(rows._connection)
