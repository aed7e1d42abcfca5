"""Signed files, kept for some minutes: for one download by the application that had them made, and for the same request
once more, which gets the same files and no second signature.

The list is in this process, the files in `var/esc/signed` for their owner only; what an earlier process left there is
removed at its start. After a restart neither a download nor a repetition is known.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import BinaryIO

from tte.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Kept:
    """A signed file. `told` is what goes into the answer's headers, codes only; it is deleted at `until`."""

    id: str
    path: Path
    owner: str
    until: datetime
    told: str = ""
    downloaded: bool = False


class Keeping:
    """For one process and many threads. `now` gives the present."""

    def __init__(self, folder: Path, *, keep: timedelta, now: Callable[[], datetime]) -> None:
        self._folder, self._keep, self._now = folder, keep, now
        self._one = Lock()
        self._kept: dict[str, Kept] = {}
        self._asked: dict[bytes, tuple[Future[Sequence[Kept]], datetime]] = {}
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for left in folder.iterdir():
                left.unlink()
        except OSError as why:
            raise ConfigError(
                f"{folder} cannot be used: {why.strerror}", hint="give the folder to the user that runs tte"
            ) from why

    def put(self, owner: str, write: Callable[[BinaryIO], object], *, told: str = "") -> Kept:
        """Keep what `write` writes; nothing is kept if it raises."""
        name = secrets.token_hex(16)
        path = self._folder / f"{name}.pdf"
        try:
            path.touch(mode=0o600, exist_ok=False)
            with path.open("wb") as file:
                write(file)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        kept = Kept(name, path, owner, self._now() + self._keep, told)
        with self._one:
            self._forget_old()
            self._kept[name] = kept
        return kept

    def take(self, name: str, owner: str) -> Kept | None:
        """The file for its one download; None if it is gone, was downloaded, or is another's."""
        with self._one:
            self._forget_old()
            found = self._kept.get(name)
            if found is None or found.owner != owner or found.downloaded:
                return None
            self._kept[name] = replace(found, downloaded=True)
        return found

    def once(self, key: bytes, work: Callable[[], Sequence[Kept]]) -> Sequence[Kept]:
        """What `work` makes; what it made before, or is making now in another thread, for the same `key`.

        What it raises is raised for all who wait, and not remembered.
        """
        with self._one:
            self._forget_old()
            before = self._asked.get(key)
            mine: Future[Sequence[Kept]] = Future()
            if before is None:
                self._asked[key] = mine, self._now() + self._keep
        if before is not None:
            return before[0].result()
        try:
            made = work()
        except BaseException as why:
            with self._one:
                self._asked.pop(key, None)
            mine.set_exception(why)
            raise
        mine.set_result(made)
        return made

    def tidy(self) -> None:
        """Forget what has had its time, and delete it."""
        with self._one:
            self._forget_old()

    def _forget_old(self) -> None:
        at = self._now()
        for key in [key for key, (asked, until) in self._asked.items() if asked.done() and until <= at]:
            del self._asked[key]
        for old in [one for one in self._kept.values() if one.until <= at]:
            del self._kept[old.id]
            with suppress(OSError):
                old.path.unlink()
