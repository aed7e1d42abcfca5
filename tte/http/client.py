"""A request and its answer. `Http` says where one may ask and how long it may take."""

from __future__ import annotations

import asyncio
import ssl
import weakref
from collections.abc import Collection, Mapping
from concurrent.futures import CancelledError
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Final

import aiohttp
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from tte.errors import Fault, ServiceUnavailable
from tte.http.line import Line
from tte.http.public import NotPublic, PublicResolver, public_socket

_AT_ONCE: Final = 64
"""Connections to one host."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Http:
    """Asks for as long as it is open, at the longest until the program ends. May be used by many threads.

    `hosts` are the host names that may be asked, and no others; None: any. `private`: also at addresses that are not
    public (RFC 6890), which otherwise are refused when connecting, so that no name can lead there. `seconds` is the
    deadline from the first step to the last byte. `fresh`: a connection for each request, so that a failure never
    comes from a connection that had died before.
    """

    def __init__(
        self,
        *,
        hosts: Collection[str] | None,
        private: bool,
        seconds: float = 15,
        tls: ssl.SSLContext | None = None,
        fresh: bool = False,
    ) -> None:
        self._hosts = None if hosts is None else frozenset(map(_host_of, hosts))
        self._private, self._seconds = private, seconds
        self._line = Line(lambda: _session(private=private, tls=tls, fresh=fresh))
        self._let_go = weakref.finalize(self, self._line.close)

    def get(self, url: str, *, most: int, headers: Mapping[str, str] | None = None) -> Answer:
        """GET; see `ask`."""
        return self.ask("GET", url, b"", most=most, headers=headers)

    def post(
        self, url: str, body: bytes, *, most: int, headers: Mapping[str, str] | None = None, again: bool = False
    ) -> Answer:
        """POST; see `ask`."""
        return self.ask("POST", url, body, most=most, headers=headers, again=again)

    def ask(
        self,
        method: str,
        url: str,
        body: bytes,
        *,
        most: int,
        headers: Mapping[str, str] | None = None,
        seconds: float | None = None,
        again: bool = False,
    ) -> Answer:
        """The answer, of whatever status, with a body of at most `most` bytes.

        `again`: the request may arrive twice, so it is repeated if a kept connection turns out to have died. (A GET is
        in any case: RFC 9110 §9.2.2.)
        ServiceUnavailable with fault NOT_ALLOWED, UNREACHABLE, BROKE_OFF, TIMED_OUT or TOO_LARGE; its `sent` is false
        if the request surely did not leave. Its message names the host, never the rest of the URL.
        """
        where = self._check(url)
        request = _Request(method, where, body, most, dict(headers or {}), again)
        limit = self._seconds if seconds is None else seconds

        async def ask(session: aiohttp.ClientSession) -> Answer:
            async with asyncio.timeout(limit):
                return await request.answer(session)

        try:
            return self._line.run(ask)
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError, CancelledError) as why:
            failed = request.failed(why)
        raise failed  # outside the handler: what aiohttp raises may hold the request's headers

    def close(self) -> None:
        """Let go of all connections; who still waits gets BROKE_OFF. Closing twice is fine."""
        self._let_go()

    def _check(self, url: str) -> URL:
        try:
            where = URL(url)
            host = where.raw_host
        except ValueError:
            host = None
        if not host or where.scheme not in ("http", "https") or where.user is not None or where.password is not None:
            raise ServiceUnavailable("this is no http address", Fault.NOT_ALLOWED, sent=False)
        if self._hosts is not None and host not in self._hosts:
            raise ServiceUnavailable(f"{host} is not among the hosts that may be asked", Fault.NOT_ALLOWED, sent=False)
        return where


@dataclass(slots=True)
class _Request:
    """One request, and how far it has come."""

    method: str
    where: URL
    body: bytes
    most: int
    headers: dict[str, str]
    again: bool
    sent: bool = False
    reused: bool = False

    async def answer(self, session: aiohttp.ClientSession) -> Answer:
        while True:
            try:
                async with session.request(
                    self.method,
                    self.where,
                    data=self.body or None,
                    headers=self.headers,
                    allow_redirects=False,
                    trace_request_ctx=self,
                ) as answer:
                    self.again = False
                    return await self._read(answer)
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
                if not self.again or not self.reused:
                    raise
                self.reused = False

    async def _read(self, answer: aiohttp.ClientResponse) -> Answer:
        host = self.where.raw_host
        if 300 <= answer.status < 400:
            raise ServiceUnavailable(f"{host} sends us elsewhere; nobody followed", Fault.NOT_ALLOWED)
        content = bytearray()
        if (answer.content_length or 0) <= self.most:
            async for some in answer.content.iter_any():
                content += some
                if len(content) > self.most:
                    break
            else:
                told = {name.lower(): value for name, value in answer.headers.items()}
                return Answer(answer.status, told, bytes(content))
        answer.close()
        raise ServiceUnavailable(f"{host} answered more than {self.most:,} bytes", Fault.TOO_LARGE)

    def failed(self, why: BaseException) -> ServiceUnavailable:
        """What an exception means to whoever asked."""
        match why:
            case aiohttp.ClientConnectorError() if isinstance(why.os_error, NotPublic):
                return self._fault(Fault.NOT_ALLOWED, "has an address of a private network", why)
            case TimeoutError() if self.sent:
                return self._fault(Fault.TIMED_OUT, "did not answer in time", why)
            case TimeoutError():
                return self._fault(Fault.TIMED_OUT, "could not be reached in time", why)
            case aiohttp.ClientConnectorError():
                return self._fault(Fault.UNREACHABLE, "cannot be reached", why)
            case aiohttp.InvalidURL():
                return self._fault(Fault.NOT_ALLOWED, "is no host", why)
            case CancelledError():
                return self._fault(Fault.BROKE_OFF, "was still being asked when we closed", why)
        return self._fault(Fault.BROKE_OFF, "broke off", why)

    def _fault(self, fault: Fault, what: str, why: BaseException) -> ServiceUnavailable:
        return ServiceUnavailable(f"{self.where.raw_host} {what} ({type(why).__name__})", fault, sent=self.sent)


def _session(*, private: bool, tls: ssl.SSLContext | None, fresh: bool) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(
        limit=0,
        limit_per_host=_AT_ONCE,
        ssl=tls or True,
        force_close=fresh,
        resolver=ThreadedResolver() if private else PublicResolver(),
        socket_factory=None if private else public_socket,
    )
    progress = aiohttp.TraceConfig()
    progress.on_request_headers_sent.append(_note_sent)
    progress.on_connection_reuseconn.append(_note_reused)
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None),
        auto_decompress=False,
        headers={"Accept-Encoding": "identity", "User-Agent": "tte"},
        trace_configs=[progress],
    )


async def _note_sent(_: aiohttp.ClientSession, about: SimpleNamespace, __: object) -> None:
    about.trace_request_ctx.sent = True


async def _note_reused(_: aiohttp.ClientSession, about: SimpleNamespace, __: object) -> None:
    about.trace_request_ctx.reused = True


def _host_of(name: str) -> str:
    """A host name as it stands in a URL: lower case, IDNA."""
    return URL.build(scheme="http", host=name).raw_host or ""
