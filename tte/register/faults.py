"""What a database says went wrong, as RegisterError with something to do. Values never reach a message."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from tte.errors import RegisterError

_SQLITE = (
    ("SQLITE_BUSY", "the register is locked by another process", "wait until the other batch is done, then try again"),
    (
        "SQLITE_LOCKED",
        "the register is locked by another process",
        "wait until the other batch is done, then try again",
    ),
    (
        "SQLITE_FULL",
        "the disk is full; the register kept nothing of this step",
        "make room, then run the same command again",
    ),
    (
        "SQLITE_NOTADB",
        "the register file is not a database",
        "check the path in tte.toml; restore the register from its backup",
    ),
    ("SQLITE_CORRUPT", "the register file is damaged", "stop issuing and restore the register from its backup"),
    ("SQLITE_READONLY", "the register cannot be written", "check the permissions of the file and of its folder"),
    ("SQLITE_PERM", "the register cannot be opened", "check the permissions of the file and of its folder"),
    ("SQLITE_CANTOPEN", "the register cannot be opened", "check that the folder exists and may be written"),
    ("SQLITE_IOERR", "the disk reported an error", "stop issuing, check the disk, then run the same command again"),
)

_AGAIN = "run the same command again: what was kept is found again"

_POSTGRES = (
    ("53100", "the disk of the database is full; the register kept nothing of this step", "make room, then run again"),
    ("53", "the database has no room for this", "see its max_connections and max_locks_per_transaction, run again"),
    ("55P03", "the register is held by another process", "wait until the other batch is done, then try again"),
    (
        "57014",
        "the database took too long; the register kept nothing of this step",
        "see what it is at, then run again",
    ),
    ("42501", "the role of the register may not do this in the database", "docs/register.md says what to grant it"),
    ("42P01", "the database has lost a table of the register", "stop issuing and restore it from its backup"),
    ("25006", "the database can only be read", "give the address of the primary server in tte.toml"),
    (
        "58",
        "the disk of the database reported an error",
        "stop issuing, check the disk, then run the same command again",
    ),
    ("XX00", "the database is damaged", "stop issuing and restore the register from its backup"),
    ("22", "the database cannot keep a text or a number as it is", ""),
    ("57P", "the database was stopped; what this step was to keep may be kept or not", _AGAIN),
    ("25P0", "the database closed the connection; what this step was to keep may be kept or not", _AGAIN),
    ("08", "the connection to the database was lost; what this step was to keep may be kept or not", _AGAIN),
)
"""By how its SQLSTATE begins (PostgreSQL documentation, appendix A)."""

_ENTERING = (
    (
        "password",
        "the database refused the password, or was given none",
        "check it; a password file or PGPASSWORD will do",
    ),
    ("does not exist", "the database or the role does not exist", "docs/register.md says how to make them"),
    ("pg_hba", "the database lets this role not in from here", "see its pg_hba.conf"),
    ("too many clients", "the database has no connection left", "see its max_connections, then run again"),
    ("reserved for", "the database has no connection left", "see its max_connections, then run again"),
)
"""By words of a server that let nobody in: there is no SQLSTATE then. The words may hold parts of the URL."""

_OUTSIDE = ("connection to server", "connection failed", "connection timeout", "resolve host")
"""What stands in the words where there was no connection yet."""

_CLOSED = "the connection to the database was lost; what this step was to keep may be kept or not"


class LineRefused(RegisterError):
    """The database refused a line: it is there already, or what it belongs to is not."""


def damaged() -> RegisterError:
    """What to raise when the register does not hold what it was given."""
    return RegisterError(
        "a file in the register is damaged: it is not what was issued",
        hint="stop issuing and restore the register from its backup",
    )


@contextmanager
def translated() -> Iterator[None]:
    """Turn every exception of SQLAlchemy and of SQLite raised inside into RegisterError.

    PostgreSQL's own words can hold what was to be written; they are not passed on.
    """
    try:
        yield
    except SQLAlchemyError as why:
        cause = why.orig if isinstance(why, DBAPIError) else why
        if cause is not None and hasattr(cause, "sqlstate"):
            raise _as_postgres_error(cause.sqlstate, str(cause)) from None
        raise _as_error(cause) from why
    except sqlite3.Error as why:
        raise _as_error(why) from why


def _as_postgres_error(state: str | None, words: str) -> RegisterError:
    if state is None:
        if not any(part in words for part in _OUTSIDE):
            return RegisterError(_CLOSED, hint=_AGAIN)
        for part, message, hint in _ENTERING:
            if part in words:
                return RegisterError(message, hint=hint)
        return RegisterError(
            "the database cannot be reached", hint="see that PostgreSQL runs there, then run the same command again"
        )
    if state.startswith("23"):
        return LineRefused("the register refused a line: lines are added once and never changed")
    for prefix, message, hint in _POSTGRES:
        if state.startswith(prefix):
            return RegisterError(message, hint=hint)
    return RegisterError(f"the register cannot be used (SQLSTATE {state})")


def _as_error(why: BaseException | None) -> RegisterError:
    name = getattr(why, "sqlite_errorname", "") or ""
    for prefix, message, hint in _SQLITE:
        if name.startswith(prefix):
            return RegisterError(message, hint=hint)
    if name.startswith("SQLITE_CONSTRAINT"):
        return LineRefused("the register refused a line: lines are added once and never changed")
    if isinstance(why, sqlite3.ProgrammingError):
        return RegisterError("the register is closed")
    return RegisterError(f"the register cannot be used ({name or type(why).__name__})")
