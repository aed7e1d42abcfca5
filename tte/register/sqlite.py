"""The register in one SQLite file: durable settings, migrations at open, one writer at a time."""

from __future__ import annotations

import os
import sqlite3
from functools import partial
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect
from sqlalchemy.pool import ConnectionPoolEntry

from tte.errors import RegisterError
from tte.register.faults import translated
from tte.register.store import WRITING, SqlRegister
from tte.register.tables import GUARDED, REVISIONS
from tte.register.turn import turn

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
        try:
            _bring_up_to_date(engine)
            with engine.connect() as connection:
                _check_guards(connection, REVISIONS[-1])
        except BaseException:
            engine.dispose()
            raise
    turns = (partial(turn, file.with_name(f"{file.name}.{name}")) for name in ("turn", "raising"))
    return SqlRegister(engine, *turns)


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
    writing = connection.get_execution_options().get(WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _bring_up_to_date(engine: Engine) -> None:
    with engine.connect() as connection:
        if _revision(connection) == REVISIONS[-1]:
            return
    with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        found = _revision(connection)
        if found == REVISIONS[-1]:
            return  # another process was quicker
        if found is not None:
            _check_guards(connection, found)
        _migrate(connection)


def _revision(connection: Connection) -> str | None:
    """The migration this database stands at; None if it is empty. RegisterError if it is no register or too new."""
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    found = (
        connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
        if "alembic_version" in tables
        else []
    )
    if len(found) != 1 or not {*GUARDED.get(found[0], GUARDED[REVISIONS[0]])} <= {*tables}:
        raise RegisterError("the file is a database, but not a register", hint="check the path in tte.toml")
    revision: str = found[0]
    if revision not in REVISIONS:
        raise RegisterError(
            f"the register was made by a newer version of this program (schema {revision})", hint="update tte"
        )
    return revision


def _migrate(connection: Connection) -> None:
    from alembic import command  # heavy, and needed once in the life of a register
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "tte.register:migrations")
    command.upgrade(config, "head")


def _check_guards(connection: Connection, revision: str) -> None:
    wanted = {f"{table}_no_{deed}" for table in GUARDED[revision] for deed in ("update", "delete", "replace")}
    found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
    if not wanted <= {*found}:
        raise RegisterError(
            "the register has lost the guards that keep its lines from being changed",
            hint="stop issuing and find out who altered it; restore it from its backup",
        )
