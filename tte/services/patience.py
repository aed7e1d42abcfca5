"""When a service may be asked, and when it is left alone: after failures, on its own wish, and by the rate it allows.

Nobody waits in here: who may not ask now is told so at once.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Final

from tte.errors import Fault, ServiceUnavailable
from tte.services.kept import Kept, Known

_USUAL_LIMIT: Final = (5_000, 1.0)


@dataclass(frozen=True, slots=True)
class Limits:
    """`failures` one after the other and a service rests for `rest_s`, twice as long after each failure from there.

    A rest is never longer than `longest_s`, whatever the service wishes. `limit`: so many requests in so many seconds.
    """

    failures: int = 3
    rest_s: float = 15
    longest_s: float = 900
    limit: tuple[int, float] = _USUAL_LIMIT

    def __post_init__(self) -> None:
        if self.failures < 1 or self.limit[0] < 1:
            raise ValueError("the limits of a service are numbers from 1")

    @property
    def named(self) -> bool:
        """Whether the service has a limit of its own; the usual one only keeps us from flooding anybody."""
        return self.limit != _USUAL_LIMIT


USUAL: Final = Limits()


class Patience:
    """The state of one address. May be used by many threads; with `kept`, by all who keep it at the same place."""

    def __init__(
        self,
        name: str,
        limits: Limits,
        *,
        clock: Callable[[], float] = time.monotonic,
        kept: Kept | None = None,
    ) -> None:
        """`name` is what messages call it. `clock` gives seconds and never goes back."""
        self._name, self._limits, self._clock, self._kept = name, limits, clock, kept
        self._lock = threading.Lock()
        self._asked: deque[float] = deque(maxlen=limits.limit[0])
        self._until = 0.0
        self._failures = self._rests = 0
        self._trying = self._closed = False

    @contextmanager
    def asking(self) -> Iterator[None]:
        """For one request and the reading of its answer. ServiceUnavailable with fault RESTING if it must not be made.

        A ServiceUnavailable inside counts as a failure. After a rest one request is let through alone.
        """
        with self._lock, self._known() as known:
            self._rests = max(self._rests, known.rests)
            wait = self._wait(known)
            if wait:
                raise ServiceUnavailable(*wait, sent=False, hint="try again later")
            self._asked.append(self._clock())
            if self._limits.named:
                known.ages.insert(0, 0.0)
                known.window = max(known.window, self._limits.limit[1])
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
            self._rest(min(seconds, self._limits.longest_s))

    def wait_s(self) -> float:
        """How long it will be left alone from now; 0 if it may be asked."""
        with self._lock, self._known() as known:
            return max(self._until - self._clock(), known.left, self._for_the_limit(known), 0)

    def close(self) -> None:
        """What fails from now on was broken off by ourselves, and is not the service's failure."""
        self._closed = True

    def _known(self) -> AbstractContextManager[Known]:
        """What others know as well. An address without a limit is kept only while it rests: a file costs time."""
        if self._kept and (self._limits.named or self._kept.says_something()):
            return self._kept.known()
        return nullcontext(Known())

    def _wait(self, known: Known) -> tuple[str, Fault] | None:
        left = max(self._until - self._clock(), known.left)
        if left > 0 or self._trying:
            return f"{self._name} failed lately and is left alone{_for(left)}", Fault.RESTING
        left = self._for_the_limit(known)
        if left > 0:
            return f"{self._name} has been asked as often as it allows and is left alone{_for(left)}", Fault.RESTING
        return None

    def _for_the_limit(self, known: Known) -> float:
        count, seconds = self._limits.limit
        own = self._asked[0] + seconds - self._clock() if len(self._asked) == count else 0
        return max(own, seconds - known.ages[count - 1] if len(known.ages) >= count else 0)

    def _failed(self) -> None:
        with self._lock:
            if self._closed or self._clock() < self._until:
                return  # it was asked before it began to rest
            self._failures += 1
            if self._rests or self._failures >= self._limits.failures:
                seconds = min(self._limits.rest_s * 2**self._rests, self._limits.longest_s)
                self._rests = min(self._rests + 1, 32)
                self._rest(seconds)

    def _rest(self, seconds: float) -> None:
        self._until = max(self._until, self._clock() + seconds)
        if self._kept:
            with self._kept.known() as known:
                known.left, known.rests = max(known.left, seconds), self._rests

    def _went_well(self) -> None:
        with self._lock:
            if self._rests:
                with self._known() as known:
                    known.rests = 0
            self._failures = self._rests = 0


def _for(seconds: float) -> str:
    return f" for {seconds:.0f} s" if seconds >= 1 else ""
