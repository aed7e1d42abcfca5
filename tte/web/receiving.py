"""The body of a request, before a route sees it: so many bytes in so many seconds, and so many requests at once.

Small bodies are taken in whole, in memory. Those of ESC's wire and large uploads pass in parts, for the route puts them
on disk; each may hold much, so few are let in at a time.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from time import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tte.web.answering import refused
from tte.web.gates import ESC, REQUESTS, UPLOADS, Allowances
from tte.web.refusals import Cause, Refusal


@dataclass(slots=True)
class _Places:
    """So many at once; who finds none is told to come back after `wait_s`."""

    most: int
    wait_s: int
    taken: int = 0

    @property
    def full(self) -> bool:
        return self.taken >= self.most


class Receiving:
    """Takes a body in whole before the route begins, in memory: too large is 413, too slow 408, too many at once 503.

    A compressed body is 415: nothing here unpacks what a stranger packed.
    """

    def __init__(self, app: ASGIApp, host: str, allowed: Allowances) -> None:
        self.app, self.host, self.allowed = app, host, allowed
        self._held = self._of_requests = self._under_way = 0
        self._examined = _Places(allowed.examined_at_once, 1)
        self._large = _Places(allowed.large_at_once, 5)
        self._esc = _Places(allowed.esc_at_once, 2)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if self._under_way >= self.allowed.at_once:
            await refused(scope, Refusal(Cause.BUSY, 2, close=True), self.host)(scope, receive, send)
            return
        if self.allowed.esc_bytes and scope["path"].startswith(ESC):
            bounded = self._bounded(scope, receive, self.allowed.esc_bytes, self.allowed.esc_body_s)
            await self._in_place(self._esc, scope, bounded, send)
            return
        if self._is_large(scope):
            await self._laid(scope, receive, send)
            return
        examined = scope["method"] == "POST" and scope["path"] in UPLOADS
        if examined and self._examined.full:
            await self._busy(self._examined, scope, receive, send)
            return
        self._under_way += 1
        body = bytearray()
        try:
            try:
                if scope["method"] not in ("GET", "HEAD"):
                    await self._take(scope, receive, body)
            except Refusal as why:
                await refused(scope, why, self.host)(scope, receive, send)
                return
            given = _given(bytes(body), receive)
            if examined:  # how slowly it came does not count
                await self._in_place(self._examined, scope, given, send)
            else:
                await self.app(scope, given, send)
        finally:
            self._under_way -= 1
            self._held -= len(body)
            if scope["path"] in REQUESTS:
                self._of_requests -= len(body)

    async def _in_place(self, places: _Places, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, if there is a place for it."""
        if places.full:
            await self._busy(places, scope, receive, send)
            return
        places.taken += 1
        try:
            await self.app(scope, receive, send)
        finally:
            places.taken -= 1

    async def _busy(self, places: _Places, scope: Scope, receive: Receive, send: Send) -> None:
        await refused(scope, Refusal(Cause.BUSY, places.wait_s, close=True), self.host)(scope, receive, send)

    def _is_large(self, scope: Scope) -> bool:
        """Whether it says that it is an upload that cannot be held, where those are taken."""
        length = dict(scope["headers"]).get(b"content-length", b"0")
        upload = scope["method"] == "POST" and scope["path"] in UPLOADS
        large = length.isdigit() and len(length) <= 12 and int(length) > self.allowed.upload_bytes
        return upload and large and self.allowed.large_bytes > 0

    async def _laid(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A large upload, which the route puts on disk; few at a time."""
        if b"transfer-encoding" in dict(scope["headers"]):  # RFC 9112 §6.1: a smuggler's
            await refused(scope, Refusal(Cause.BAD_REQUEST, close=True), self.host)(scope, receive, send)
            return
        scope.setdefault("state", {})["large"] = True
        bounded = self._bounded(scope, receive, self.allowed.large_bytes, self.allowed.large_body_s)
        await self._in_place(self._large, scope, bounded, send)

    def _bounded(self, scope: Scope, receive: Receive, most: int, seconds: float) -> Receive:
        """The body as it comes, for a route that first looks who asks and puts large files on disk."""
        headers = dict(scope["headers"])
        length = headers.get(b"content-length", b"0")
        ends, taken = time() + seconds, 0

        async def bounded() -> Message:
            nonlocal taken
            if headers.get(b"content-encoding", b"identity") != b"identity":
                raise Refusal(Cause.MEDIA_TYPE, close=True)
            if not length.isdigit() or len(length) > 12 or int(length) > most:
                raise Refusal(Cause.TOO_LARGE, close=True)
            if taken < 0:  # all was read; what comes now is that the client has left
                return await receive()
            try:
                async with asyncio.timeout(max(0.0, ends - time())):
                    message = await receive()
            except TimeoutError:
                raise Refusal(Cause.TOO_SLOW, close=True) from None
            if message["type"] == "http.disconnect":
                raise Refusal(Cause.BAD_REQUEST, close=True)
            taken += len(message.get("body", b""))
            if taken > most:
                raise Refusal(Cause.TOO_LARGE, close=True)
            if not message.get("more_body", False):
                taken = -1
            return message

        return bounded

    async def _take(self, scope: Scope, receive: Receive, body: bytearray) -> None:
        known = scope.get("state", {}).get("known", False)
        most, large = self.allowed.known_bytes if known else self.allowed.form_bytes, Cause.TOO_LARGE
        if scope["path"] in UPLOADS:
            most = self.allowed.upload_bytes
        elif scope["path"] in REQUESTS:
            most, known, large = self.allowed.request_bytes, True, Cause.TOO_LARGE_REQUEST  # over a telephone's line
        headers = dict(scope["headers"])
        if b"transfer-encoding" in headers and b"content-length" in headers:  # RFC 9112 §6.1: a smuggler's
            raise Refusal(Cause.BAD_REQUEST, close=True)
        if headers.get(b"content-encoding", b"identity") != b"identity":
            raise Refusal(Cause.MEDIA_TYPE, close=True)
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or len(length) > 12 or int(length) > most:
            raise Refusal(large, close=True)
        try:
            async with asyncio.timeout(self.allowed.known_body_s if known else self.allowed.body_s):
                more = True
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Refusal(Cause.BAD_REQUEST, close=True)
                    part: bytes = message.get("body", b"")
                    body += part
                    self._held += len(part)
                    if scope["path"] in REQUESTS:
                        self._of_requests += len(part)
                    if len(body) > most:
                        raise Refusal(large, close=True)
                    if self._held > self.allowed.held_bytes or self._of_requests > self.allowed.held_bytes // 2:
                        raise Refusal(Cause.BUSY, 5, close=True)
                    more = message.get("more_body", False)
        except TimeoutError:
            raise Refusal(Cause.TOO_SLOW, close=True) from None


def _given(body: bytes, receive: Receive) -> Receive:
    """The body once, then whatever the connection says."""
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return left.pop() if left else await receive()

    return again
