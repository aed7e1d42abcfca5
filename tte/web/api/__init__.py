"""The interface for programs: `/v1`. One module a resource; `calls` has what every route is declared with.

An application asks with its key and does what it was given, for its own office. Whether a file is genuine, and the
public log, anybody may ask.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, FastAPI

from tte.web.api import batches, documents, drafts, log, requests, signatures, templates, validations, webhooks
from tte.web.api.calls import Routes
from tte.web.api.reading import invalid
from tte.web.api.shapes import ProblemShape
from tte.web.journal import Figures
from tte.web.service import Service

__all__ = ["described", "invalid", "router"]


def router(service: Service, figures: Figures) -> APIRouter:
    """The routes under /v1."""
    routes = Routes(service)
    validations.declare(routes, figures)
    for one in (documents, drafts, batches, requests, signatures, templates, log, webhooks):
        one.declare(routes)
    return routes.router


def described(app: FastAPI) -> None:
    """Have the application's OpenAPI document say how refusals look: they are raised, so no route returns one."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schemas = plain().setdefault("components", {}).setdefault("schemas", {})
            told = ProblemShape.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(told.pop("$defs", {}))
            schemas["ProblemShape"] = told
        return plain()

    app.openapi = openapi  # type: ignore[method-assign]
