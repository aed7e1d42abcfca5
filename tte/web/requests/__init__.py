"""The citizen's side of requests: filing one on `/ajukan`, seeing how it stands on `/lacak`. All without scripts."""

from __future__ import annotations

from fastapi import APIRouter

from tte.web.requests import filing, tracking
from tte.web.service import Service


def router(service: Service) -> APIRouter:
    """The pages, if this home takes requests; and the chore that goes with them."""
    routes = APIRouter(include_in_schema=False)
    if service.home.settings.requests.open:
        filing.declare(routes, service)
        tracking.declare(routes, service)
    service.chores.append(service.see_to_requests)
    return routes
