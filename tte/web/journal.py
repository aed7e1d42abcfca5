"""Each request's id, its line in the journal and its place in the figures; and the last net under what goes wrong.

A line is one JSON object on standard error: route, status, milliseconds, bytes, the network it came from. Never a path
with an id, a query, a file name, a body, a full address, or the words of an exception: those may hold a person.
"""

from __future__ import annotations

import logging
import secrets
import sys
import time
import traceback
from collections.abc import MutableMapping
from typing import Any, Final

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tte.web.answering import refused
from tte.web.gates import PROBES, address_of, net_of
from tte.web.lines import Lines
from tte.web.refusals import Cause, Refusal

_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Figures:
    """What Prometheus is told, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        common: dict[str, Any] = {"registry": self.registry}
        self.requests = Counter("tte_http_requests", "Requests answered", ("route", "method", "status"), **common)
        self.seconds = Histogram("tte_http_seconds", "From head to last byte", ("route",), buckets=_BUCKETS, **common)
        self.under_way = Gauge("tte_http_under_way", "Requests being answered", **common)
        self.verdicts = Counter("tte_verdicts", "Files examined, by verdict", ("verdict",), **common)
        self.compared = Counter("tte_compared", "Comparisons with paper, by outcome", ("outcome",), **common)


class Journal:
    """Outermost: whatever happens inside, there is an answer, a line and a figure."""

    def __init__(self, app: ASGIApp, host: str, figures: Figures) -> None:
        self.app, self.host, self.figures = app, host, figures
        self.log = structlog.get_logger("tte.web")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        seen: dict[str, Any] = {"status": 0, "bytes": 0}

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            else:
                seen["bytes"] += len(message.get("body", b""))
            await send(message)

        began = time.perf_counter()
        wrong: dict[str, Any] = {}
        self.figures.under_way.inc()
        try:
            await self.app(scope, receive, noting)
        except Exception as why:  # whatever it is, the caller gets an answer and the journal a line
            wrong = {"error": type(why).__name__, "where": _where(why)}
            if not seen["status"]:
                await refused(scope, Refusal(Cause.FAULT), self.host)(scope, receive, noting)
        finally:
            self.figures.under_way.dec()
            self._note(scope, seen, wrong, request_id, time.perf_counter() - began)

    def _note(self, scope: Scope, seen: dict[str, Any], wrong: dict[str, Any], request_id: str, seconds: float) -> None:
        route, method, status = route_of(scope), method_of(scope), int(seen["status"])
        self.figures.requests.labels(route, method, str(status)).inc()
        self.figures.seconds.labels(route).observe(seconds)
        if route in PROBES and not wrong:
            return
        level = self.log.error if wrong or status == 500 else self.log.info
        level(
            "request",
            request_id=request_id,
            method=method,
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
            bytes=seen["bytes"],
            net=net_of(address_of(scope)),
            **wrong,
        )


def route_of(scope: Scope) -> str:
    """The route as it is written in the program, such as /d/{id}; never what stood in its place."""
    return str(getattr(scope.get("route"), "path", "other"))


def method_of(scope: Scope) -> str:
    known = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    return scope["method"] if scope["method"] in known else "other"


def _where(why: BaseException) -> list[str]:
    frames = traceback.extract_tb(why.__traceback__)[-6:]
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames]


def write_json_lines() -> None:
    """Everything that is logged in this process becomes one JSON object a line on standard error, times in UTC.

    Nothing waits for who reads it.
    """
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True, key="at")
    before: list[Any] = [structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name, stamp]
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = Lines(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*before, _plain],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)


def _plain(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Of an exception that a library logs: what kind, not what it says."""
    info = event.pop("exc_info", None)
    if isinstance(info, tuple) and info[1] is not None:
        event["error"], event["where"] = type(info[1]).__name__, _where(info[1])
    return event
