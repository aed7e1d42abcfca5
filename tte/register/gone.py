"""What is in force no longer, and what was reserved and will never be issued: for the status lists of seals."""

from __future__ import annotations

from sqlalchemy import Connection, select

from tte.model import State
from tte.register import Gone
from tte.register.tables import entry, reservation, void, withdrawal

_HERE = (reservation.c.id, reservation.c.at)


def gone_of(connection: Connection, office: str) -> list[Gone]:
    """Every document of an office that was revoked or replaced, and every reservation that is void."""
    ended = (
        select(*_HERE, withdrawal.c.successor)
        .select_from(withdrawal.join(entry, entry.c.seq == withdrawal.c.entry).join(reservation))
        .where(reservation.c.office == office)
    )
    never = select(*_HERE).select_from(void.join(reservation)).where(reservation.c.office == office)
    return [
        *(
            Gone(line.id, line.at, State.REVOKED if line.successor is None else State.REPLACED)
            for line in connection.execute(ended)
        ),
        *(Gone(line.id, line.at, State.VOID) for line in connection.execute(never)),
    ]
