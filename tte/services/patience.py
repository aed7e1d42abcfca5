"""When a service may be asked, and when it is left alone: after failures, on its own wish, and by the rate it allows.

Nobody waits in here: who may not ask now is told so at once.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from tte.errors import Fault, ServiceUnavailable


@dataclass(frozen=True, slots=True)
class Limits:
    """`failures` one after the other and a service rests for `rest_s`, twice as long after each failure from there.

    A rest is never longer than `longest_s`, whatever the service wishes. `limit`: so many requests in so many seconds.
    """

    failures: int = 3
    rest_s: float = 15
    longest_s: float = 900
    limit: tuple[int, float] = (5_000, 1)

    def __post_init__(self) -> None:
        if self.failures < 1 or self.limit[0] < 1:
            raise ValueError("the limits of a service are numbers from 1")


USUAL: Final = Limits()


class Patience:
    """The state of one address. May be used by many threads."""

    def __init__(self, name: str, limits: Limits, *, clock: Callable[[], float] = time.monotonic) -> None:
        """`name` is what messages call it. `clock` gives seconds and never goes back."""
        self._name, self._limits, self._clock = name, limits, clock
        self._lock = threading.Lock()
        self._asked: deque[float] = deque(maxlen=limits.limit[0])
        self._until = 0.0
        self._failures = self._rests = 0
        self._trying = False

    @contextmanager
    def asking(self) -> Iterator[None]:
        """For one request and the reading of its answer. ServiceUnavailable with fault RESTING if it must not be made.

        A ServiceUnavailable inside counts as a failure. After a rest one request is let through alone.
        """
        with self._lock:
            wait = self._wait()
            if wait:
                raise ServiceUnavailable(*wait, sent=False, hint="try again later")
            self._asked.append(self._clock())
            self._trying = alone = self._rests > 0
        try:
            yield
        except ServiceUnavailable:
            self._failed()
            raise
        else:
            self._went_well()
        finally:
            if alone:
                self._trying = False

    def rest(self, seconds: float) -> None:
        """Leave it alone for so long, as it asks for, but no longer than the limits say."""
        with self._lock:
            self._rests += 1
            self._until = max(self._until, self._clock() + min(seconds, self._limits.longest_s))

    def wait_s(self) -> float:
        """How long it will be left alone from now; 0 if it may be asked."""
        with self._lock:
            return max(self._until - self._clock(), self._for_the_limit(), 0)

    def _wait(self) -> tuple[str, Fault] | None:
        left = self._until - self._clock()
        if left > 0 or self._trying:
            return f"{self._name} failed lately and is left alone{_for(left)}", Fault.RESTING
        left = self._for_the_limit()
        if left > 0:
            return f"{self._name} has been asked as often as it allows and is left alone{_for(left)}", Fault.RESTING
        return None

    def _for_the_limit(self) -> float:
        count, seconds = self._limits.limit
        return self._asked[0] + seconds - self._clock() if len(self._asked) == count else 0

    def _failed(self) -> None:
        with self._lock:
            now = self._clock()
            if now < self._until:
                return  # it was asked before it began to rest
            self._failures += 1
            if self._rests or self._failures >= self._limits.failures:
                self._until = now + min(self._limits.rest_s * 2**self._rests, self._limits.longest_s)
                self._rests = min(self._rests + 1, 32)

    def _went_well(self) -> None:
        with self._lock:
            self._failures = self._rests = 0


def _for(seconds: float) -> str:
    return f" for {seconds:.0f} s" if seconds >= 1 else ""
