"""Signing goes on while the page waits: one job for each authorisation, in a thread; the desk has what it has done.

How the last ones ended is remembered, for the page to tell. If this process ends meanwhile, the register still
knows, and `SigningDesk.settle` puts the drafts right.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Final

from tte.desk import Signed

AT_ONCE: Final = 4
_REMEMBERED: Final = 1000


class Jobs:
    """The signings of this process."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="signing")
        self._one, self._of = Lock(), OrderedDict[str, Future[Signed]]()

    def begin(self, authorisation: str, sign: Callable[[], Signed]) -> None:
        """Sign in a thread of its own, unless it is being signed for this authorisation already."""
        with self._one:
            before = self._of.get(authorisation)
            if before is not None and not before.done():
                return
            self._of[authorisation] = self._pool.submit(_stripped, sign)
            self._of.move_to_end(authorisation)
            while len(self._of) > _REMEMBERED:
                self._of.popitem(last=False)

    def under_way(self, authorisation: str) -> bool:
        """Whether it is being signed here now."""
        with self._one:
            found = self._of.get(authorisation)
        return found is not None and not found.done()

    def wait(self, authorisation: str, seconds: float) -> None:
        """Give it a moment: most is signed or refused at once, and the next page can say so."""
        with self._one:
            found = self._of.get(authorisation)
        if found is not None:
            try:
                found.exception(timeout=seconds)
            except TimeoutError:
                return

    def trouble(self, authorisation: str) -> BaseException | None:
        """Why it ended before its end; None if it did not, or nobody knows any more."""
        with self._one:
            found = self._of.get(authorisation)
        if found is None or not found.done():
            return None
        return found.exception()

    def busy(self) -> bool:
        """Whether as many are signed for as can be: one more would only wait, with its passphrase."""
        with self._one:
            return sum(not one.done() for one in self._of.values()) >= AT_ONCE

    def close(self) -> None:
        """Let what is under way finish; begin nothing more."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def _stripped(sign: Callable[[], Signed]) -> Signed:
    """What `sign` raises is kept without its frames: they hold what was typed."""
    try:
        return sign()
    except BaseException as why:
        why.__traceback__ = why.__context__ = why.__cause__ = None
        raise why from None
