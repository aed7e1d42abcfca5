"""How much there is of what, in numbers, for whoever watches a service. No row leaves: only how many there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, FromClause, func, select

from tte.register.batch_tables import batch, chunk
from tte.register.delivery_tables import delivery
from tte.register.faults import translated
from tte.register.lines import below_goal, lines
from tte.register.people_tables import draft, person
from tte.register.request_tables import request
from tte.register.store import SqlRegister
from tte.register.tables import checkpoint, entry, goal, log, reservation, void, withdrawal

if TYPE_CHECKING:
    from tte.register import Register


@dataclass(frozen=True, slots=True)
class Counts:
    """The state of a register at one moment.

    `ended`: issued and in force no longer. `pending`: reserved, and neither issued nor void. `below_goal`: documents by
    key profile whose level is yet to be reached. `log_size` lines stand in the log, `signed_size` of them under a
    checkpoint. `drafts` by state. `waiting_rows` by key profile are submitted in batches and not done; `taken_chunks`
    are with workers. `second_factors`: people who have one. `sealed_requests`: of citizens, and not emptied yet.
    `open_deliveries`: whose address or link is not forgotten.
    """

    issued: int
    ended: int
    pending: int
    below_goal: Mapping[str, int]
    log_size: int
    signed_size: int
    drafts: Mapping[str, int]
    waiting_rows: Mapping[str, int]
    taken_chunks: int
    second_factors: int
    sealed_requests: int
    open_deliveries: int


def counted(register: Register) -> Counts:
    """What there is in an open register, in one transaction. RegisterError if it cannot be read.

    Lines are numbered from 1 and never deleted, so the last number is how many there are; only what is open is counted.
    """
    if not isinstance(register, SqlRegister):
        raise TypeError("only a register in a database is counted")
    with translated(), register._open().connect() as connection, connection.begin():
        issued = _last(connection, entry.c.seq)
        given_up = _count(connection, void, void.c.reservation.is_not(None))
        signed = connection.execute(select(func.max(checkpoint.c.size))).scalar()
        edge = connection.execute(select(log.c.first, log.c.size).order_by(log.c.first.desc()).limit(1)).first()
        unfinished = chunk.c.ended.is_(None)
        return Counts(
            issued=issued,
            ended=_count(connection, withdrawal),
            pending=_last(connection, reservation.c.seq) - issued - given_up,
            below_goal=_by(
                connection,
                lines()
                .where(below_goal())
                .with_only_columns(goal.c.profile, func.count(), maintain_column_froms=True)
                .group_by(goal.c.profile),
            ),
            log_size=edge.first + edge.size if edge else 0,
            signed_size=signed or 0,
            drafts=_by(connection, select(draft.c.state, func.count()).group_by(draft.c.state)),
            waiting_rows=_by(
                connection,
                select(batch.c.profile, func.sum(chunk.c.size)).join(chunk).where(unfinished).group_by(batch.c.profile),
            ),
            taken_chunks=_count(connection, chunk, unfinished, chunk.c.worker.is_not(None)),
            second_factors=_count(connection, person, person.c.seed.is_not(None)),
            sealed_requests=_count(connection, request, request.c.content.is_not(None)),
            open_deliveries=_count(connection, delivery, delivery.c.forgotten.is_(None)),
        )


def levels_owed(register: Register, profiles: Collection[str]) -> tuple[int, datetime | None]:
    """How many documents of these key profiles have not reached their level, and when the oldest was issued."""
    if not isinstance(register, SqlRegister):
        raise TypeError("only a register in a database is counted")
    wanted = lines().where(below_goal(), goal.c.profile.in_(sorted(profiles)))
    with translated(), register._open().connect() as connection, connection.begin():
        asked = wanted.with_only_columns(func.count(), func.min(entry.c.at), maintain_column_froms=True)
        count, oldest = connection.execute(asked).one()
    return count, oldest


def _last(connection: Connection, seq: ColumnElement[int]) -> int:
    return int(connection.execute(select(func.max(seq))).scalar() or 0)


def _count(connection: Connection, table: FromClause, *where: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one())


def _by(connection: Connection, wanted) -> Mapping[str, int]:  # type: ignore[no-untyped-def]
    return {str(name): int(count) for name, count in connection.execute(wanted)}
