"""One line of `tte doctor`: what was looked at, how it stands, what to do. Indonesian first, as people here read it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tte.errors import TteError


class State(StrEnum):
    """How a thing stands. FAIL is serious: a service in production does not start with it. WARNING is to be put right.

    UNKNOWN is said where nothing honest can be: it is neither good nor bad.
    """

    PASS = "pass"  # noqa: S105 no password
    WARNING = "warning"
    FAIL = "fail"
    UNKNOWN = "unknown"


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
    def of(cls, check: str, good: bool | None, what: Words, todo: Words, *, bad: State = State.FAIL) -> Finding:
        """With what to do unless it is good. None: UNKNOWN; False: how `bad` that is."""
        state = State.UNKNOWN if good is None else State.PASS if good else bad
        return cls(check, state, what, None if good else todo)


def failed(check: str, why: TteError, state: State = State.FAIL) -> Finding:
    """What could not even be looked at, in the error's own words."""
    hint = why.hint or "lihat pesan itu"
    return Finding(check, state, Words("tidak dapat dipakai", str(why.args[0])), Words(hint, "see the message"))
