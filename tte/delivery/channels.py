"""Channels: how a letter is handed over. Each says of every letter what became of it; none tries a second time itself.

Whoever sends calls in turn, one letter after the other, within one `open` block of a channel.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from tte.delivery.letters import Letter


class Fate(StrEnum):
    """What became of a letter."""

    TAKEN = "taken"
    LATER = "later"
    """This one not now; others may go."""
    REFUSED = "refused"
    """This one never: the address is wrong, or not wanted there."""
    AWAY = "away"
    """Nothing goes now: the channel itself cannot be used."""


@dataclass(frozen=True, slots=True)
class Told:
    """The fate of a letter, and a word on why: a code, nothing that a stranger's server said."""

    fate: Fate
    trouble: str = ""


TAKEN = Told(Fate.TAKEN)


class Line(Protocol):
    """A channel while it is open."""

    def hand_over(self, letter: Letter) -> Told: ...


class Way(Protocol):
    """A channel. Opening it may already say that it is away: then `hand_over` tells so of each letter."""

    def open(self) -> AbstractContextManager[Line]: ...


@dataclass(frozen=True, slots=True)
class Away:
    """A line that takes nothing."""

    trouble: str

    def hand_over(self, letter: Letter) -> Told:
        return Told(Fate.AWAY, self.trouble)

    def open(self) -> AbstractContextManager[Line]:
        return self

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        return None


__all__ = ["TAKEN", "Away", "Fate", "Line", "Told", "Way"]
