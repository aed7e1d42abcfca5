"""What ends a document: a reservation that will never be issued (VOID), an entry that is in force no longer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import BindParameter, Connection, bindparam, func, insert, select

from tte.errors import RegisterError
from tte.frame import name_of
from tte.model import State
from tte.register.lines import Line, chunks, lines
from tte.register.steps import ALLOCATION, Steps, kind
from tte.register.tables import allocation, entry, replacement, reservation, void, withdrawal

LONGEST_REASON = 1000

_BETWEEN: tuple[BindParameter[int], BindParameter[int]] = (bindparam("low"), bindparam("high"))
_VOID = select(void.c.reservation).where(void.c.reservation.between(*_BETWEEN))
_TO_REPLACE = select(replacement).where(replacement.c.reservation.between(*_BETWEEN))


def refuse_void(connection: Connection, places: Sequence[int]) -> None:
    """RegisterError if one of these reservations is void."""
    if not places:
        return
    if {*connection.execute(_VOID, {"low": min(places), "high": max(places)}).scalars()} & {*places}:
        raise RegisterError("a document was to be recorded whose reservation is void; nothing was kept")


def void_all(connection: Connection, ids: Sequence[str], reason: str, at: datetime) -> None:
    """Note that these will never be issued. RegisterError, and nothing is noted, if one may not be void."""
    _check(reason)
    names = [name_of(id_) for id_ in {*ids}]
    found = [
        line
        for some in chunks(names)
        for line in connection.execute(lines().where(reservation.c.name.in_(some)).order_by(reservation.c.seq))
    ]
    if len(found) != len(names) or any(line.seq is not None for line in found):
        raise RegisterError("what was never reserved, or is issued, cannot be made void; nothing was changed")
    if any(line.sent for line in found):
        raise RegisterError(
            "a document that was sent to a signing service may be signed; it cannot be made void",
            hint="tte register reconcile",
        )
    steps = Steps()
    last: int = connection.execute(select(func.max(void.c.seq))).scalar_one() or 0
    for seq, line in enumerate((line for line in found if not line.is_void), last + 1):
        connection.execute(insert(void), {"seq": seq, "reservation": line.place, "reason": reason, "at": at})
        steps.add(kind("void", line.office, line.template, State.VOID, State.PREPARED, at), line.place, line.number)
    steps.write(connection)


def void_numbers(connection: Connection, places: Sequence[int], reason: str, at: datetime) -> None:
    """Note that these numbers, which the register counted and nobody will get, are used for no document of ours."""
    _check(reason)
    if not places:
        return
    steps = Steps()
    seq: int = connection.execute(select(func.max(void.c.seq))).scalar_one() or 0
    for line in connection.execute(select(allocation).where(allocation.c.seq.in_(places)).order_by(allocation.c.seq)):
        seq += 1
        connection.execute(insert(void), {"seq": seq, "allocation": line.seq, "reason": reason, "at": at})
        given = kind("void", line.office, line.template, State.VOID, State.RESERVED, at)
        steps.add(given, line.seq, line.number, subject=ALLOCATION)
    steps.write(connection)


def revoke(connection: Connection, id_: str, reason: str, at: datetime) -> None:
    """Note that this entry is in force no longer. RegisterError if there is none, or it is not in force."""
    _check(reason)
    line = connection.execute(lines().where(reservation.c.name == name_of(id_), reservation.c.id == id_)).first()
    if line is None or line.seq is None:
        raise RegisterError("the register has no document with this id")
    if line.ended_at is not None:
        raise RegisterError("this document is in force no longer; nothing was changed", hint="tte register show")
    connection.execute(insert(withdrawal), {"entry": line.seq, "reason": reason, "at": at})
    steps = Steps()
    _end(steps, line, State.REVOKED, "revoke", at)
    steps.write(connection)


def replace_all(connection: Connection, issued: Mapping[int, int], at: datetime) -> None:
    """End what was to be replaced by what has just been issued: `issued` has the entry of each reservation."""
    if not issued:
        return
    wanted = connection.execute(_TO_REPLACE, {"low": min(issued), "high": max(issued)})
    found = {row.entry: row for row in wanted if row.reservation in issued}
    steps = Steps()
    for some in chunks(sorted(found)):
        for line in connection.execute(lines().where(entry.c.seq.in_(some)).order_by(entry.c.seq)).all():
            if line.ended_at is None:  # else it was revoked before, and stays so
                row = found[line.seq]
                end = {"entry": line.seq, "successor": issued[row.reservation], "reason": row.reason, "at": at}
                connection.execute(insert(withdrawal), end)
                _end(steps, line, State.REPLACED, "replace", at)
    steps.write(connection)


def _end(steps: Steps, line: Line, state: State, event: str, at: datetime) -> None:
    file = line.first_sha256 if line.step is None else line.pdf_sha256
    steps.add(kind(event, line.office, line.template, state, State.ISSUED, at), line.place, line.number, file)


def _check(reason: str) -> None:
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise RegisterError(f"a reason is needed, of at most {LONGEST_REASON} characters")
