"""The interface for programs: `/v1`. One module a resource; `calls` has what every route is declared with.

An application asks with its key and does what it was given, for its own office. Whether a file is genuine, and the
public log, anybody may ask.
"""

from __future__ import annotations

from fastapi import APIRouter

from tte.web.api import documents, validations
from tte.web.api.calls import Routes
from tte.web.api.reading import invalid
from tte.web.journal import Figures
from tte.web.service import Service

__all__ = ["invalid", "router"]


def router(service: Service, figures: Figures) -> APIRouter:
    """The routes under /v1."""
    routes = Routes(service)
    validations.declare(routes, figures)
    documents.declare(routes)
    return routes.router
