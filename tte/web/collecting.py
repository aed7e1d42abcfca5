"""`/ambil/{token}`: a citizen fetches his document with the link that he was sent and what opens it.

Looking at the page does nothing, so programs that look into messages do no harm. What opens it is sent in forms only.
A link that is not there looks like one that is, and answers like one whose PIN was wrong.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from tte.delivery import Shut
from tte.delivery.collecting import WAITS
from tte.web.answering import handed_over, language_of, page
from tte.web.gates import address_of, net_of
from tte.web.requests.forms import Guest
from tte.web.service import Service
from tte.web.tries import Tries
from tte.web.uploading import form_of, from_here

PATH = "/ambil/{token}"
_NET_TRIES = 60


def router(service: Service) -> APIRouter:
    """The pages."""
    routes = APIRouter(include_in_schema=False)
    nets = Tries(_NET_TRIES, WAITS[5])

    @routes.get(PATH)
    async def ask(request: Request) -> Response:
        return _page(Guest(service, request), "collect.html", {"wrong": False, "until": None})

    @routes.post(PATH)
    async def open_(request: Request) -> Response:
        from_here(request)
        return await run_in_threadpool(_tried, Guest(service, request, await form_of(request)), nets)

    return routes


def _tried(guest: Guest, nets: Tries) -> Response:
    service, at = guest.service, guest.service.now()
    net = net_of(address_of(guest.request.scope))
    if (until := nets.take(net, at)) is not None:
        return _page(guest, "collect.html", {"wrong": False, "until": until}, 429)
    deliveries, typed = service.deliveries(), guest.typed("pin", 100)
    found = deliveries.collecting.open(str(guest.request.path_params["token"]), typed, at)
    if isinstance(found, Shut):
        return _page(guest, "collect.html", {"wrong": True, "until": found.until}, 429 if found.until else 404)
    nets.give_back(net)  # who has one good link gets no more tries at others by it
    if found.entry is None:
        over = {"office_name": service.office(found.delivery.office), "late": at >= found.until, "until": found.until}
        return _page(guest, "collect_over.html", over, 410)
    entry = found.entry
    if guest.typed("do", 10) == "unduh":
        pdf = deliveries.collecting.fetched(found.delivery, at)
        return handed_over(entry.id, pdf)
    shown = {
        "pin": typed,
        "kind": service.kind(entry.template),
        "office_name": service.office(entry.office),
        "entry": entry,
        "until": found.until,
        "fetched": found.delivery.fetched,
    }
    return _page(guest, "collect_ready.html", shown)


def _page(guest: Guest, name: str, values: dict[str, Any], status: int = 200) -> Response:
    asks = guest.service.home.settings.requests.open
    return page(
        name, language_of(guest.request.scope), {"host": guest.service.host, "asks": asks, **values}, status=status
    )
