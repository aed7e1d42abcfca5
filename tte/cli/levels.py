"""How people hear of documents that are below the level they are to reach."""

from __future__ import annotations

from collections import Counter

from tte.cli.console import err
from tte.errors import TteError
from tte.model import Entry


class Behind:
    """Counts documents by level, those behind their goal, those held back, and why."""

    def __init__(self) -> None:
        self.held = 0
        self._behind = 0
        self._levels: Counter[str] = Counter()
        self._reasons: dict[str, TteError] = {}

    def note(self, entry: Entry, why: TteError | None = None) -> None:
        """Count this document."""
        self._levels[entry.level] += 1
        self.held += entry.held
        self._behind += entry.below_goal
        if why and entry.below_goal:
            self._reasons.setdefault(why.args[0], why)

    @property
    def levels(self) -> str:
        """Which levels the documents have, where they are to have more than B-B; to stand behind a number of them."""
        if set(self._levels) <= {"B-B"} and not self._behind:
            return ""
        counted = ", ".join(f"{count} at {level}" for level, count in sorted(self._levels.items()))
        return f" ({counted})"

    def report(self) -> None:
        """Say how many are behind and held, why, and what to do; nothing if none are."""
        if not self._behind:
            return
        err.print(
            f"{self._behind} are below the level they are to reach, {self.held} of them held back.", style="yellow"
        )
        for why in self._reasons.values():
            err.print(f"  • {why}" + (f" ({why.hint})" if why.hint else ""))
        err.print("They are signed and in the register. tte augment --pending raises them, tte register export then")
        err.print("writes the files of those that were held back.")
