"""Sending: one thread that gathers and sends, each webhook's share in a thread of its own; signed, bounded, guarded.

Nobody is asked at an address of a private network, unless the home says so, and nobody who sends us elsewhere is
followed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Event, Thread
from types import TracebackType
from typing import Final, Self

import structlog

from tte.errors import Fault, ServiceUnavailable, TteError
from tte.http import Http
from tte.http.telling import signed_headers
from tte.web.webhooks.outbox import Outbox
from tte.web.webhooks.rows import Delivery, Webhook

_LOOK_S: Final = 1.0
_AWAY_S: Final = 15.0
_SECONDS: Final = 10.0
_MOST: Final = 64 * 1024
_AT_ONCE: Final = 8


class Sender:
    """Tells applications, for the length of a block. `secret` opens a webhook's. `outbox`: None as long as there is no
    register.
    """

    def __init__(
        self,
        outbox: Callable[[], Outbox | None],
        secret: Callable[[Webhook], str],
        now: Callable[[], datetime],
        *,
        private: bool,
        look_s: float = _LOOK_S,
    ) -> None:
        self._outbox, self._secret, self._now, self._look_s = outbox, secret, now, look_s
        self._http = Http(hosts=None, private=private, seconds=_SECONDS)
        self._stop = Event()
        self._thread = Thread(target=self._go_on, name="webhooks", daemon=True)
        self._log = structlog.get_logger("tte.web")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._http.close()
        self._thread.join()

    def once(self) -> bool:
        """Gather and send what is due; whether there may be more at once. Raises what the register does."""
        outbox, at = self._outbox(), self._now()
        if outbox is None:
            return False
        more = outbox.gather(at)
        due = outbox.due(at)
        if due:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                list(pool.map(lambda one: self._send(outbox, *one), due.items()))
        return more or bool(due)

    def _go_on(self) -> None:
        silence = self._look_s
        while not self._stop.wait(silence):
            try:
                silence = 0.0 if self.once() else self._look_s
            except TteError as why:
                self._log.warning("webhooks", code=why.code)
                silence = _AWAY_S
            except Exception as why:  # told without what it says; nothing is lost by trying again
                self._log.error("webhooks", error=type(why).__name__)
                silence = _AWAY_S

    def _send(self, outbox: Outbox, hook: Webhook, some: Sequence[Delivery]) -> None:
        taken: list[Delivery] = []
        trouble = ""
        secret = self._secret(hook)
        for one in some:
            trouble = self._tell(hook, secret, one)
            if trouble:
                break
            taken.append(one)
        outbox.settle(hook, taken, some[len(taken) :], trouble, self._now())

    def _tell(self, hook: Webhook, secret: str, one: Delivery) -> str:
        """Why it was not taken; "" if it was."""
        at = self._now()
        headers = signed_headers(secret, one.id, at, one.body)
        try:
            status = self._http.post(hook.url, one.body, most=_MOST, headers=headers).status
        except ServiceUnavailable as why:
            return str(why.fault)
        except RuntimeError:  # we are closing
            return str(Fault.BROKE_OFF)
        return "" if 200 <= status < 300 else f"status-{status}"
