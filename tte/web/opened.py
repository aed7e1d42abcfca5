"""Officials' keys, each open in a process of its own for one request, and some seconds longer for the next one with the
same passphrase: an application signs its letters one by one, and opening is what takes long.

Nobody signs with a key that waits but who gives the passphrase that opened it, of which an HMAC under a key of this
process is kept. It is closed after those seconds, when something goes wrong with it, and with the service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from threading import Lock, Timer
from types import TracebackType
from typing import Self

from tte.key import Key
from tte.office import Home, Profile


@dataclass(frozen=True, slots=True)
class _Waiting:
    profile: Profile
    key: Key
    stack: ExitStack
    timer: Timer


class OpenKeys:
    """To be used as a block, which closes what waits. From many threads; a key is lent to one at a time."""

    def __init__(self, home: Home, *, keep_s: float) -> None:
        self._home, self._keep_s = home, keep_s
        self._one, self._over = Lock(), False
        self._waiting: dict[tuple[str, bytes], _Waiting] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._one:
            self._over, left = True, list(self._waiting.values())
            self._waiting.clear()
        for one in left:
            one.timer.cancel()
            one.stack.close()

    @contextmanager
    def lent(
        self,
        name: str,
        passphrase: str | None,
        mark: bytes,
        trying: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> Iterator[tuple[Profile, Key]]:
        """The key of a profile for the length of a block. `passphrase` is None if it lies on this machine; `mark`
        stands for it. Where none waits that it opened before, it is tried within `trying()`. Errors as of
        `Home.open_key`.
        """
        with self._one:
            found = self._waiting.pop((name, mark), None)
        if found:
            found.timer.cancel()
            stack, profile, key = found.stack, found.profile, found.key
        else:
            stack = ExitStack()
            with trying():
                profile, key = self._opened(stack, name, passphrase)
        try:
            yield profile, key
        except BaseException:
            stack.close()
            raise
        self._put_back((name, mark), profile, key, stack)

    def _opened(self, stack: ExitStack, name: str, passphrase: str | None) -> tuple[Profile, Key]:
        if passphrase is None:
            return stack.enter_context(self._home.open_key(name, apart=True))
        typed = [passphrase]
        home = replace(self._home, interactive=False, typed=lambda: typed[0] if typed else "")
        try:
            return stack.enter_context(home.open_key(name, apart=True))
        finally:
            typed.clear()

    def _put_back(self, whose: tuple[str, bytes], profile: Profile, key: Key, stack: ExitStack) -> None:
        timer = Timer(self._keep_s, self._close, (whose, key))
        timer.daemon = True
        with self._one:
            keep = self._keep_s > 0 and not self._over and whose not in self._waiting
            if keep:
                self._waiting[whose] = _Waiting(profile, key, stack, timer)
        if keep:
            timer.start()
        else:
            stack.close()

    def _close(self, whose: tuple[str, bytes], key: Key) -> None:
        with self._one:
            found = self._waiting.get(whose)
            if found is None or found.key is not key:
                return
            del self._waiting[whose]
        found.stack.close()
