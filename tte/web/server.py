"""uvicorn in this process: deadlines for heads, an end that lets requests finish, figures on a port of their own."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import h11
import uvicorn
from prometheus_client import ProcessCollector, start_http_server
from uvicorn.protocols.http.h11_impl import H11Protocol

from tte.web.app import make_app
from tte.web.chores import Chores
from tte.web.gates import HEADERS
from tte.web.journal import Figures, write_json_lines
from tte.web.service import Service
from tte.web.watching import Watch

HEAD_S = 10.0
DRAIN_S = 30


class Patient(H11Protocol):
    """uvicorn waits for ever for the rest of a head. This one waits HEAD_S, and as long for a first byte."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch(waiting=True)

    def connection_lost(self, exc: Exception | None) -> None:
        self._watch(waiting=False)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
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
    figures = Figures()
    where: dict[str, Any] = {"uds": str(socket)} if socket else {"host": host, "port": port}
    config = uvicorn.Config(
        make_app(service, figures=figures),
        **where,
        http=Patient,
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
