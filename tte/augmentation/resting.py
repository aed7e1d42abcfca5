"""Which step up cannot be taken for now, so that it is not tried for thousands of documents one after the other."""

from __future__ import annotations

from collections import Counter
from threading import Lock

from tte.errors import Fault, ServiceUnavailable, TteError
from tte.model import Level


class Resting:
    """Remembers, for one run, from which level no document gets any farther. Used by many threads.

    A step rests when its services do, or when they have failed `patience` times with no success between.
    """

    def __init__(self, patience: int) -> None:
        self._patience = patience
        self._failures: Counter[Level] = Counter()
        self._resting: dict[Level, TteError] = {}
        self._lock = Lock()

    def why(self, level: Level) -> TteError | None:
        """Why the step up from this level is not to be tried; None if it is."""
        return self._resting.get(level)

    def took(self, level: Level) -> None:
        """A document got beyond this level."""
        with self._lock:
            self._failures[level] = 0

    def failed(self, level: Level, why: TteError) -> None:
        """A document did not. Only a service that fails says something of other documents."""
        if not isinstance(why, ServiceUnavailable):
            return
        with self._lock:
            self._failures[level] += 1
            if why.fault is Fault.RESTING or self._failures[level] >= self._patience:
                self._resting.setdefault(level, why)
