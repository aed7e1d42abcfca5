"""`/ajukan`: a citizen files a request, and is shown its number and secret once.

A form may be sent as often as wanted: the same content is the same request, so a page that is loaded again after it was
sent shows the same number and secret, and files nothing.
"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from tte.errors import AttachmentRefused, RequestsFull
from tte.requests import Receipt
from tte.requests.asked import Asked, asked_of
from tte.web.office.filling import empty, typed
from tte.web.refusals import Cause, Refusal
from tte.web.requests.forms import Guest, form_in, rows_changed, sent, shown, unfit
from tte.web.service import Service
from tte.web.uploading import from_here


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

    @routes.post("/ajukan")
    async def send(request: Request) -> Response:
        from_here(request)
        form = await form_in(request, files=service.home.settings.requests.attachments)
        return await run_in_threadpool(_sent, Guest(service, request, form))


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


def _sent(guest: Guest) -> Response:
    office = guest.typed("kantor", 4)
    asked = wanted(guest.service, office, guest.typed("jenis", 64))
    values = typed(guest, asked)
    if focus := rows_changed(guest, asked, values):
        return _form(guest, office, focus=focus, **shown(guest, asked, values))
    found = sent(guest, asked)
    if found.problems or found.wrong:
        return _form(guest, office, **shown(guest, asked, values, found.problems, found.wrong))
    try:
        attached = guest.service.attachments.taken(found.files)
        receipt = guest.service.requests().filing.file(
            office, asked.name, found.content, attached, guest.service.now(), token=guest.token
        )
    except AttachmentRefused as why:
        return _form(guest, office, **shown(guest, asked, values, (), [unfit(guest, asked, why)]))
    except RequestsFull:
        wrong = [(guest.say("ask"), "asked", guest.say("requests_full"))]
        return _form(guest, office, **shown(guest, asked, values, (), wrong))
    return _receipt(guest, office, asked, receipt)


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
