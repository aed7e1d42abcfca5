"""The register in one SQLite file: durable settings, migrations at open, one writer at a time."""

from __future__ import annotations

import os
import sqlite3
from functools import partial
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from tte.errors import RegisterError
from tte.register.faults import translated
from tte.register.opening import MIGRATING, WRITING, bring_up_to_date
from tte.register.store import SqlRegister
from tte.register.turn import held, turn

BUSY_TIMEOUT_MS = 30_000

_SETTINGS = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL: what was acknowledged survives a power cut
    "foreign_keys": 1,
    "recursive_triggers": 1,  # else REPLACE deletes past the DELETE guards (safety.md 0.4)
    "wal_autocheckpoint": 4000,  # pages: 32 MB of log
    "cache_size": -16_000,  # KB, for each connection: the names of some hundred thousand documents
}


def open_sqlite(path: str, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> SqlRegister:
    """Open or make the register at `path`. RegisterError if it is no register or not safe to use."""
    file = Path(path)
    with translated():
        _touch(file)
        engine = create_engine(
            URL.create("sqlite", database=str(file)),
            hide_parameters=True,
            connect_args={"timeout": busy_timeout_ms / 1000},
        )
        event.listen(engine, "connect", _settle)
        event.listen(engine, "begin", _begin)
        turn_file, raising_file = (file.with_name(f"{file.name}.{name}") for name in ("turn", "raising"))
        try:
            bring_up_to_date(engine, partial(held, turn_file))
        except BaseException:
            engine.dispose()
            raise
    return SqlRegister(engine, partial(turn, turn_file), partial(held, raising_file))


def _touch(file: Path) -> None:
    """Make an empty file that only its owner can read, if there is none: a register holds personal data."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as why:
        raise RegisterError(
            f"the register {file} cannot be made", hint="check that the folder exists and may be written"
        ) from why


def _settle(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    """Settings of each new connection, read back: a file system without WAL must stop us, not weaken us."""
    connection.isolation_level = None  # transactions are begun by `_begin`, never by the driver's guess
    connection.execute("PRAGMA page_size = 8192")  # a new file takes it; right for bodies of some KB (speed.md)
    for name, wanted in _SETTINGS.items():
        connection.execute(f"PRAGMA {name} = {wanted}")
        found = connection.execute(f"PRAGMA {name}").fetchone()[0]
        if found != wanted:
            raise RegisterError(
                f"the register cannot be used safely: {name} stays {found}",
                hint="keep the register on a local disk that supports SQLite's write-ahead log",
            )


def _begin(connection: Connection) -> None:
    """Writers take their turn at once, so that what they read is what they write upon."""
    options = connection.get_execution_options()
    if options.get(MIGRATING, False):  # a table made anew is dropped first; the migration looks at the keys itself
        connection.exec_driver_sql("PRAGMA foreign_keys = 0")
    writing = options.get(WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
