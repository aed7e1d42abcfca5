"""Copies of a home's register: made with a checkpoint, audited before they are trusted, put back with care."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tte.checking import History, read_history
from tte.errors import ConfigError, LogError, RegisterError, RegisterRolledBack
from tte.log import Checkpoint, Note
from tte.office import Home
from tte.register import open_register
from tte.register.copying import copy_sqlite, open_copy, put_in_place


def sqlite_file(home: Home) -> Path | None:
    """The file of the register; None if it is in a database of another kind."""
    scheme, _, path = home.register_url.partition(":")
    return Path(path) if scheme == "sqlite" else None


def back_up(home: Home, target: Path, at: datetime) -> tuple[History, bytes]:
    """Copy the register into a new file and audit the copy; what the audit found, and the checkpoint it holds.

    ConfigError, RegisterError: nothing was written, or what was written is left for a look.
    """
    source = sqlite_file(home)
    if source is None:
        raise ConfigError("only a register in one SQLite file is copied here")
    if target.exists():
        raise RegisterError(f"{target} is there already", hint="choose another name; no copy is ever overwritten")
    with home.open_register() as register:
        note = home.log.checkpoint(register, at)
    copy_sqlite(source, target)
    with open_copy(target) as copy:
        history = read_history(copy, [note], origin=home.log.origin, keys=home.log.keys())
    return history, note


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of a copy: what its audit found, whether it is in place, where the register is that was there, why
    nothing may be issued into it, and how many lines of the log it lacks, as far as that is known.
    """

    history: History
    installed: bool
    aside: Path | None = None
    trouble: RegisterRolledBack | None = None
    missing: int | None = None


def restore(home: Home, file: Path, at: datetime, *, replace: bool) -> Restored:
    """Audit a copy and put it in the register's place. One with findings is not put there.

    RegisterError, and nothing is changed, if a register is there and `replace` is false, or somebody uses it.
    """
    target = sqlite_file(home)
    if target is None:
        raise ConfigError("only a register in one SQLite file is put back here")
    if not file.is_file():
        raise ConfigError(f"{file} is no file")
    if target.exists() and not replace:
        raise RegisterError(
            f"there is a register at {target}; nothing was changed",
            hint="--replace moves it aside; nothing is ever deleted",
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=target.parent, prefix=".restoring-") as scratch:
            copy = Path(scratch) / target.name
            shutil.copyfile(file, copy)
            copy.chmod(0o600)
            with closing(open_register(f"sqlite:{copy}")) as opened:  # migrated here if it is older
                history = read_history(opened, origin=home.log.origin, keys=home.log.keys())
            if history.found:
                return Restored(history, installed=False)
            aside = put_in_place(copy, target, at, replace=replace)
    except OSError as why:
        raise RegisterError(f"{file} cannot be put in place: {why.strerror}", hint="check the disk") from why
    with home.open_register() as register:
        trouble = home.log.trouble(register)
    return Restored(history, True, aside, trouble, _missing(home, history) if trouble else 0)


def _missing(home: Home, history: History) -> int | None:
    try:
        return max(Checkpoint.parse(Note.parse(home.log.marker.read_bytes()).text).size - history.size, 0)
    except (OSError, LogError):
        return None
