"""An office's day in the browser: signing in, the queue, drafts, checks, the signature, documents, people.

Each module declares the pages of one room; `visits` says who may see them. Everything works without scripts.
"""

from __future__ import annotations

from fastapi import APIRouter

from tte.web.office import (
    batches,
    checking,
    clients,
    deliveries,
    documents,
    drafting,
    drafts,
    importing,
    keys,
    people,
    requests,
    signing,
    signing_in,
    signing_in_outside,
    today,
    trail,
)
from tte.web.office.figures import country, days, entering, friday, problems, uploading
from tte.web.office.visits import Pages
from tte.web.service import Service

_ROOMS = (
    signing_in,
    today,
    requests,
    drafts,
    importing,
    drafting,
    checking,
    signing,
    documents,
    deliveries,
    days,
    entering,
    uploading,
    problems,
    friday,
    country,
    batches,
    keys,
    people,
    clients,
    trail,
)


def router(service: Service) -> APIRouter:
    """All of it."""
    pages = Pages(service)
    for room in _ROOMS:
        room.declare(pages)
    pages.routes.include_router(signing_in.routes(service))
    pages.routes.include_router(signing_in_outside.routes(service))
    return pages.routes
