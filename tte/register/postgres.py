"""The register in a PostgreSQL database: settings looked at on every connection, writers one at a time, claims.

A connection is checked before its first use; so are the guards when the register is opened. Writing transactions take
one lock first and then see all that was committed, for numbers go on from the last row. Reading ones see one state.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError

from tte.errors import ConfigError, RegisterError
from tte.register.claims import holding, key_of, turn
from tte.register.faults import translated
from tte.register.opening import MIGRATING, WRITING, bring_up_to_date
from tte.register.store import SqlRegister

if TYPE_CHECKING:
    from psycopg import Connection as Driven

LOCK_PATIENCE_MS: Final = 30_000
CLAIM_PATIENCE_MS: Final = 600_000
"""How long a writer waits for another, and an issuer for one that has its numbers: perhaps with a slow card."""

_OLDEST: Final = 130_000
_CONNECTING: Final = {
    "client_encoding": "utf8",
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
"""A server that is gone is noticed within half a minute; what the URL says goes first, but for the encoding."""

_SETTLE: Final = """
    SELECT set_config('timezone', 'UTC', false), set_config('lock_timeout', %s, false),
    set_config('statement_timeout', %s, false), set_config('idle_in_transaction_session_timeout', '60s', false)
"""
_LOOK: Final = """
    SELECT current_setting('server_version_num')::int, pg_is_in_recovery(), current_setting('fsync'),
    current_setting('full_page_writes'), current_setting('synchronous_commit'), current_setting('server_encoding'),
    current_setting('client_encoding'), datcollate FROM pg_database WHERE datname = current_database()
"""
_ONE_WRITER: Final = f"SELECT pg_advisory_xact_lock({key_of('writing')})"


def open_postgres(
    url: str, *, lock_patience_ms: int = LOCK_PATIENCE_MS, claim_patience_ms: int = CLAIM_PATIENCE_MS
) -> SqlRegister:
    """Open or make the register in the database at a URL as libpq takes it (PostgreSQL documentation, 34.1.1.2).

    What the URL leaves out may stand in the environment, in a service file or a password file. ConfigError if it cannot
    be read, or psycopg is not installed; RegisterError if the database is no register or not safe to use.
    """
    address, connect = _address(url)
    with translated():
        engine = _engine(address, partial(connect, lock_patience_ms, 2 * lock_patience_ms))
        event.listen(engine, "begin", _begin)
        claims = _engine(address, partial(connect, claim_patience_ms, 0)).execution_options(
            isolation_level="AUTOCOMMIT"
        )
        event.listen(engine, "engine_disposed", lambda _: claims.dispose())
        try:
            bring_up_to_date(engine)
        except BaseException:
            engine.dispose()
            raise
    return SqlRegister(engine, partial(turn, claims), partial(holding, claims, key_of("raising")))


def is_empty(url: str) -> bool:
    """Whether there is no table in the schema that the URL leads to; nothing is made. Errors as `open_postgres`."""
    address, connect = _address(url)
    with translated():
        engine = _engine(address, partial(connect, LOCK_PATIENCE_MS, 2 * LOCK_PATIENCE_MS))
        try:
            return not inspect(engine).get_table_names()
        finally:
            engine.dispose()


def _address(url: str) -> tuple[URL, Callable[[int, int], Driven[Any]]]:
    """The URL for SQLAlchemy, which shows it without its password, and what opens a connection. No error quotes it."""
    try:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict
    except ImportError:
        raise ConfigError("a register in PostgreSQL needs psycopg", hint="pip install tte-signing[postgres]") from None
    try:
        given = conninfo_to_dict(url)
        address = make_url(url)
    except (psycopg.Error, ArgumentError, ValueError):
        raise ConfigError(
            "the address of the register cannot be read",
            hint="postgresql://USER@HOST/DATABASE; special characters in a password as %XX; several hosts as ?host=A,B",
        ) from None

    def connect(lock_patience_ms: int, statement_patience_ms: int) -> Driven[Any]:
        asked: dict[str, Any] = {**_CONNECTING, "application_name": "tte", **given, "client_encoding": "utf8"}
        connection = psycopg.connect(**asked, autocommit=True)
        try:
            _settle(connection, lock_patience_ms, statement_patience_ms)
            connection.autocommit = False
        except BaseException:
            connection.close()
            raise
        return connection

    return address, connect


def _engine(address: URL, connect: Callable[[], Driven[Any]]) -> Engine:
    return create_engine(
        address,
        creator=connect,
        paramstyle="format",
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=2,
        max_overflow=14,
        pool_timeout=30,
    )


def _settle(connection: Driven[Any], lock_patience_ms: int, statement_patience_ms: int) -> None:
    """Settings of each new connection; RegisterError for those of the server that could lose what was acknowledged."""
    connection.execute(_SETTLE, (str(lock_patience_ms), str(statement_patience_ms)))
    found = connection.execute(_LOOK).fetchone()
    assert found is not None  # noqa: S101  the database we are in
    version, standby, fsync, pages, commit, encoding, asked, collation = found
    if version < _OLDEST:
        raise _unsafe("its server is older than version 13", "update PostgreSQL")
    if standby:
        raise _unsafe("it is a standby", "give the address of the primary server in tte.toml")
    for name, value in (("fsync", fsync), ("full_page_writes", pages)):
        if value != "on":
            raise _unsafe(f"{name} is {value}", f"set {name} = on in postgresql.conf and restart the server")
    if commit not in ("on", "remote_apply"):
        raise _unsafe(
            f"synchronous_commit is {commit}",
            "set synchronous_commit = on, also for this role and this database (ALTER ROLE, ALTER DATABASE)",
        )
    if (encoding, asked) != ("UTF8", "UTF8"):
        raise _unsafe(f"its encoding is {encoding}", "make the database with ENCODING 'UTF8' (docs/register.md)")
    if collation not in ("C", "POSIX"):
        raise _unsafe(
            f"its collation is {collation}, whose order changes with the system's libraries and breaks indexes",
            "make the database with LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0 (docs/register.md)",
        )


def _unsafe(why: str, remedy: str) -> RegisterError:
    return RegisterError(f"the database cannot be used safely: {why}", hint=remedy)


def _begin(connection: Connection) -> None:
    """Writers take the one lock before anything, so that what they read is what they write upon."""
    from psycopg import IsolationLevel

    options = connection.get_execution_options()
    driven = connection.connection.driver_connection
    assert driven is not None  # noqa: S101  it is being used
    writing = options.get(WRITING, False)
    own = "isolation_level" in options
    driven.read_only = not (writing or own)
    if not own:
        driven.isolation_level = IsolationLevel.READ_COMMITTED if writing else IsolationLevel.REPEATABLE_READ
    if writing:
        connection.exec_driver_sql(_ONE_WRITER)
    if options.get(MIGRATING, False):
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
