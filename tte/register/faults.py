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
    """Turn every SQLAlchemy and sqlite3 exception raised inside into RegisterError."""
    try:
        yield
    except SQLAlchemyError as why:
        raise _as_error(why.orig if isinstance(why, DBAPIError) else why) from why
    except sqlite3.Error as why:
        raise _as_error(why) from why


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
