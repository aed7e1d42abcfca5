"""What is sent to a service that signs whole documents: noted before it is sent, ended when its outcome is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from tte.errors import RegisterError
from tte.frame import name_of
from tte.register import Ended
from tte.register.lines import Line, chunks, lines
from tte.register.tables import dispatch, dispatch_end, reservation


def dispatch_all(connection: Connection, ids: Sequence[str], at: datetime) -> None:
    """Note that these are sent. RegisterError, and nothing is noted, if one may not be."""
    for line in _pending(connection, ids):
        if line.sent:
            raise RegisterError(
                "a document was to be sent again whose outcome is not known; nothing was sent",
                hint="tte register reconcile",
            )
        attempt = _attempts(connection, line.place) + 1
        connection.execute(insert(dispatch), {"reservation": line.place, "attempt": attempt, "at": at})


def end_all(connection: Connection, ids: Sequence[str], state: Ended, at: datetime) -> None:
    """Note that these came to nothing; what came to that already stays. RegisterError if one was never sent."""
    for line in _pending(connection, ids):
        attempt = _attempts(connection, line.place)
        if line.sent:
            row = {"reservation": line.place, "attempt": attempt, "state": state, "at": at}
            connection.execute(insert(dispatch_end), row)
        elif not attempt:
            raise RegisterError("a document was never sent, so its sending cannot end")


def _pending(connection: Connection, ids: Sequence[str]) -> Sequence[Line]:
    """The lines of these ids, each once. RegisterError if one is not reserved, is issued, or is void."""
    found = [
        line
        for some in chunks([name_of(id_) for id_ in {*ids}])
        for line in connection.execute(lines().where(reservation.c.name.in_(some)))
    ]
    if {line.id for line in found} != {*ids} or any(line.seq is not None or line.is_void for line in found):
        raise RegisterError("only what is reserved, and neither issued nor void, can be sent to be signed")
    return found


def _attempts(connection: Connection, place: int) -> int:
    last = select(func.max(dispatch.c.attempt)).where(dispatch.c.reservation == place)
    return connection.execute(last).scalar_one() or 0
