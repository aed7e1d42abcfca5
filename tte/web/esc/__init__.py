"""The wire of BSrE's Esign Client Service (ESC), v1 and v2, so that its clients need another address and nothing else.

Written after BSrE's guide of January 2024 (API 2.2) and what public clients send. Off unless `[esc] enabled = true`.
What must never happen here: a passphrase, a code or a NIK stands in a log, an error or a header; a key is opened that
its official has not opened; something is signed twice because an answer was lost.
"""

from __future__ import annotations

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from tte.web.esc import seals, v1, v2
from tte.web.esc.answers import Failed
from tte.web.esc.app import Esc, route
from tte.web.esc.asked import Asked
from tte.web.esc.credentials import Application
from tte.web.service import Service

PREFIX = "/api/"


def mount(app: FastAPI, service: Service) -> None:
    """Add ESC's routes, if the home's settings say so."""
    if not service.home.settings.esc.enabled:
        return
    esc = Esc(service)
    for routes in (v1.router(esc), v2.router(esc), seals.router(esc), _rest(esc)):
        app.include_router(routes)


def _rest(esc: Esc) -> APIRouter:
    """Whatever else is asked below /api: credentials first, as with ESC, then 404."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route(PREFIX + "{rest:path}", route(esc, _unknown), methods=["GET", "POST", "PUT", "DELETE"])
    return routes


async def _unknown(esc: Esc, application: Application, given: Asked, request: Request) -> Response:
    raise Failed(404, "No message available")
