"""Numbers that the register gives: by office, template and day, counted from 1, each for one request and durable."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select

from tte.errors import AlreadyIssued
from tte.model import State
from tte.register import Request
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
    new: dict[bytes, dict[str, object]] = {}
    answers: list[str | AlreadyIssued] = []
    for request in requests:
        key = request.key
        while key in found and found[key].is_void:
            key = hashlib.sha256(key).digest()  # a number that is void is never given again
            found |= _found(connection, [key], *here)
        content = found[key].content if key in found else new.get(key, {}).get("content", request.content)
        if content != request.content:
            answers.append(
                AlreadyIssued(
                    "this idempotency key was used for other content", hint="give the request a key of its own"
                )
            )
            continue
        if key not in found and key not in new:
            seq, serial = seq + 1, serial + 1
            new[key] = {"seq": seq, "office": office, "template": template, "day": day, "serial": serial}
            new[key] |= {"number": number(serial), "request": key, "content": request.content, "at": at}
            given = kind("allocate", office, template, State.RESERVED, None, at)
            steps.add(given, seq, number(serial), subject=ALLOCATION)
        answers.append(str(found[key].number if key in found else new[key]["number"]))
    if new:
        connection.execute(insert(allocation), [*new.values()])
    steps.write(connection)
    return answers


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
