"""When more is asked than one loop can hear: what to say to a stranger before anything is parsed.

A refusal after the head was parsed costs as much as a small answer, so a flood of requests that will all be refused
still delays those that were admitted. `Pressure.sheds` looks at how late the loop is, for how long by now, and how many
requests are under way; the answer it gives is made once. A burst is borne, and whoever shows a session or a key goes on
to be counted as ever, be it right or not: to look it up would cost what is to be spared.
"""

from __future__ import annotations

import asyncio
import re
from http import HTTPStatus
from typing import Final

from prometheus_client import CollectorRegistry, Counter

from tte.web.answering import refused
from tte.web.gates import HEADERS
from tte.web.refusals import Cause, Refusal

LATE_S: Final = 0.02
BORNE_S: Final = 0.5
CROWD: Final = 16
_EVERY_S: Final = 0.01
_KNOWN: Final = re.compile(rb"\ncookie:[^\n]*[ ;](?:__host-)?tte=|\nauthorization:", re.IGNORECASE)


class Pressure:
    """How late the loop is, felt by a timer that ought to ring every `_EVERY_S`."""

    def __init__(self, host: str, registry: CollectorRegistry) -> None:
        self.shed = Counter("tte_http_shed", "Requests refused unread, the loop being late", registry=registry)
        self._page, self._problem = _answer(host, "/"), _answer(host, "/v1")
        self._due = self._late_since = self._late_at = 0.0

    def feel(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin, unless it has begun."""
        if not self._due:
            self._ring(loop)

    def sheds(self, head: bytes, now: float, under_way: int) -> bytes | None:
        """The whole answer to a request that begins like this, if it is not to be heard; `now` in the loop's time."""
        if under_way < CROWD or not self._is_pressed(now) or _KNOWN.search(head):
            return None
        self.shed.inc()
        return self._problem if b" /v1" in head[:16] or b" /api" in head[:16] else self._page

    def _is_pressed(self, now: float) -> bool:
        """Whether the loop is late now and has been, again and again, for BORNE_S."""
        if now - self._due < LATE_S:
            return False
        if now - self._late_at > BORNE_S:
            self._late_since = now
        self._late_at = now
        return now - self._late_since >= BORNE_S

    def _ring(self, loop: asyncio.AbstractEventLoop) -> None:
        self._is_pressed(loop.time())
        self._due = loop.time() + _EVERY_S
        loop.call_at(self._due, self._ring, loop)


def _answer(host: str, path: str) -> bytes:
    scope = {"type": "http", "path": path, "query_string": b"", "headers": [], "state": {}}
    response = refused(scope, Refusal(Cause.BUSY, 1, close=True), host)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    head = b"".join(b"%s: %s\r\n" % pair for pair in response.raw_headers)
    status = HTTPStatus(response.status_code)
    return b"HTTP/1.1 %d %s\r\n%s\r\n%s" % (status, status.phrase.encode(), head, response.body)
