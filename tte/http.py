"""Asking other machines over HTTP: bounded in time and size, never redirected, only where it is allowed.

One event loop in a thread of its own serves any number of callers, who wait as for any other function. A deadline is a
deadline: it also ends an answer that comes a byte at a time. What is asked for, and what is answered, is never logged.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
import threading
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from tte.errors import Fault, ServiceUnavailable

_AT_ONCE: Final = 64
"""Connections to one host."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Http:
    """Asks for as long as it is open. May be used by many threads.

    `hosts` are the host names that may be asked, and no others; None: any. `private`: also at addresses that are not
    public (RFC 6890), which otherwise are refused after resolving, so that no name can lead there. `seconds` is the
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
        self._hosts = None if hosts is None else frozenset(hosts)
        self._private, self._seconds, self._tls, self._fresh = private, seconds, tls, fresh
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._session: aiohttp.ClientSession | None = None
        self._closed = False

    def get(self, url: str, *, most: int, headers: Mapping[str, str] | None = None) -> Answer:
        """GET; see `ask`."""
        return self.ask("GET", url, b"", most=most, headers=headers)

    def post(self, url: str, body: bytes, *, most: int, headers: Mapping[str, str] | None = None) -> Answer:
        """POST; see `ask`."""
        return self.ask("POST", url, body, most=most, headers=headers)

    def ask(
        self,
        method: str,
        url: str,
        body: bytes,
        *,
        most: int,
        headers: Mapping[str, str] | None = None,
        seconds: float | None = None,
    ) -> Answer:
        """The answer, of whatever status, with a body of at most `most` bytes.

        ServiceUnavailable with fault NOT_ALLOWED, UNREACHABLE, BROKE_OFF, TIMED_OUT or TOO_LARGE; its `sent` is false
        if the request surely did not leave. Its message names the host, never the rest of the URL.
        """
        host = self._check(url)
        request = self._ask(method, url, body, most, dict(headers or {}), seconds or self._seconds)
        with self._lock:
            if self._closed:
                request.close()
                raise RuntimeError("asked after close")
            loop = self._running()
        try:
            return asyncio.run_coroutine_threadsafe(request, loop).result()
        except aiohttp.ConnectionTimeoutError as why:
            raise _fault(host, Fault.TIMED_OUT, "could not be reached in time", why, sent=False) from None
        except (TimeoutError, aiohttp.ServerTimeoutError) as why:
            raise _fault(host, Fault.TIMED_OUT, "did not answer in time", why) from None
        except _NotPublic as why:
            raise _fault(host, Fault.NOT_ALLOWED, "has an address of a private network", why, sent=False) from None
        except aiohttp.ClientConnectorError as why:
            if isinstance(why.os_error, _NotPublic):
                raise _fault(host, Fault.NOT_ALLOWED, "has an address of a private network", why, sent=False) from None
            raise _fault(host, Fault.UNREACHABLE, "cannot be reached", why, sent=False) from None
        except (aiohttp.ClientError, OSError, ValueError) as why:
            raise _fault(host, Fault.BROKE_OFF, "broke off", why) from None

    def close(self) -> None:
        """Let go of all connections. Closing twice is fine."""
        with self._lock:
            self._closed = True
            loop, self._loop = self._loop, None
        if loop is not None:
            with suppress(TimeoutError):
                asyncio.run_coroutine_threadsafe(self._let_go(), loop).result(5)
            loop.call_soon_threadsafe(loop.stop)

    def _check(self, url: str) -> str:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        if parts.scheme not in ("http", "https") or not host or parts.username or parts.password:
            raise ServiceUnavailable("this is no http address", Fault.NOT_ALLOWED, sent=False)
        if self._hosts is not None and host not in self._hosts:
            raise ServiceUnavailable(f"{host} is not among the hosts that may be asked", Fault.NOT_ALLOWED, sent=False)
        with suppress(ValueError):
            if not self._private and not ipaddress.ip_address(host).is_global:
                raise ServiceUnavailable(f"{host} is an address of a private network", Fault.NOT_ALLOWED, sent=False)
        return host

    def _running(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            threading.Thread(target=_serve, args=(self._loop,), name="http", daemon=True).start()
        return self._loop

    async def _ask(
        self, method: str, url: str, body: bytes, most: int, headers: dict[str, str], seconds: float
    ) -> Answer:
        async with asyncio.timeout(seconds):
            if self._session is None:
                self._session = self._open()
            async with self._session.request(
                method, url, data=body or None, headers=headers, allow_redirects=False
            ) as answer:
                host = answer.url.host or ""
                if 300 <= answer.status < 400:
                    raise ServiceUnavailable(f"{host} sends us elsewhere; nobody followed", Fault.NOT_ALLOWED)
                content = bytearray()
                async for some in answer.content.iter_any():
                    content += some
                    if len(content) > most:
                        raise ServiceUnavailable(f"{host} answered more than {most:,} bytes", Fault.TOO_LARGE)
                return Answer(
                    answer.status, {name.lower(): value for name, value in answer.headers.items()}, bytes(content)
                )

    def _open(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=0,
            limit_per_host=_AT_ONCE,
            ssl=self._tls or True,
            force_close=self._fresh,
            resolver=ThreadedResolver() if self._private else _Public(),
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None),
            auto_decompress=False,
            headers={"Accept-Encoding": "identity", "User-Agent": "tte"},
        )

    async def _let_go(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None


class _NotPublic(OSError):
    """A name that leads to an address which is not public."""


class _Public(AbstractResolver):
    """The system's resolver; a name of which one address is not public is not resolved at all."""

    def __init__(self) -> None:
        self._system = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._system.resolve(host, port, family)
        if not all(ipaddress.ip_address(one["host"].partition("%")[0]).is_global for one in found):
            raise _NotPublic
        return found

    async def close(self) -> None:
        await self._system.close()


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    try:
        loop.run_forever()
    finally:
        loop.close()


def _fault(host: str, fault: Fault, what: str, why: Exception, *, sent: bool = True) -> ServiceUnavailable:
    return ServiceUnavailable(f"{host} {what} ({type(why).__name__})", fault, sent=sent)
