"""Something that is wrong with a register."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

MOST: Final = 1000
"""Findings that one invariant tells of, at most."""


@dataclass(frozen=True, slots=True)
class Found:
    """`what`: a word that stays; `place`: a line of the log, a row, a file; `text`: what is wrong with it.

    `first` and `end`: the lines of the log it is about, from 0, where it is about some.
    """

    what: str
    place: str
    text: str
    first: int | None = None
    end: int | None = None


def some(found: Iterable[Found]) -> Iterator[Found]:
    """The first of many."""
    return islice(found, MOST)


def span(first: int, end: int) -> str:
    """Lines of the log, for people."""
    return f"lines {first} to {end - 1}" if end - first > 1 else f"line {first}"
