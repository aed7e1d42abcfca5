"""One at a time: a lock between processes that the system lets go of when its holder dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from tte.errors import RegisterError


class Whole:
    """A turn that excludes all others: every number is claimed with it."""

    def claim(self, office: str, template: str, numbers: Collection[str], *, wait: bool) -> bool:
        return True

    def release(self, office: str, template: str, numbers: Collection[str]) -> None:
        pass


@contextmanager
def turn(file: Path) -> Iterator[Whole]:
    """Wait for the whole register and hold it."""
    with held(file):
        yield Whole()


@contextmanager
def held(file: Path) -> Iterator[None]:
    """Wait for the lock and hold it. `file` is made beside the register and stays.

    Not the database file itself: closing any handle on it would drop the locks that SQLite holds there (fcntl(2)).
    """
    try:
        handle = os.open(file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as why:
        raise RegisterError(
            f"the register cannot be written: {why.strerror}", hint="check the permissions of its folder"
        ) from why
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
