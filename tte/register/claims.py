"""Claims of issuers in PostgreSQL: session locks on a connection of the turn's own, gone when its process dies.

Each claimed number is one lock in the server's table of them (max_locks_per_transaction x max_connections in all).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from tte.errors import RegisterError
from tte.register.faults import translated

_TRY = "SELECT key FROM (SELECT key, pg_try_advisory_lock(key) AS had FROM unnest(%s::bigint[]) key) AS tried WHERE had"
_TAKE = "SELECT pg_advisory_lock(key) FROM unnest(%s::bigint[]) key"
_LEAVE = "SELECT pg_advisory_unlock(key) FROM unnest(%s::bigint[]) key"


def key_of(*names: str) -> int:
    """The lock of what is called so, as a signed number of 64 bits."""
    digest = hashlib.sha256("\0".join(("tte register", *names)).encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


@contextmanager
def turn(claims: Engine) -> Iterator[Claims]:
    """A turn in which numbers can be claimed; others have theirs at the same time."""
    with _session(claims) as connection:
        yield Claims(connection)


@contextmanager
def holding(claims: Engine, key: int) -> Iterator[None]:
    """Wait for one lock and hold it."""
    with _session(claims) as connection:
        with translated():
            connection.exec_driver_sql(_TAKE, ([key],))
        yield


class Claims:
    """A turn (`tte.register.Turn`)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(self, office: str, template: str, numbers: Collection[str], *, wait: bool) -> bool:
        keys = _keys(office, template, numbers)
        with translated():
            if wait:  # all in one order, and with nothing in hand: nobody waits for one who waits for him
                self._connection.exec_driver_sql(_TAKE, (keys,))
                return True
            had = self._connection.exec_driver_sql(_TRY, (keys,)).scalars().all()
            if len(had) < len(keys):
                self._connection.exec_driver_sql(_LEAVE, ([*had],))
            return len(had) == len(keys)

    def release(self, office: str, template: str, numbers: Collection[str]) -> None:
        with translated():
            left = self._connection.exec_driver_sql(_LEAVE, (_keys(office, template, numbers),)).scalars().all()
        if not all(left):
            raise RegisterError(
                "the claim on some numbers was lost before they were recorded", hint="run the same command again"
            )


def _keys(office: str, template: str, numbers: Collection[str]) -> Sequence[int]:
    return sorted({key_of(office, template, number) for number in numbers})


@contextmanager
def _session(claims: Engine) -> Iterator[Connection]:
    """A connection that has no lock in the end; it is closed where that cannot be had."""
    with translated():
        connection = claims.connect()
    try:
        yield connection
    finally:
        with suppress(SQLAlchemyError):
            try:
                connection.exec_driver_sql("SELECT pg_advisory_unlock_all()")
            except SQLAlchemyError:
                connection.invalidate()
            finally:
                connection.close()
