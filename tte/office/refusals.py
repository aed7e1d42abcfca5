"""A wrong PIN is tried once, by anyone, ever: what a home remembers of the secrets that were refused.

Tokens and services lock themselves after a few wrong PINs, and a service that restarts in a loop would lock one within
seconds. So a refusal of what nobody typed (`env:`, `file:`) is noted in `var/keys`, and that key is not tried again by
any command or process of the home until a person has run `tte key check` (or imports the key's certificate), which
tries it once. Opening a service that signs whole documents (`esc:`) tries no passphrase: there the person says that it
has been put right. A note holds a time and which key; no secret, and nothing made from one.
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

from tte.durable import replace_file, sync_folder
from tte.errors import KeyUnavailable, PinLocked, PinRefused, TteError
from tte.key import KeyUri

WITHIN_TOKEN = frozenset({"object", "id", "type", "certificate"})
"""What tells the keys of one token apart (RFC 7512 §2.3). They have one PIN, so they are refused together."""

NOT_LOCKING = frozenset({"token-source"})
"""A bearer token is no PIN: nothing is locked by a wrong one, and whoever renews it is a program."""

LOCKING = frozenset({"pin-source", "password-source", "passphrase-source", "secret-source", "client-secret-source"})
"""What a device or service may lock after wrong ones. While one of them lies somewhere, nobody types what was refused,
though something else be asked for (a one-time password)."""

SIGNING_TRIES = {"esc": frozenset({"password-source"})}
"""Schemes whose opening tries no PIN, only signing does; and which locking sources they never call a refused PIN: a
wrong password of ESC's API is HTTP 401."""

Note = tuple[int, int]
"""Which note it is: its file and when that was written. Another refusal writes another one."""

LONGEST = 40
"""Bytes of a note that hold its time."""


@dataclass(frozen=True, slots=True)
class Refusals:
    """What is remembered for the PIN of one key in one home. `profile` is only what a person is told to check.

    `attended`: a person types all that could be refused each time, so nothing is noted and nothing stands in the way.
    """

    folder: Path
    uri: KeyUri
    profile: str
    attended: bool
    applies: bool

    @classmethod
    def of(cls, home: Path, uri: KeyUri, profile: str, *, interactive: bool) -> Refusals:
        """`interactive`: a person can be asked here, if the URI says `prompt:`."""
        sources = {
            name: text for name, text in uri.access.items() if name.endswith("source") and name not in NOT_LOCKING
        }
        locking = LOCKING - SIGNING_TRIES.get(uri.scheme, frozenset())
        return cls(
            folder=home / "var" / "keys",
            uri=uri,
            profile=profile,
            attended=interactive
            and "prompt:" in sources.values()
            and not any(_lies_somewhere(text) for name, text in sources.items() if name in locking),
            applies=any(map(_lies_somewhere, sources.values())),
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
        a person wants it tried all the same, or says that it was put right. When the block ends well the note that
        stood at its beginning is gone, unless only signing tries the PIN (see `SIGNING_TRIES`) and it was not
        `by_hand`. KeyUnavailable if a refusal could not be noted: then nothing is tried.
        """
        settles = by_hand or self.uri.scheme not in SIGNING_TRIES
        if self.attended or not self.applies:
            noted = self.noted()
            yield
            if self.attended and settles:
                self.clear(noted)
            return
        with self._alone():
            noted = self.noted()
            if noted and not by_hand:
                raise self._noted_earlier()
            with self.noting():
                yield
            if settles:
                self.clear(noted)

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Notes a refusal within the block, if only as the cause of an unknown outcome: a key may need its PIN again
        while it is open.
        """
        try:
            yield
        except TteError as why:
            refused = any(isinstance(one, PinRefused | PinLocked) for one in (why, why.__cause__))
            if refused and self.applies and not self.attended:
                self._write()
                more = f"it is not tried again until somebody has put it right and run: {self._way_out}"
                why.hint = f"{why.hint}; {more}" if why.hint else more
            raise

    @property
    def _way_out(self) -> str:
        said = " --pin-corrected" if self.uri.scheme in SIGNING_TRIES else ""
        return f"tte key check {self.profile}{said}"

    def noted(self) -> Note | None:
        """Which note there is now."""
        try:
            found = self.note.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as why:
            if self.applies and not self.attended:
                raise self._unkept(why) from why
            return None
        return found.st_ino, found.st_mtime_ns

    def _noted_earlier(self) -> PinRefused:
        return PinRefused(
            f"the PIN of {self.uri} was refused {self._noted_at()} and was not tried again",
            hint=f"correct the PIN where the profile says it is, then run: {self._way_out}",
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
            self.folder.mkdir(parents=True, exist_ok=True)
            with _locked(self.folder):
                replace_file(self.note, text.encode("utf-8", "surrogateescape"), mode=0o644)
        except OSError as why:
            raise self._unkept(why) from why

    def clear(self, noted: Note | None) -> None:
        """Forget what was refused: the PIN was good, or is a new one. `noted` is the note from before it was tried; one
        that somebody wrote since then stays.
        """
        if noted is None:
            return
        try:
            with _locked(self.folder):
                if self.noted() == noted:
                    self.note.unlink()
                    sync_folder(self.folder)
        except OSError as why:
            if self.applies and not self.attended:
                raise self._unkept(why) from why

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


def _lies_somewhere(source: str) -> bool:
    """Whether a secret is to be had without a person."""
    return source.startswith(("env:", "file:"))


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Nobody else writes or removes a note meanwhile. Held for no longer than that takes."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)
