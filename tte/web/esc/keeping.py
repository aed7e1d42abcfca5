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

_ON_ITS_WAY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """A signed file. `told` is what goes into the answer's headers, codes only; it is deleted at `until`."""

    id: str
    path: Path
    owner: str
    until: datetime
    told: str = ""
    downloaded: bool = False
    size: int = 0


class Keeping:
    """For one process and many threads. `now` gives the present; all files together have `most` bytes, or few more."""

    def __init__(self, folder: Path, *, keep: timedelta, now: Callable[[], datetime], most: int = 1 << 40) -> None:
        self._folder, self._keep, self._now, self._most = folder, keep, now, most
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
        kept = Kept(name, path, owner, self._now() + self._keep, told, size=path.stat().st_size)
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

    def make_room(self, size: int) -> bool:
        """Let the oldest files go before their time, if so many bytes more want it, but none of the last minute, which
        may be on its way. False if there is no room then: nothing should be signed.
        """
        with self._one:
            self._forget_old()
            young = self._now() + self._keep - _ON_ITS_WAY
            for old in sorted(self._kept.values(), key=lambda one: one.until):
                if self._total() + size <= self._most or old.until > young:
                    break
                self._drop(old)
            return self._total() + size <= self._most

    def again(self, key: bytes) -> Sequence[Kept] | None:
        """What was made for this `key`, or is being made; None if nothing is known of it."""
        with self._one:
            self._forget_old()
            before = self._asked.get(key)
        return before[0].result() if before else None

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
            self._drop(old)

    def _total(self) -> int:
        return sum(one.size for one in self._kept.values())

    def _drop(self, old: Kept) -> None:
        """The file, and that it was asked for: who asks again must not be given what is gone."""
        del self._kept[old.id]
        for key, (asked, _) in tuple(self._asked.items()):
            if asked.done() and not asked.exception() and any(one.id == old.id for one in asked.result()):
                del self._asked[key]
        with suppress(OSError):
            old.path.unlink()
