"""Figures of offices as they are kept, and what the register itself can count: documents signed, waits at the desk.

Here a line is only a line; what it says is read in `tte.figures`. Nothing is ever changed: a line of the same topic,
office and name takes the place of the one before it, which stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, func, insert, select

from tte.register.figure_tables import figure
from tte.register.lines import chunks
from tte.register.people_tables import event
from tte.register.rows import keeping_of
from tte.register.tables import entry, reservation

if TYPE_CHECKING:
    from tte.register import Register

_SPECIMEN = " SPECIMEN"


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

    def standing(
        self, topic: str, *, offices: Collection[str] | None, first: date, last: date
    ) -> Mapping[tuple[str, str], str]:
        """The content that counts, by office and name; quicker than `all` where there are many."""
        columns = [figure.c.office, figure.c.name, figure.c.content]
        return {(office, name): content for office, name, content in self._rows(columns, topic, offices, first, last)}

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
