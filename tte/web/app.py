"""The application: routes inside, gates around them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from tte import __version__
from tte.errors import RegisterError
from tte.sandbox import Busy
from tte.validation import MAX_SIZE
from tte.web import anchor_routes, api, collecting, esc, office, pages_routes, requests, seal_routes
from tte.web.answering import refused
from tte.web.callers import Callers
from tte.web.delivering import Delivering
from tte.web.gates import Allowances, Heads, Hosts, Rates
from tte.web.journal import Figures, Journal
from tte.web.receiving import Receiving
from tte.web.refusals import Cause, Refusal
from tte.web.service import Service

Handler = Callable[[Request, Exception], Awaitable[Response]]


def make_app(service: Service, *, allowed: Allowances | None = None, figures: Figures | None = None) -> ASGIApp:
    """The application for a service that is open. `allowed` is what the home's settings say unless it is given."""
    settings, esc_settings = service.home.settings.serve, service.home.settings.esc
    allowed = allowed or Allowances(
        per_minute=settings.requests_per_minute,
        uploads_per_minute=settings.uploads_per_minute,
        net_per_minute=settings.net_requests_per_minute,
        known_per_minute=settings.known_requests_per_minute,
        per_second=settings.requests_per_second,
        request_bytes=(service.home.settings.requests.together_mb + 1) << 20,
    )
    if settings.upload_mb << 20 != MAX_SIZE:
        most = (settings.upload_mb << 20) + 64 * 1024  # with what a form puts around the file
        allowed = replace(allowed, upload_bytes=min(most, allowed.upload_bytes))
        allowed = replace(allowed, large_bytes=most if most > allowed.upload_bytes else 0)
    if esc_settings.enabled:
        allowed = replace(
            allowed, esc_per_minute=esc_settings.requests_per_minute, esc_bytes=esc_settings.upload_mb * 1_400_000
        )
    figures = figures or Figures()
    callers = Callers(service.recognises, secure=service.secure)
    return Journal(
        Heads(
            Hosts(
                Rates(Receiving(routes(service, figures), service.host, allowed), service.host, allowed, callers),
                service.host,
                settings.hosts,
            )
        ),
        service.host,
        figures,
    )


def routes(service: Service, figures: Figures) -> FastAPI:
    """All routes, without the gates."""
    app = FastAPI(
        title="tte",
        summary="Is a signed civil registry document genuine and in force?",
        version=__version__,
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    for kind in (Refusal, HTTPException, RequestValidationError, Busy, RegisterError, Exception):
        app.add_exception_handler(kind, _refusing(service.host))
    app.include_router(api.router(service, figures))
    api.described(app)
    lists = seal_routes.Lists(service)
    app.include_router(pages_routes.router(service, figures, lists))
    app.include_router(seal_routes.router(service, lists))
    app.include_router(anchor_routes.router(service))
    app.include_router(office.router(service))
    app.include_router(requests.router(service))
    Delivering(service)
    app.include_router(collecting.router(service))
    esc.mount(app, service)

    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    @app.get("/readyz", include_in_schema=False)
    def readyz() -> JSONResponse:
        found = service.readiness()
        ready = "unavailable" not in found.values()
        return JSONResponse({"status": "ok" if ready else "unavailable", **found}, 200 if ready else 503)

    return app


def _refusing(host: str) -> Handler:
    async def refuse(request: Request, why: Exception) -> Response:
        match why:
            case Refusal():
                refusal = why
            case Busy():
                refusal = Refusal(Cause.BUSY, 5)
            case RegisterError():
                refusal = Refusal(Cause.REGISTER_AWAY, 30)
            case HTTPException():
                refusal = replace(Refusal.of_status(why.status_code), headers=dict(why.headers or {}))
            case RequestValidationError():
                refusal = api.invalid(why.errors())
            case _:  # it is raised again, and noted by the journal
                refusal = Refusal(Cause.FAULT)
        return refused(request.scope, refusal, host)

    return refuse
