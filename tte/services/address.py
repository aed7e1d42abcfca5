"""One address of a trust service: asked over HTTP, with patience, and no further than its answer can be used."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit

from tte.errors import Fault, ServiceUnavailable
from tte.http import Answer, Http
from tte.services.kept import Kept
from tte.services.patience import Limits, Patience

T = TypeVar("T")

_BUSY: Final = (429, 503)
"""Statuses with which a service may say when to come back (RFC 6585 §4, RFC 9110 §15.6.4)."""


class Address:
    """May be used by many threads."""

    def __init__(
        self,
        url: str,
        http: Http,
        limits: Limits,
        *,
        now: Callable[[], datetime],
        clock: Callable[[], float],
        kept: Path | None = None,
    ) -> None:
        """`now` is what a date to come back at is compared with, `clock` what rests are measured by.

        `kept`: a folder by which those who ask this address know of each other, in other processes as well.
        """
        self.host = _host(url)
        self._url, self._http, self._now = url, http, now
        notes = Kept(kept, url, limits.longest_s, now=now) if kept else None
        self._patience = Patience(self.host, limits, clock=clock, kept=notes)

    def post(self, body: bytes, kind: str, read: Callable[[bytes], T], *, most: int) -> T:
        """What `read` makes of the answer to this body, of at most `most` bytes. `kind` is the body's media type.

        The request may arrive twice. ServiceUnavailable as of `Http.ask`, with fault RESTING or STATUS, or as `read`
        raises it; all but RESTING make the address rest sooner or later.
        """
        headers = {"Content-Type": kind}
        return self._asked(lambda: self._http.post(self._url, body, most=most, headers=headers, again=True), read)

    def get(self, read: Callable[[bytes], T], *, most: int) -> T:
        """As `post`, by GET."""
        return self._asked(lambda: self._http.get(self._url, most=most), read)

    def wait_s(self) -> float:
        """How long it will be left alone from now; 0 if it may be asked."""
        return self._patience.wait_s()

    def close(self) -> None:
        """To be said before the HTTP line is closed: what is broken off by that is nobody's failure."""
        self._patience.close()

    def _asked(self, ask: Callable[[], Answer], read: Callable[[bytes], T]) -> T:
        with self._patience.asking():
            try:
                answer = ask()
            except RuntimeError:  # the line was closed by an interrupt; what was reached before is still to be used
                raise ServiceUnavailable(f"{self.host} is not asked any more", Fault.BROKE_OFF, sent=False) from None
            if answer.status != 200:
                if answer.status in _BUSY and (seconds := self._later(answer.headers.get("retry-after", ""))) > 0:
                    self._patience.rest(seconds)
                raise ServiceUnavailable(f"{self.host} answered with HTTP status {answer.status}", Fault.STATUS)
            try:
                return read(answer.body)
            except ServiceUnavailable as why:
                raise ServiceUnavailable(f"{self.host}: {why}", why.fault, hint=why.hint) from None

    def _later(self, text: str) -> float:
        """Retry-After in seconds from now, RFC 9110 §10.2.3; 0 if it says nothing that can be read."""
        if text.isascii() and text.isdigit():
            return float(text[:9])
        try:
            at = parsedate_to_datetime(text)
        except ValueError:
            return 0
        return (at.replace(tzinfo=at.tzinfo or UTC) - self._now()).total_seconds()


def all_failed(problems: list[ServiceUnavailable]) -> ServiceUnavailable:
    """One error for all: the fault of the first that was asked at all."""
    first = next((one for one in problems if one.fault is not Fault.RESTING), problems[0])
    text = "; ".join(dict.fromkeys(map(str, problems)))
    return ServiceUnavailable(text, first.fault, sent=any(one.sent for one in problems), hint=first.hint)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or "the service"
    except ValueError:
        return "the service"
