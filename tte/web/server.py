"""uvicorn in this process: deadlines for heads, an end that lets requests finish, figures on a port of their own."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import h11
import uvicorn
from prometheus_client import ProcessCollector, start_http_server
from uvicorn.protocols.http.h11_impl import H11Protocol

from tte.web.app import make_app
from tte.web.chores import Chores
from tte.web.gates import HEADERS
from tte.web.journal import Figures, write_json_lines
from tte.web.pressure import Pressure
from tte.web.service import Service
from tte.web.watching import Watch

HEAD_S = 10.0
DRAIN_S = 30
LINGER_S = 2.0
SWITCH_S = 0.0005


class Lingering:
    """A transport that is closed in two steps where a request is not `whole`: no more is said, and what is still being
    sent is dropped for LINGER_S. A reset would take the answer from whoever has not read it yet (RFC 9112 §9.6).
    """

    def __init__(self, transport: asyncio.Transport, whole: Callable[[], bool]) -> None:
        self._transport, self._whole, self.lingers = transport, whole, False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def is_closing(self) -> bool:
        return self.lingers or self._transport.is_closing()

    def close(self) -> None:
        if self.is_closing() or self._whole():
            self._transport.close()
        else:
            self.linger()

    def linger(self) -> None:
        """Say no more; close when the other side does, or after LINGER_S."""
        self.lingers = True
        self._transport.write_eof()
        self._transport.resume_reading()
        asyncio.get_running_loop().call_later(LINGER_S, self._transport.close)


class Patient(H11Protocol):
    """uvicorn waits for ever for the rest of a head. This one waits HEAD_S, and as long for a first byte. Who is
    answered before all was sent can read the answer.
    """

    pressure: Pressure
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.pressure.feel(self.loop)
        self._lingering = Lingering(transport, lambda: self.conn.their_state is not h11.SEND_BODY)
        super().connection_made(cast(asyncio.Transport, self._lingering))
        self._watch(waiting=True)

    def connection_lost(self, exc: Exception | None) -> None:
        self._watch(waiting=False)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._lingering.lingers:
            return
        if self.conn.their_state is h11.IDLE and self.conn.our_state is h11.IDLE:
            answer = self.pressure.sheds(data, self.loop.time(), len(self.tasks))
            if answer is not None:
                self._watch(waiting=False)
                self._unset_keepalive_if_required()
                self.transport.write(answer)
                self._lingering.linger()
                return
        super().data_received(data)
        self._watch(waiting=self.conn.their_state is h11.IDLE)

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP gets no page, but the security headers that every answer has."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            headers = [*HEADERS.items(), ("Content-Type", "text/plain; charset=utf-8"), ("Connection", "close")]
            answer = h11.Response(status_code=400, headers=headers, reason=b"Bad Request")
            for event in (answer, h11.Data(data=msg.encode("ascii")), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _watch(self, *, waiting: bool) -> None:
        if waiting and self._late is None:
            self._late = self.loop.call_later(HEAD_S, self.transport.close)
        elif not waiting and self._late is not None:
            self._late.cancel()
            self._late = None


def serve(
    service: Service, *, host: str, port: int, socket: Path | None, metrics_port: int | None, proxies: str
) -> None:
    """Answer until SIGTERM or SIGINT; what is under way then has DRAIN_S seconds. `proxies` whose word on addresses is
    believed.
    """
    write_json_lines()
    sys.setswitchinterval(SWITCH_S)  # a thread that computes must not keep the loop from answering others
    figures = Figures()
    where: dict[str, Any] = {"uds": str(socket)} if socket else {"host": host, "port": port}
    config = uvicorn.Config(
        make_app(service, figures=figures),
        **where,
        http=type("Pressed", (Patient,), {"pressure": Pressure(service.host, figures.registry)}),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips="*" if socket else proxies,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=DRAIN_S,
        h11_max_incomplete_event_size=16 * 1024,
    )
    if metrics_port is not None:
        figures.registry.register(Watch(service))
        ProcessCollector(registry=figures.registry)
        start_http_server(metrics_port, "127.0.0.1", figures.registry)
    with Chores(service), service.beside():
        uvicorn.Server(config).run()
