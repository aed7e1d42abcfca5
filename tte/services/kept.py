"""What the processes of a home tell each other of one service: when it was asked, and how long it is left alone.

A small file for each address, read and written under a lock, by the wall clock, for it is what processes share. Where
that clock steps back, what lies in its future is taken for now; a rest is never longer than the limits say. A file that
cannot be read or written costs no time-stamp: each process then knows only of itself.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

_MOST: Final = 4_000_000
"""Bytes that are read of a file; 100,000 times asked are two million."""


@dataclass(slots=True)
class Known:
    """In seconds: `ages` since each request, the latest first; `left` of a rest; `window` for which ages are kept.

    `rests`: how many came one after the other.
    """

    ages: list[float] = field(default_factory=list)
    left: float = 0
    rests: int = 0
    window: float = 0


class Kept:
    """The file of one address. May be used by many threads and processes."""

    def __init__(self, folder: Path, url: str, longest_s: float, *, now: Callable[[], datetime]) -> None:
        self._file = folder / f"{hashlib.sha256(url.encode()).hexdigest()}.json"
        self._longest, self._now = longest_s, now

    def says_something(self) -> bool:
        """Whether there is anything to be known, for next to no time."""
        try:
            return self._file.stat().st_size > 0
        except OSError:
            return False

    @contextmanager
    def known(self) -> Iterator[Known]:
        """What is known, held against everybody else for the length of a block. What is changed in it is kept."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            yield Known()
            return
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            now = self._now().timestamp()
            before = os.read(handle, _MOST)
            known = self._read(before, now)
            try:
                yield known
            finally:
                _write(handle, before, _written(known, now))
        finally:
            os.close(handle)

    def _read(self, content: bytes, now: float) -> Known:
        try:
            found = json.loads(content or b"{}")
            ages = sorted(max(now - float(at), 0) for at in found.get("asked", ()))
            window, rests = float(found.get("window", 0)), int(found.get("rests", 0))
            left = min(float(found.get("until", 0)) - now, self._longest)
        except (ValueError, TypeError, AttributeError, OverflowError):
            return Known()
        return Known(ages, max(left, 0), min(max(rests, 0), 32), window)


def _written(known: Known, now: float) -> bytes:
    ages = [age for age in known.ages if age < known.window]
    if not ages and known.left <= 0 and not known.rests:
        return b""
    asked = [round(now - age, 3) for age in ages]
    until = round(now + known.left, 3) if known.left > 0 else 0
    content = {"asked": asked, "window": known.window, "until": until, "rests": known.rests}
    return json.dumps(content).encode()


def _write(handle: int, before: bytes, after: bytes) -> None:
    if after == before:
        return
    try:
        os.pwrite(handle, after, 0)
        os.ftruncate(handle, len(after))
    except OSError:
        return  # the disk is full, for one
