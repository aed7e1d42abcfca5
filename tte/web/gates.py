"""What every request passes before a route sees it, and every response after: plain ASGI, outermost last.

`Hosts` and `Rates` decide by the head alone; then `receiving` takes the body in. `Heads` puts the security headers on
whatever comes back.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import ceil
from time import time
from typing import Final

from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tte.validation import MAX_SIZE
from tte.web.answering import refused
from tte.web.callers import Callers
from tte.web.refusals import Cause, Refusal

HEAD_BYTES: Final = 16 * 1024
HEAD_LINES: Final = 200
LOCAL: Final = ("localhost", "127.0.0.1", "[::1]")
PROBES: Final = ("/healthz", "/readyz")
UPLOADS: Final = ("/", "/v1/validations")
REQUESTS: Final = ("/ajukan", "/lacak/perbaiki")
ESC: Final = "/api/"
LISTS: Final = "/.well-known/tte/"

HEADERS: Final = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=(), "
    "browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Allowances:
    """Bounds. `per_minute`, `uploads_per_minute` (files to check) and `forms_per_minute` (citizens' requests) are for
    one address of strangers, `net_per_minute` for its neighbours (/24, /48), `known_per_minute` for each of those who
    are known, `lists_per_minute` for the published lists of seals, asked for from one address, `per_second` for all. A
    body may take `body_s`, or `known_body_s` from who is known or files a request, whose body may have
    `request_bytes`; all bodies under way may have `held_bytes`, those of requests half of it. `examined_at_once` files
    of strangers are examined or wait for it: more would only wait longer than people do. An upload that is too large
    to be held may have `large_bytes` (0: there are none) and goes to disk, `large_at_once` at a time. `esc_…` are for
    the applications that speak ESC's wire, which show who they are; 0: there are none.
    """

    per_minute: int = 30
    uploads_per_minute: int = 6
    forms_per_minute: int = 15
    net_per_minute: int = 300
    known_per_minute: int = 1200
    lists_per_minute: int = 300
    per_second: int = 200
    body_s: float = 15.0
    known_body_s: float = 120.0
    upload_bytes: int = MAX_SIZE + 64 * 1024
    request_bytes: int = 13 * 1024 * 1024
    form_bytes: int = 256 * 1024
    known_bytes: int = 32 * 1024 * 1024
    held_bytes: int = 128 * 1024 * 1024
    large_bytes: int = 0
    large_body_s: float = 300.0
    large_at_once: int = 2
    at_once: int = 512
    examined_at_once: int = 8
    esc_per_minute: int = 0
    esc_bytes: int = 0
    esc_body_s: float = 300.0
    esc_at_once: int = 32


class Heads:
    """Puts HEADERS on every response; a route's own Cache-Control and Content-Security-Policy stand."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


class Hosts:
    """Answers only to its own names, the probes also to a bare address; and to no head that is a flood."""

    def __init__(self, app: ASGIApp, host: str, names: Collection[str]) -> None:
        self.app, self.host = app, host
        self.names = {_name(host), *map(_name, names), *LOCAL}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _floods(scope):
            await refused(scope, Refusal(Cause.BAD_REQUEST, close=True), self.host)(scope, receive, send)
            return
        if scope["type"] == "http" and scope["path"] not in PROBES:
            given = [value for name, value in scope["headers"] if name == b"host"]
            if len(given) != 1 or _name(given[0].decode("latin-1")) not in self.names:
                await refused(scope, Refusal(Cause.UNKNOWN_HOST, close=True), self.host)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _floods(scope: Scope) -> bool:
    """Whether a head is larger than any browser's. uvicorn bounds only what has come without its end."""
    size = len(scope["path"]) + len(scope["query_string"]) + sum(len(a) + len(b) for a, b in scope["headers"])
    return size > HEAD_BYTES or len(scope["headers"]) > HEAD_LINES


def _name(host: str) -> str:
    """A host without its port."""
    return host.lower() if host.endswith("]") else host.lower().rpartition(":")[0] or host.lower()


class Rates:
    """So many requests of one address, of its neighbours, and of all. Counted in this process only.

    Who is known is counted alone, however many share the address. The answer says what is left
    (draft-ietf-httpapi-ratelimit-headers). Static files and probes are free.
    """

    def __init__(self, app: ASGIApp, host: str, allowed: Allowances, callers: Callers) -> None:
        self.app, self.host, self.callers = app, host, callers
        self._window = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._page = RateLimitItemPerMinute(allowed.per_minute, namespace="page")
        self._upload = RateLimitItemPerMinute(allowed.uploads_per_minute, namespace="upload")
        self._form = RateLimitItemPerMinute(allowed.forms_per_minute, namespace="form")
        self._net = RateLimitItemPerMinute(allowed.net_per_minute, namespace="net")
        self._known = RateLimitItemPerMinute(allowed.known_per_minute, namespace="known")
        self._lists = RateLimitItemPerMinute(allowed.lists_per_minute, namespace="lists")
        self._esc = RateLimitItemPerMinute(allowed.esc_per_minute or 1, namespace="esc")
        self._has_esc = bool(allowed.esc_per_minute)
        self._all = RateLimitItemPerSecond(allowed.per_second, namespace="all")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in PROBES or scope["path"].startswith("/static/"):
            await self.app(scope, receive, send)
            return
        upload = scope["method"] == "POST" and scope["path"] in UPLOADS
        caller = "" if upload else self.callers.remembered(scope)
        form = scope["method"] == "POST" and scope["path"] in REQUESTS
        own, address = self._upload if upload else self._form if form else self._page, address_of(scope)
        counted: tuple[tuple[RateLimitItem, str], ...]
        if self._has_esc and scope["path"].startswith(ESC):
            own = self._esc
            counted = ((own, address), (self._all, ""))
        elif scope["path"].startswith(LISTS) and scope["method"] in ("GET", "HEAD"):
            own = self._lists
            counted = ((own, address), (self._all, ""))
        elif caller:
            own, address = self._known, caller
            counted = ((own, address), (self._all, ""))
        else:
            counted = ((own, address), (self._net, net_of(address)), (self._all, ""))
        for item, whose in counted:
            if not self._window.hit(item, whose):
                wait = max(1, ceil(self._window.get_window_stats(item, whose).reset_time - time()))
                said = {**self._left(own, address), "RateLimit": f'"{item.namespace}";r=0;t={wait}'}
                refusal = Refusal(Cause.TOO_MANY, wait, said, close=True)
                await refused(scope, refusal, self.host)(scope, receive, send)
                return
        scope.setdefault("state", {})["known"] = await self.callers.recognise(scope)

        async def with_rates(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._left(own, address).items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_rates)

    def _left(self, item: RateLimitItemPerMinute, address: str) -> Mapping[str, str]:
        stats = self._window.get_window_stats(item, address)
        left, wait = int(stats.remaining), max(0, ceil(stats.reset_time - time()))
        return {
            "RateLimit-Policy": f'"{item.namespace}";q={item.amount};w={item.get_expiry()}',
            "RateLimit": f'"{item.namespace}";r={left};t={wait}',
        }


def address_of(scope: Scope) -> str:
    """Where a request comes from, as the server or the proxy it trusts says; "" if nobody does."""
    return str(scope["client"][0]) if scope.get("client") else ""


def net_of(address: str) -> str:
    """The /24 or /48 that an address is in: what may be logged of it."""
    try:
        version = ipaddress.ip_address(address).version
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network(f"{address}/{24 if version == 4 else 48}", strict=False))
