"""Rows of the database and the nouns they stand for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from sqlalchemy import Row, Select, select

from tte.model import Entry, Intent, Level
from tte.register.tables import entry, reservation

AT_ONCE = 500
"""How many values go into one statement, below every database's limit."""

T = TypeVar("T")

Line = Row[tuple[object, ...]]
"""A reservation beside its entry; `seq` is None while it is pending."""

_FIELDS = (
    *(column for column in reservation.c if column.name not in ("seq", "name")),
    entry.c.seq,
    entry.c.pdf_sha256,
    entry.c.level,
    entry.c.at.label("issued_at"),
)


def lines() -> Select[tuple[object, ...]]:
    """Reservations with their entries, if they have one."""
    return select(*_FIELDS).select_from(reservation.outerjoin(entry, entry.c.reservation == reservation.c.seq))


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
    )


def entry_of(line: Line) -> Entry:
    """The entry in a line that has one."""
    return Entry(
        seq=line.seq,
        office=line.office,
        template=line.template,
        number=line.number,
        id=line.id,
        record_digest=line.record_digest,
        pdf_sha256=line.pdf_sha256,
        level=Level(line.level),
        at=line.issued_at,
    )


def number_of(intent: Intent) -> tuple[str, str, str]:
    """What must be unique: office, template and number."""
    return intent.office, intent.template, intent.number


def chunks(values: Iterable[T]) -> Iterator[Sequence[T]]:
    """The values in order, at most AT_ONCE together."""
    waiting = iter(values)
    while some := list(islice(waiting, AT_ONCE)):
        yield some
