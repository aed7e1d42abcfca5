"""How often a document may be compared: five times in an hour, then not for a day; a request's secret be tried: ten
times in an hour, then not for one; and how many requests a network may file in a day. In this process's memory.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

MOST: Final = 5
WINDOW: Final = timedelta(hours=1)
LOCKED: Final = timedelta(hours=24)
_REMEMBERED: Final = 100_000


class Tries:
    """One for each process. When there are very many, it forgets those that were compared longest ago."""

    def __init__(self, most: int = MOST, locked: timedelta = LOCKED) -> None:
        self._most, self._for = most, locked
        self._one = Lock()
        self._of: OrderedDict[str, list[datetime]] = OrderedDict()
        self._locked: dict[str, datetime] = {}

    def take(self, id: str, at: datetime) -> datetime | None:  # noqa: A002  the noun of the model
        """None if this try is allowed; else until when none is."""
        with self._one:
            if (until := self._locked.get(id)) is not None:
                if at < until:
                    return until
                del self._locked[id]
            lately = [one for one in self._of.pop(id, []) if at - one < WINDOW]
            if len(lately) >= self._most:
                self._locked[id] = at + self._for
                if len(self._locked) > _REMEMBERED:
                    self._locked.pop(next(iter(self._locked)))
                return at + self._for
            self._of[id] = [*lately, at]
            if len(self._of) > _REMEMBERED:
                self._of.popitem(last=False)
            return None

    def give_back(self, id: str) -> None:  # noqa: A002
        """The last try was right: it counts not, those before it do."""
        with self._one:
            if lately := self._of.get(id):
                lately.pop()

    def forget(self, id: str) -> None:  # noqa: A002
        """The last try was right: those before it count no more."""
        with self._one:
            self._of.pop(id, None)


class Daily:
    """So many of each in 24 hours. When there are very many, it forgets those that came longest ago."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._one = Lock()
        self._of: OrderedDict[str, list[datetime]] = OrderedDict()

    def full(self, id: str, at: datetime) -> datetime | None:  # noqa: A002  the noun of the model
        """None if one more is allowed; else from when on it is."""
        with self._one:
            lately = [one for one in self._of.get(id, []) if at - one < LOCKED]
            return lately[-self._most] + LOCKED if len(lately) >= self._most else None

    def count(self, id: str, at: datetime) -> None:  # noqa: A002
        """There was one more."""
        with self._one:
            self._of[id] = [*self._of.pop(id, []), at][-self._most :]
            if len(self._of) > _REMEMBERED:
                self._of.popitem(last=False)
