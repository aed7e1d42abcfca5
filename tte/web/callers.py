"""Who is known before a route is asked: signed in, or an application with a right key. They may ask and send more.

What they may do is not decided here but where it is done, each time anew.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import cookie_parser
from starlette.types import Scope

REMEMBERED_S: Final = 60.0
_MOST: Final = 10_000


def cookie_name(*, secure: bool) -> str:
    """What the session's cookie is called; browsers take the first name over https only, and for this host alone."""
    return "__Host-tte" if secure else "tte"


def token_of(scope: Scope, *, secure: bool) -> str:
    """The session's token in the cookie; "" if there is none."""
    cookies = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1")
    return cookie_parser(cookies).get(cookie_name(secure=secure), "")


def key_of(scope: Scope) -> str:
    """An application's key: `Authorization: Bearer …`; "" if there is none."""
    given = [value for name, value in scope["headers"] if name == b"authorization"]
    scheme, _, key = given[0].decode("latin-1").partition(" ") if len(given) == 1 else ("", "", "")
    return key.strip() if scheme.lower() == "bearer" else ""


class Callers:
    """`right` says whether a token or a key is somebody's now; a yes is believed for a minute."""

    def __init__(self, right: Callable[[str, str], bool], *, secure: bool) -> None:
        self._right, self._secure = right, secure
        self._one, self._until = Lock(), OrderedDict[bytes, float]()

    def remembered(self, scope: Scope) -> str:
        """What a known caller is counted under; "" for whoever is not known yet."""
        name = self._name(scope)
        with self._one:
            return name.hex() if name and self._until.get(name, 0.0) > time.monotonic() else ""

    async def recognise(self, scope: Scope) -> bool:
        """Whether the caller is known; asks if it is not remembered."""
        name = self._name(scope)
        if not name:
            return False
        if self.remembered(scope):
            return True
        if not await run_in_threadpool(self._right, token_of(scope, secure=self._secure), key_of(scope)):
            return False
        with self._one:
            self._until[name] = time.monotonic() + REMEMBERED_S
            self._until.move_to_end(name)
            if len(self._until) > _MOST:
                self._until.popitem(last=False)
        return True

    def _name(self, scope: Scope) -> bytes:
        given = key_of(scope) or token_of(scope, secure=self._secure)
        return hashlib.sha256(given.encode()).digest() if given else b""
