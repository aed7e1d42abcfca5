"""Rows of the database and the nouns they stand for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import TypeVar

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select

from tte.model import Ending, Entry, Goal, Intent, Level
from tte.register.tables import (
    augmentation,
    dispatch,
    dispatch_end,
    entry,
    goal,
    prepared,
    reservation,
    void,
    withdrawal,
)

AT_ONCE = 500
"""How many values go into one statement, below every database's limit."""

T = TypeVar("T")

Line = Row[tuple[object, ...]]
"""A reservation beside its entry; `seq` is None while it is pending, and if it is void."""

_step = augmentation.alias("step")
_last_step = select(func.max(_step.c.step)).where(_step.c.entry == entry.c.seq).correlate(entry).scalar_subquery()
_last = and_(augmentation.c.entry == entry.c.seq, augmentation.c.step == _last_step)

OPEN = and_(
    dispatch.c.reservation == reservation.c.seq,
    ~exists().where(dispatch_end.c.reservation == dispatch.c.reservation, dispatch_end.c.attempt == dispatch.c.attempt),
)
"""A dispatch of the reservation that has come to no end."""

_successor = entry.alias("successor")
_next = reservation.alias("next")

_FIELDS = (
    *(column for column in reservation.c if column.name not in ("seq", "name")),
    reservation.c.seq.label("place"),
    entry.c.seq,
    entry.c.pdf_sha256.label("first_sha256"),
    entry.c.level.label("first_level"),
    entry.c.at.label("issued_at"),
    augmentation.c.step,
    augmentation.c.pdf_sha256,
    augmentation.c.level,
    augmentation.c.until,
    goal.c.profile,
    goal.c.level.label("goal"),
    goal.c.minimum,
    and_(entry.c.seq.is_(None), exists().where(OPEN).correlate(reservation)).label("sent"),
    prepared.c.certificate,
    void.c.seq.is_not(None).label("is_void"),
    withdrawal.c.at.label("ended_at"),
    withdrawal.c.reason,
    _next.c.id.label("successor"),
)


@cache
def lines() -> Select[tuple[object, ...]]:
    """Reservations with their entries, if they have one, and with what has become of those since."""
    whole = reservation.outerjoin(entry, entry.c.reservation == reservation.c.seq)
    whole = whole.outerjoin(augmentation, _last).outerjoin(goal, goal.c.entry == entry.c.seq)
    whole = whole.outerjoin(prepared, prepared.c.reservation == reservation.c.seq)
    whole = whole.outerjoin(void, void.c.reservation == reservation.c.seq)
    whole = whole.outerjoin(withdrawal, withdrawal.c.entry == entry.c.seq)
    whole = whole.outerjoin(_successor, _successor.c.seq == withdrawal.c.successor)
    return select(*_FIELDS).select_from(whole.outerjoin(_next, _next.c.seq == _successor.c.reservation))


PENDING = and_(entry.c.seq.is_(None), void.c.seq.is_(None))
"""Whether a line is reserved, and neither issued nor void."""

IN_FORCE = and_(entry.c.seq.is_not(None), withdrawal.c.entry.is_(None))
"""Whether the entry of a line is neither replaced nor revoked."""


def below_goal() -> ColumnElement[bool]:
    """Whether the entry of a line has not reached its goal."""
    missed = [
        and_(goal.c.level == wanted, func.coalesce(augmentation.c.level, entry.c.level).not_in(_reaching(wanted)))
        for wanted in Level
    ]
    return and_(or_(*missed), IN_FORCE)


def _reaching(wanted: Level) -> Sequence[str]:
    return [str(level) for level in Level if level.reaches(wanted)]


def intent_of(line: Line) -> Intent:
    """The intent in a line."""
    return Intent(
        office=line.office,
        template=line.template,
        template_sha256=line.template_sha256,
        number=line.number,
        id=line.id,
        record_digest=line.record_digest,
        digest=line.digest,
        at=line.at,
        sent=bool(line.sent),
    )


def entry_of(line: Line) -> Entry:
    """The entry in a line that has one, as it stands."""
    return Entry(
        seq=line.seq,
        office=line.office,
        template=line.template,
        number=line.number,
        id=line.id,
        record_digest=line.record_digest,
        pdf_sha256=line.first_sha256 if line.step is None else line.pdf_sha256,
        level=Level(line.first_level if line.step is None else line.level),
        at=line.issued_at,
        goal=Goal(line.profile, Level(line.goal), Level(line.minimum)) if line.profile is not None else None,
        until=line.until,
        certificate_sha256=line.certificate or b"",
        ended=None if line.ended_at is None else Ending(line.ended_at, line.reason, line.successor),
    )


def number_of(intent: Intent) -> tuple[str, str, str]:
    """What must be unique: office, template and number."""
    return intent.office, intent.template, intent.number


def chunks(values: Iterable[T]) -> Iterator[Sequence[T]]:
    """The values in order, at most AT_ONCE together."""
    waiting = iter(values)
    while some := list(islice(waiting, AT_ONCE)):
        yield some
