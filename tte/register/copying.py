"""Copies of a register in one SQLite file: made while it is in use, looked at, and put in its place.

A copy is one file without a write-ahead log beside it, synced to the disk, and complete or not there at all.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from sqlalchemy import URL, create_engine

from tte.errors import RegisterError
from tte.register.faults import translated
from tte.register.opening import look_at
from tte.register.store import SqlRegister
from tte.register.turn import turn

_BESIDE = ("", "-wal", "-shm")


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a register into a new file while others use it (SQLite's online backup). RegisterError if it cannot be."""
    part = target.with_name(f".{target.name}.part")
    with _files():
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        try:
            with translated(), _plain(source) as old, _plain(part) as new:
                old.backup(new, pages=4096)
                new.execute("PRAGMA journal_mode = DELETE")
                if new.execute("PRAGMA quick_check").fetchone()[0] != "ok":
                    raise RegisterError("the copy is damaged", hint="check both disks, then run the same command again")
            _sync(part)
            os.link(part, target)  # unlike a rename it never takes the place of another file
            _sync(target.parent)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def open_copy(path: Path) -> Iterator[SqlRegister]:
    """A copy, to be read only. RegisterError if it is no register, or of another version of this program."""
    address = URL.create("sqlite", database=f"file:{path.resolve()}", query={"mode": "ro", "uri": "true"})
    with translated():
        engine = create_engine(address, hide_parameters=True)
        register = SqlRegister(engine, _none, _none)
        try:
            look_at(engine)
            yield register
        finally:
            register.close()


def put_in_place(copy: Path, target: Path, at: datetime, *, replace: bool) -> Path | None:
    """Move a copy to where the register is kept; gives where the register is that was there, if one was.

    Nobody else may have that one open. RegisterError if somebody has, or one is there and `replace` is false.
    """
    with _files(), turn(target.with_name(f"{target.name}.turn")):
        aside = None
        if any(target.with_name(target.name + end).exists() for end in _BESIDE):
            if not replace:
                raise RegisterError(
                    f"there is a register at {target}; nothing was changed",
                    hint="--replace moves it aside; nothing is ever deleted",
                )
            aside = target.with_name(f"{target.name}.replaced-{at:%Y%m%dT%H%M%SZ}")
            _settle_alone(target)
            for end in _BESIDE:
                if target.with_name(target.name + end).exists():
                    target.with_name(target.name + end).rename(aside.with_name(aside.name + end))
        os.link(copy, target)
        copy.unlink()
        _sync(target)
        _sync(target.parent)
    return aside


def _settle_alone(path: Path) -> None:
    """Have all of it in the one file; that works only while nobody else has it open. A damaged one stays as it is."""
    try:
        with closing(sqlite3.connect(path, timeout=1)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as why:
        if getattr(why, "sqlite_errorname", "") in ("SQLITE_BUSY", "SQLITE_LOCKED"):
            raise RegisterError(
                "the register is in use; nothing was changed",
                hint="stop every tte process of this home, then try again",
            ) from why
    except sqlite3.DatabaseError:
        return


def _none() -> NoReturn:
    raise RegisterError("this copy of a register is only read")


@contextmanager
def _plain(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        yield connection


@contextmanager
def _files() -> Iterator[None]:
    try:
        yield
    except FileExistsError as why:
        raise RegisterError(f"{why.filename2 or why.filename} is there already", hint="choose another name") from why
    except OSError as why:
        raise RegisterError(
            f"{why.filename or 'a file'} cannot be written: {why.strerror}", hint="check the folder and the disk"
        ) from why


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
