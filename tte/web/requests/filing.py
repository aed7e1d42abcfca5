"""`/ajukan`: a citizen files a request, and is shown its number and secret once.

A form may be sent as often as wanted: the same content is the same request, so a page that is loaded again after it was
sent shows the same number and secret, and files nothing.
"""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from tte.errors import AttachmentRefused, RequestsFull
from tte.requests import Receipt
from tte.requests.asked import Asked, asked_of
from tte.web.answering import WIB
from tte.web.gates import address_of, net_of
from tte.web.office.filling import empty, typed
from tte.web.refusals import Cause, Refusal
from tte.web.requests.forms import Guest, Sent, form_in, rows_changed, sent, shown, unfit
from tte.web.service import Service
from tte.web.tries import Daily
from tte.web.uploading import from_here

_MARKS: Final = 10_000


def declare(routes: APIRouter, service: Service) -> None:
    """`/ajukan`."""

    @routes.get("/ajukan")
    def ask(request: Request) -> Response:
        guest = Guest(service, request)
        office, kind = request.query_params.get("kantor", ""), request.query_params.get("jenis", "")
        if not office and not kind:
            return _choose(guest)
        asked = wanted(service, office, kind)
        return _form(guest, office, **shown(guest, asked, empty(asked)))

    strangers = Strangers(Daily(service.home.settings.requests.per_net_per_day))

    @routes.post("/ajukan")
    async def send(request: Request) -> Response:
        from_here(request)
        form = await form_in(request, files=service.home.settings.requests.attachments)
        return await run_in_threadpool(_sent, Guest(service, request, form), strangers)


@dataclass(frozen=True, slots=True)
class Strangers:
    """What those whom nobody knows have filed lately, by their network. `filed`: marks of what was taken as it came."""

    daily: Daily
    filed: OrderedDict[bytes, None] = field(default_factory=OrderedDict)

    def net(self, guest: Guest) -> str:
        """Where a stranger is; "" for who is known."""
        scope = guest.request.scope
        return "" if scope.get("state", {}).get("known") else net_of(address_of(scope))

    def mark(self, token: str, office: str, kind: str, found: Sent) -> bytes:
        """What the same form with the same content is known by before anything looks into its files."""
        digest = sha256("\0".join((token, office, kind)).encode() + b"\0" + found.content.packed())
        for purpose, content in found.files:
            digest.update(sha256(content).digest() + purpose.encode())
        return digest.digest()

    def took(self, mark: bytes, net: str, at: datetime) -> None:
        """One was taken; `net` is "" if it does not count."""
        self.filed[mark] = None
        if len(self.filed) > _MARKS:
            with suppress(KeyError):
                self.filed.popitem(last=False)
        if net:
            self.daily.count(net, at)


def wanted(service: Service, office: str, kind: str) -> Asked:
    """What a request of this kind asks for at this office. Refusal 404 if it is not taken there."""
    template = service.template(kind) if kind in kinds(service) else None
    if template is None or office not in {one.code for one in service.home.settings.offices}:
        raise Refusal(Cause.NOT_FOUND)
    return asked_of(service.asking, template)


def kinds(service: Service) -> tuple[str, ...]:
    """The kinds of documents that can be asked for."""
    there = service.home.template_names()
    return tuple(one for one in service.home.settings.requests.kinds if one in there) or there


def _choose(guest: Guest) -> Response:
    service = guest.service
    values = {
        "offices": [(one.code, service.office(one.code)) for one in service.home.settings.offices],
        "kinds": sorted((service.kind(name), name) for name in kinds(service)),
    }
    return guest.show("ask.html", "ask", values)


def _sent(guest: Guest, strangers: Strangers) -> Response:
    office = guest.typed("kantor", 4)
    asked = wanted(guest.service, office, guest.typed("jenis", 64))
    values = typed(guest, asked)
    if focus := rows_changed(guest, asked, values):
        return _form(guest, office, focus=focus, **shown(guest, asked, values))
    found = sent(guest, asked)
    if found.problems or found.wrong:
        return _form(guest, office, **shown(guest, asked, values, found.problems, found.wrong))
    at, net, filing = guest.service.now(), strangers.net(guest), guest.service.requests().filing
    mark = strangers.mark(guest.token, office, asked.name, found)
    try:
        if mark not in strangers.filed:  # who files again is shown the same once more, however full it is
            if (until := strangers.daily.full(net, at) if net else None) is not None:
                form = _form(guest, office, **shown(guest, asked, values, (), [_full_net(guest, until)]))
                return _come_back(form, until, at)
            filing.room(office, at)
        attached = guest.service.attachments.taken(found.files)
        receipt = filing.file(office, asked.name, found.content, attached, at, token=guest.token)
    except AttachmentRefused as why:
        return _form(guest, office, **shown(guest, asked, values, (), [unfit(guest, asked, why)]))
    except RequestsFull:
        wrong = [(guest.say("ask"), "asked", guest.say("requests_full"))]
        return _form(guest, office, **shown(guest, asked, values, (), wrong))
    strangers.took(mark, "" if receipt.again else net, at)
    return _receipt(guest, office, asked, receipt)


def _full_net(guest: Guest, until: datetime) -> tuple[str, str, str]:
    when = until.astimezone(WIB).strftime("%d-%m-%Y %H.%M WIB")
    return guest.say("ask"), "asked", guest.say("requests_net_full", at=when)


def _come_back(answer: Response, until: datetime, at: datetime) -> Response:
    answer.status_code = 429
    answer.headers["Retry-After"] = str(max(1, int((until - at).total_seconds())))
    return answer


def _form(guest: Guest, office: str, *, focus: str = "", **values: object) -> Response:
    values = {"office": office, "office_name": guest.service.office(office), "token": guest.token, **values}
    return guest.show(
        "ask_form.html", "ask", {"focus": focus, "amends": "", **values}, 422 if values["summary"] else 200
    )


def _receipt(guest: Guest, office: str, asked: Asked, receipt: Receipt) -> Response:
    values = {
        "receipt": receipt,
        "office_name": guest.service.office(office),
        "title": asked.title,
        "at": guest.service.now(),
    }
    return guest.show("ask_receipt.html", "ask", values)
