"""Lists for people: the documents of an office, the newest first, and how many it issued of each kind on each day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, false, func, literal_column, or_, select

from tte.model import State
from tte.register.tables import entry, reservation, withdrawal

PER_PAGE: Final = 50


class Sought(NamedTuple):
    """Which documents of an office: of one template, in one state, under numbers that begin so, issued since and until
    a time. What is None or empty is not asked.
    """

    office: str
    template: str = ""
    state: State | None = None
    number: str = ""
    since: datetime | None = None
    until: datetime | None = None


def sought(wanted: Sought) -> ColumnElement[bool]:
    """The condition on a register's lines (`lines`). An office has its specimens as well."""
    conditions = [of_office(wanted.office)]
    if wanted.template:
        conditions.append(reservation.c.template == wanted.template)
    if wanted.number:
        conditions.append(reservation.c.number.startswith(wanted.number, autoescape=True))
    if wanted.since is not None:
        conditions.append(entry.c.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(entry.c.at < wanted.until)
    ended = select(withdrawal.c.entry).where(withdrawal.c.entry == entry.c.seq).correlate(entry)
    match wanted.state:
        case None:
            pass
        case State.ISSUED:
            conditions.append(~ended.exists())
        case State.REPLACED:
            conditions.append(ended.where(withdrawal.c.successor.is_not(None)).exists())
        case State.REVOKED:
            conditions.append(ended.where(withdrawal.c.successor.is_(None)).exists())
        case _:  # what is not issued is no document
            conditions.append(false())
    return and_(*conditions)


def of_office(office: str) -> ColumnElement[bool]:
    """Whether a reservation is of an office, a specimen of it included."""
    return or_(reservation.c.office == office, reservation.c.office == f"{office} SPECIMEN")


def issued_by_day(
    connection: Connection, office: str, since: datetime, zone: tzinfo
) -> Mapping[date, Mapping[str, int]]:
    """How many documents of each template an office has issued on each day since a time."""
    hour = func.strftime(literal_column("'%Y-%m-%dT%H'"), entry.c.at)
    if connection.dialect.name != "sqlite":
        hour = func.to_char(func.timezone(literal_column("'UTC'"), entry.c.at), literal_column("'YYYY-MM-DD\"T\"HH24'"))
    counted = (
        select(hour, reservation.c.template, func.count())
        .select_from(entry.join(reservation, entry.c.reservation == reservation.c.seq))
        .where(of_office(office), entry.c.at >= since)
        .group_by(hour, reservation.c.template)
    )
    days: dict[date, dict[str, int]] = {}
    for at, template, count in connection.execute(counted):
        day = (datetime.fromisoformat(f"{at}:00:00+00:00")).astimezone(zone).date()
        kinds = days.setdefault(day, {})
        kinds[template] = kinds.get(template, 0) + count
    return days
