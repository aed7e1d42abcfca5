"""How people hear of documents that are below the level they are to reach."""

from __future__ import annotations

from collections import Counter

from tte.cli.console import err
from tte.errors import ConfigError, ServiceUnavailable, TteError
from tte.model import Entry


class Behind:
    """Counts documents by level, those behind their goal, those held back, and why."""

    def __init__(self) -> None:
        self.held = 0
        self._behind = 0
        self._levels: Counter[str] = Counter()
        self._reasons: dict[tuple[str, str], TteError] = {}
        self._counts: Counter[tuple[str, str]] = Counter()

    def note(self, entry: Entry, why: TteError | None = None) -> None:
        """Count this document."""
        self._levels[entry.level] += 1
        self.held += entry.held
        self._behind += entry.below_goal
        if why:
            kind = _kind(why)
            self._reasons.setdefault(kind, why)
            self._counts[kind] += 1

    @property
    def levels(self) -> str:
        """Which levels the documents have, where they are to have more than B-B; to stand behind a number of them."""
        if set(self._levels) <= {"B-B"} and not self._behind:
            return ""
        counted = ", ".join(f"{count} at {level}" for level, count in sorted(self._levels.items()))
        return f" ({counted})"

    def report(self) -> None:
        """Say how many are behind and held, why, and what to do; nothing if there is nothing to say."""
        if self._behind:
            err.print(
                f"{self._behind} are below the level they are to reach, {self.held} of them held back.", style="yellow"
            )
        for kind, why in self._reasons.items():
            err.print(f"  • {self._counts[kind]}: {why}" + (f" ({why.hint})" if why.hint else ""))
        if self._behind:
            err.print("They are signed and in the register. tte augment --pending raises them (--json names each), tte")
            err.print("register export then writes the files of those that were held back.")


def _kind(why: TteError) -> tuple[str, str]:
    """What makes two reasons one for people: not the words, which say how long a service rests by now."""
    match why:
        case ServiceUnavailable():
            return why.code, why.fault
        case ConfigError():
            return why.code, why.args[0]
    return why.code, ""
