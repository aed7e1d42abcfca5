"""Which application asks: HTTP Basic (RFC 7617), from an address that it may call from. Known before a body is read."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import ipaddress
import secrets
from dataclasses import dataclass
from threading import Lock
from typing import Final

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.requests import Request

from tte.office import Home
from tte.office.esc import EscBook
from tte.people import passwords
from tte.web.esc.answers import Failed
from tte.web.gates import address_of

WRONG_PER_MINUTE: Final = 20
_BASIC: Final = {"WWW-Authenticate": 'Basic realm="Realm"'}


@dataclass(frozen=True, slots=True)
class Application:
    """Who asks."""

    name: str
    office: str


class Credentials:
    """The applications of one home.

    argon2 costs 20 ms, so what matched once is remembered: an HMAC under a key of this process, beside the kept hash
    that it matched, so another password is asked for as soon as it is set.
    """

    def __init__(self, home: Home, book: EscBook) -> None:
        self._clients, self._book = home.settings.esc.clients, book
        self._key, self._one = secrets.token_bytes(32), Lock()
        self._matched: dict[str, tuple[bytes, str]] = {}
        self._window = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._wrong = RateLimitItemPerMinute(WRONG_PER_MINUTE, namespace="esc-wrong")

    def of(self, request: Request) -> Application:
        """The application. Failed: 401 for a wrong name or password, 403 for an address, 429 after many wrong ones."""
        address = address_of(request.scope)
        if not self._window.test(self._wrong, address):
            raise Failed(429, "Too many wrong passwords", {"Retry-After": "60"})
        name, password = _basic(request.headers.get("authorization", ""))
        client = self._clients.get(name)
        if not self._matches(name if client else "", password) or client is None:
            self._window.hit(self._wrong, address)
            raise Failed(401, "Unauthorized", _BASIC)
        if client.addresses and not any(_within(address, str(net)) for net in client.addresses):
            raise Failed(403, "Forbidden")
        return Application(name, client.office)

    def _matches(self, name: str, password: str) -> bool:
        kept = self._book.password_of(name) if name else None
        shown = hmac.digest(self._key, password.encode("utf-8", "replace"), hashlib.sha256)
        if kept is not None:
            with self._one:
                before = self._matched.get(name)
            if before and before[1] == kept and hmac.compare_digest(before[0], shown):
                return True
        if not passwords.matches(kept, password) or kept is None:
            return False
        with self._one:
            self._matched[name] = (shown, kept)
        return True


def _basic(header: str) -> tuple[str, str]:
    kind, _, rest = header.partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        name, _, password = base64.b64decode(rest.strip(), validate=True).decode("utf-8", "replace").partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return name, password


def _within(address: str, net: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found) in ipaddress.ip_network(net)
