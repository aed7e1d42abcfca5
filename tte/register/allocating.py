"""Numbers that the register gives: by office, template and day, counted from 1, each for one request and durable."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select

from tte.errors import AlreadyIssued
from tte.model import State
from tte.register import Request
from tte.register.ending import void_numbers
from tte.register.lines import chunks
from tte.register.steps import ALLOCATION, Steps, kind
from tte.register.tables import allocation, reservation, void


def allocate(
    connection: Connection,
    office: str,
    template: str,
    day: date,
    requests: Sequence[Request],
    number: Callable[[int], str],
    at: datetime,
) -> Sequence[str | AlreadyIssued]:
    """A number for each request: the one it got before, or the next of the day. Never raised, so one stops none."""
    here = allocation.c.office == office, allocation.c.template == template
    found = _found(connection, [request.key for request in requests], *here)
    last = select(func.coalesce(func.max(allocation.c.serial), 0)).where(*here, allocation.c.day == day)
    serial: int = connection.execute(last).scalar_one()
    seq: int = connection.execute(select(func.max(allocation.c.seq))).scalar_one() or 0
    steps = Steps()
    rows: list[dict[str, object]] = []

    def give(key: bytes, content: bytes) -> str:
        """The next number, as a row to be inserted."""
        place, given = seq + len(rows) + 1, serial + len(rows) + 1
        name = number(given)
        row = {"seq": place, "office": office, "template": template, "day": day, "serial": given, "number": name}
        rows.append({**row, "request": key, "content": content, "at": at})
        steps.add(kind("allocate", office, template, State.RESERVED, None, at), place, name, subject=ALLOCATION)
        return name

    new: dict[bytes, tuple[bytes, str]] = {}
    passed: list[int] = []
    answers: list[str | AlreadyIssued] = []
    for request in requests:
        key = request.key
        while key in found and found[key].is_void:
            key = hashlib.sha256(key).digest()  # a number that is void is never given again
            found |= _found(connection, [key], *here)
        if key not in found and key not in new:
            while _is_taken(connection, office, template, number(serial + len(rows) + 1)):
                give(secrets.token_bytes(32), bytes(32))
                passed.append(seq + len(rows))
            new[key] = request.content, give(key, request.content)
        content, name = (found[key].content, found[key].number) if key in found else new[key]
        if content == request.content:
            answers.append(name)
        else:
            answers.append(
                AlreadyIssued(
                    "this idempotency key was used for other content", hint="give the request a key of its own"
                )
            )
    if rows:
        connection.execute(insert(allocation), rows)
    steps.write(connection)
    void_numbers(connection, passed, "a record of the registry came with this number", at)
    return answers


def _is_taken(connection: Connection, office: str, template: str, number: str) -> bool:
    """Whether a record came with this number: then it is not ours to give."""
    here = reservation.c.number == number, reservation.c.office == office, reservation.c.template == template
    return connection.execute(select(reservation.c.seq).where(*here).limit(1)).first() is not None


def unused(connection: Connection, office: str | None = None) -> Sequence[Row[tuple[object, ...]]]:
    """Numbers that were given, and are neither reserved nor void; oldest first."""
    same = (
        (reservation.c.number == allocation.c.number)
        & (reservation.c.office == allocation.c.office)
        & (reservation.c.template == allocation.c.template)
    )
    whole = allocation.outerjoin(reservation, same).outerjoin(void, void.c.allocation == allocation.c.seq)
    wanted = select(allocation).select_from(whole).where(reservation.c.seq.is_(None), void.c.seq.is_(None))
    if office is not None:
        wanted = wanted.where(allocation.c.office == office)
    return connection.execute(wanted.order_by(allocation.c.seq)).all()


def _found(
    connection: Connection, keys: Sequence[bytes], *here: ColumnElement[bool]
) -> dict[bytes, Row[tuple[object, ...]]]:
    columns = allocation.c.request, allocation.c.number, allocation.c.content, void.c.seq.is_not(None).label("is_void")
    whole = allocation.outerjoin(void, void.c.allocation == allocation.c.seq)
    wanted = select(*columns).select_from(whole).where(*here)
    return {
        line.request: line
        for some in chunks({*keys})
        for line in connection.execute(wanted.where(allocation.c.request.in_(some)))
    }
