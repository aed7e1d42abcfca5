"""A wrong PIN is tried once, by anyone, ever: what a home remembers of the secrets that were refused.

Tokens and services lock themselves after a few wrong PINs, and a service that restarts in a loop would lock one within
seconds. So a refusal of what nobody typed (`env:`, `file:`) is noted in `var/keys`, and that key is not tried again by
any command or process of the home until a person has run `tte key check` (or imports the key's certificate), which
tries it once. A note holds a time and which key; no secret, and nothing made from one.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from tte.backends.whole_file import replace_file, sync_folder
from tte.errors import KeyUnavailable, PinLocked, PinRefused
from tte.key import KeyUri

WITHIN_TOKEN = frozenset({"object", "id", "type", "certificate"})
"""What tells the keys of one token apart (RFC 7512 §2.3). They have one PIN, so they are refused together."""

NOT_LOCKING = frozenset({"token-source"})
"""A bearer token is no PIN: nothing is locked by a wrong one, and whoever renews it is a program."""

LONGEST = 40
"""Bytes of a note that hold its time."""


@dataclass(frozen=True, slots=True)
class Refusals:
    """What is remembered for the PIN of one key in one home. `profile` is only what a person is told to check.

    `attended`: a person types the PIN each time, so nothing is noted and nothing stands in the way.
    """

    folder: Path
    uri: KeyUri
    profile: str
    attended: bool
    applies: bool

    @classmethod
    def of(cls, home: Path, uri: KeyUri, profile: str, *, interactive: bool) -> Refusals:
        """`interactive`: a person can be asked here, if the URI says `prompt:`."""
        sources = [text for name, text in uri.access.items() if name.endswith("source") and name not in NOT_LOCKING]
        return cls(
            folder=home / "var" / "keys",
            uri=uri,
            profile=profile,
            attended=interactive and "prompt:" in sources,
            applies=any(text.startswith(("env:", "file:")) for text in sources),
        )

    @property
    def note(self) -> Path:
        """Where the note is, if there is one: named after the public part of the key URI."""
        which = {name: text for name, text in self.uri.which.items() if name not in WITHIN_TOKEN}
        named = hashlib.sha256(str(replace(self.uri, which=which)).encode("utf-8", "surrogateescape")).hexdigest()
        return self.folder / f"{named[:32]}.refused"

    @contextmanager
    def attempt(self, *, by_hand: bool = False) -> Iterator[None]:
        """One opening of the key, for the length of the block: nobody else in this home tries the same PIN meanwhile.

        PinRefused, and the block does not begin, if there is a note and nobody is there to type another PIN; `by_hand`:
        a person wants it tried all the same. When the block ends well the note is gone. KeyUnavailable if a refusal
        could not be noted: then nothing is tried.
        """
        if self.attended or not self.applies:
            yield
            if self.attended:
                self.clear()
            return
        with self._alone():
            if not by_hand:
                self._refuse_if_noted()
            with self.noting():
                yield
            self.clear()

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Notes a refusal within the block: a key may need its PIN again while it is open."""
        try:
            yield
        except (PinRefused, PinLocked) as why:
            if self.applies and not self.attended:
                self._write()
                more = f"it is not tried again until somebody has put it right and run: tte key check {self.profile}"
                why.hint = f"{why.hint}; {more}" if why.hint else more
            raise

    def _refuse_if_noted(self) -> None:
        if not self.note.exists():
            return
        raise PinRefused(
            f"the PIN of {self.uri} was refused {self._noted_at()} and was not tried again",
            hint=f"correct the PIN where the profile says it is, then run: tte key check {self.profile}",
        )

    def _noted_at(self) -> str:
        try:
            with self.note.open("rb") as file:
                at = datetime.fromisoformat(file.read(LONGEST).split(b"\n")[0].decode("ascii"))
        except (OSError, ValueError):
            return "earlier"
        return f"on {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"

    def _write(self) -> None:
        at = datetime.now(UTC).replace(microsecond=0)
        text = f"{at.isoformat()}\n{self.uri}\nA PIN was refused then. To have it tried again: tte key check\n"
        try:
            replace_file(self.note, text.encode("utf-8", "surrogateescape"), mode=0o644)
        except OSError as why:
            raise self._unkept(why) from why

    def clear(self) -> None:
        """Forget that anything was refused: the key has been opened, or is a new one."""
        try:
            self.note.unlink()
        except FileNotFoundError:
            return
        except OSError as why:
            if self.applies and not self.attended:
                raise self._unkept(why) from why
            return
        sync_folder(self.folder)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """The lock is a file of its own that stays, so that nobody can wait for one that is gone."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.note.with_suffix(".lock"), os.O_RDONLY | os.O_CREAT, 0o644)
        except OSError as why:
            raise self._unkept(why) from why
        try:
            if not os.access(self.folder, os.W_OK | os.X_OK):
                raise self._unkept(None)
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _unkept(self, why: OSError | None) -> KeyUnavailable:
        said = f": {why.strerror}" if why else ""
        return KeyUnavailable(
            f"{self.folder} cannot be written{said}; a refused PIN could not be remembered there",
            hint="give the folder to the user that runs tte",
        )
