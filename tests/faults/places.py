"""Where a fault can strike: each step of issuing, told by what the pipeline calls there. The product has none itself.

A wrapped part tells `reach` of each place that is passed, and does otherwise what it did before.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tte.issuance.self_validation import SelfValidation
from tte.key import Identity, Key
from tte.model import Document, Intent, Prepared, SignedDocument
from tte.office import Home, Profile
from tte.register import Register
from tte.signing import Awaited, Draft, Signing

Reach = Callable[[str], None]

PLACES = (
    "accepted",
    "number given, before",
    "number given",
    "rendered",
    "prepared",
    "reserved, before",
    "reserved",
    "signing, before",
    "key used, before",
    "key used",
    "completed",
    "self-validated",
    "recorded, before",
    "recorded",
    "told, before",
    "told",
    "checkpoint, before",
    "checkpoint",
)


class Watched:
    """A part of which some methods are watched: each is a place before and after it; `places` names them."""

    def __init__(self, inner: Any, reach: Reach, places: dict[str, tuple[str, str]]) -> None:
        self._inner, self._reach, self._places = inner, reach, places

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name not in self._places:
            return found
        before, after = self._places[name]

        def watched(*words: Any, **more: Any) -> Any:
            self._reach(before)
            answer = found(*words, **more)
            self._reach(after)
            return answer

        return watched


class WatchedRegister(Watched):
    """A register, and its log."""

    def __init__(self, inner: Register, reach: Reach) -> None:
        places = {
            "known": ("accepted", ""),
            "allocate": ("number given, before", "number given"),
            "reserve": ("reserved, before", "reserved"),
            "record": ("recorded, before", "recorded"),
        }
        super().__init__(inner, reach, places)

    @property
    def log(self) -> Any:
        return Watched(self._inner.log, self._reach, {"keep_checkpoint": ("checkpoint, before", "checkpoint")})


class WatchedKey:
    """A key that notes each digest in a file before it signs it: the ledger of its uses."""

    def __init__(self, inner: Key, reach: Reach, ledger: Path) -> None:
        self._inner, self._reach, self._ledger = inner, reach, ledger

    @property
    def identity(self) -> Identity:
        return self._inner.identity

    def sign(self, digests: Sequence[bytes]) -> Sequence[bytes]:
        self._reach("key used, before")
        file = os.open(self._ledger, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        os.write(file, "".join(f"{digest.hex()}\n" for digest in digests).encode())
        os.close(file)
        signatures = self._inner.sign(digests)
        self._reach("key used")
        return signatures

    def close(self) -> None:
        pass


class WatchedSigning:
    """A signing station."""

    def __init__(self, inner: Signing, reach: Reach) -> None:
        self._inner, self._reach = inner, reach

    @property
    def identity(self) -> Identity:
        return self._inner.identity

    def prepare(self, document: Document, at: datetime) -> Draft:
        self._reach("rendered")
        draft = self._inner.prepare(document, at)
        self._reach("prepared")
        return draft

    def resume(self, intent: Intent, prepared: Prepared) -> Draft:
        return self._inner.resume(intent, prepared)

    def begin(self, drafts: Sequence[Draft]) -> Awaited:
        self._reach("signing, before")
        return self._inner.begin(drafts)


class WatchedValidation(SelfValidation):
    """The self-validation."""

    def __init__(self, inner: SelfValidation, reach: Reach) -> None:
        self._inner, self._reach = inner, reach

    def check(self, drafts: Sequence[Draft], signed: Sequence[SignedDocument], at: datetime) -> None:
        self._reach("completed")
        self._inner.check(drafts, signed, at)
        self._reach("self-validated")


@dataclass(frozen=True)
class WatchedHome(Home):
    """A home whose register is watched, and whose key is one that was opened before this process was."""

    key: tuple[Profile, Key] | None = None
    reach: Reach = lambda _: None

    @contextmanager
    def open_key(self, name: str, *, apart: bool = False, by_hand: bool = False) -> Iterator[tuple[Profile, Key]]:
        assert self.key is not None
        profile, key = self.key
        yield profile, WatchedKey(key, self.reach, self.path / "uses")

    @contextmanager
    def open_register(self) -> Iterator[Register]:
        with super().open_register() as opened:
            yield WatchedRegister(opened, self.reach)
