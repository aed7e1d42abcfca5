"""One line of `tte doctor`: what was looked at, how it stands, what to do. Indonesian first, as people here read it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a thing stands. UNKNOWN is said where nothing honest can be: it is neither good nor bad."""

    PASS = "pass"  # noqa: S105 no password
    FAIL = "fail"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, good: bool | None) -> State:
        """PASS or FAIL; UNKNOWN for None."""
        return cls.UNKNOWN if good is None else cls.PASS if good else cls.FAIL


@dataclass(frozen=True, slots=True)
class Words:
    """The same in Indonesian and in English."""

    indonesian: str
    english: str

    def __str__(self) -> str:
        return f"{self.indonesian} ({self.english})"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found. `check` is stable, for programs; `todo` is there unless it is well."""

    check: str
    state: State
    what: Words
    todo: Words | None = None

    @classmethod
    def of(cls, check: str, good: bool | None, what: Words, todo: Words) -> Finding:
        """With what to do unless it is good."""
        return cls(check, State.of(good), what, None if good else todo)
