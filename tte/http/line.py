"""One event loop in a thread of its own, and the aiohttp session that lives in it. Both are made when first needed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, TypeVar

import aiohttp

T = TypeVar("T")

_LETTING_GO_S: Final = 5


class Line:
    """Runs what is asked of the session for any number of threads, who wait for it."""

    def __init__(self, session: Callable[[], aiohttp.ClientSession]) -> None:
        """`session` is called once, in the loop."""
        self._make_session = session
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._session: aiohttp.ClientSession | None = None
        self._closed = False

    def run(self, work: Callable[[aiohttp.ClientSession], Awaitable[T]]) -> T:
        """What `work` gives or raises; concurrent.futures.CancelledError if the line is closed meanwhile.

        RuntimeError if it is closed already.
        """
        with self._lock:
            if self._closed:
                raise RuntimeError("asked after close")
            future = asyncio.run_coroutine_threadsafe(self._with_session(work), self._running())
        try:
            return future.result()
        finally:
            future.cancel()  # does nothing, unless the one who waits was interrupted

    def close(self) -> None:
        """Cancel what is under way and let go of all connections. Closing twice is fine."""
        with self._lock:
            self._closed = True
            loop, self._loop = self._loop, None
        if loop is None or self._thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._let_go(loop), loop)
        if threading.current_thread() is not self._thread:  # a finalizer may run in any thread
            self._thread.join(_LETTING_GO_S)

    def _running(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=_serve, args=(self._loop,), name="http", daemon=True)
            self._thread.start()
        return self._loop

    async def _with_session(self, work: Callable[[aiohttp.ClientSession], Awaitable[T]]) -> T:
        if self._session is None:
            self._session = self._make_session()
        return await work(self._session)

    async def _let_go(self, loop: asyncio.AbstractEventLoop) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(_LETTING_GO_S / 2):
                await asyncio.gather(*others, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
        loop.call_soon(loop.stop)


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    try:
        loop.run_forever()
    finally:
        loop.close()
