"""`/lacak`: how a request stands, for whoever has its number and secret; amending one that was returned; and fetching
its document, where no link to it was sent anywhere.

Number and secret are sent in forms only, so no address and no log holds them. An unknown number and a wrong secret get
the same answer. Who held the request how long is told by role.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from tte.delivery import Part
from tte.errors import AttachmentRefused, TrackingRefused, WrongState
from tte.model import Raw
from tte.requests import Holder, State, Track
from tte.requests.asked import Asked, Paper, asked_of
from tte.requests.numbers import typed_number
from tte.web.answering import handed_over
from tte.web.office.filling import typed
from tte.web.office.lines import since
from tte.web.requests.forms import Guest, form_in, label_of, rows_changed, sent, shown, unfit
from tte.web.service import Service
from tte.web.tries import Tries
from tte.web.uploading import form_of, from_here

_TRIES: Final = 10
_LOCKED: Final = timedelta(hours=1)
_TONES: Final = {
    State.SUBMITTED: "info",
    State.EXAMINED: "info",
    State.RETURNED: "care",
    State.SIGNED: "good",
    State.SENT: "good",
}


def declare(routes: APIRouter, service: Service) -> None:
    """`/lacak`, `/lacak/perbaiki` and `/lacak/unduh`."""
    tries = Tries(_TRIES, _LOCKED)

    @routes.get("/lacak")
    async def ask(request: Request) -> Response:
        return _ask(Guest(service, request))

    @routes.post("/lacak")
    async def look(request: Request) -> Response:
        from_here(request)
        guest = Guest(service, request, await form_of(request))
        return await run_in_threadpool(_looked, guest, tries, _shown)

    @routes.post("/lacak/perbaiki")
    async def amend(request: Request) -> Response:
        from_here(request)
        form = await form_in(request, files=service.home.settings.requests.attachments)
        return await run_in_threadpool(_looked, Guest(service, request, form), tries, _amended)

    @routes.post("/lacak/unduh")
    async def fetch(request: Request) -> Response:
        from_here(request)
        guest = Guest(service, request, await form_of(request))
        return await run_in_threadpool(_looked, guest, tries, _fetched)


def _looked(guest: Guest, tries: Tries, show: Any) -> Response:
    """The page of the request that number and secret open; the same answer for all that they do not."""
    number, secret = guest.typed("number", 100), guest.typed("secret", 100)
    plain, at = typed_number(number), guest.service.now()
    until = tries.take(plain, at) if plain else None
    if until is not None:
        return _ask(guest, until=until, status=429)
    try:
        track = guest.service.requests().tracking.look(number, secret)
    except TrackingRefused:
        return _ask(guest, wrong=True, status=404)
    tries.forget(plain)
    answer: Response = show(guest, track, secret)
    return answer


def _ask(guest: Guest, *, wrong: bool = False, until: datetime | None = None, status: int = 200) -> Response:
    return guest.show(
        "track.html", "track", {"wrong": wrong, "until": until, "number": guest.typed("number", 40)}, status
    )


def _shown(guest: Guest, track: Track, secret: str, status: int = 200) -> Response:
    filed, at = track.filed, guest.service.now()
    asking = guest.service.asking
    values = {
        "filed": filed,
        "secret": secret,
        "kind": guest.service.kind(filed.kind),
        "office_name": guest.service.office(filed.office),
        "way": _way(guest, track),
        "tone": _TONES[State(filed.state)],
        "steps": track.steps,
        "holds": [(one, since(one.until or at, one.since)) for one in track.holds],
        "remark": track.remark,
        "attachments": [(label_of(guest, asking.papers.get(one.purpose, _PAPER)), one) for one in track.attachments],
        "amendable": track.content is not None,
        "at": at,
    }
    return guest.show("track_state.html", "track", values, status)


def _way(guest: Guest, track: Track) -> str:
    """How the citizen gets the document: by the "link" that was sent, "here" with number and secret as long as the
    request is kept, or at the "office". "" while there is none.
    """
    document = track.filed.document
    if document is None:
        return ""
    deliveries = guest.service.deliveries()
    if any(one.part == Part.LINK for one in deliveries.promising.of_document(document)):
        return "link"
    kept = track.filed.forgotten is None
    return "here" if kept and deliveries.collecting.in_force(document) else "office"


def _fetched(guest: Guest, track: Track, secret: str) -> Response:
    """The document, marked as delivered when it is fetched first."""
    service, document = guest.service, track.filed.document
    register = service.register()
    if document is None or register is None or _way(guest, track) != "here":
        return _shown(guest, track, secret, 409)
    pdf = register.read_pdf(document)
    service.requests().following.delivered(document, service.now(), Holder.CITIZEN)
    return handed_over(document, pdf)


def _amended(guest: Guest, track: Track, secret: str) -> Response:
    """The form with what was filed; or, when it is sent, the request with its new content."""
    template = guest.service.template(track.filed.kind)
    if track.content is None or template is None:
        return _shown(guest, track, secret)
    asked = asked_of(guest.service.asking, template)
    if not guest.typed("do", 80):
        return _form(guest, track, secret, **_as_filed(guest, track, asked))
    values = typed(guest, asked)
    if focus := rows_changed(guest, asked, values):
        return _form(guest, track, secret, focus=focus, **shown(guest, asked, values))
    found = sent(guest, asked, kept=[one.purpose for one in track.attachments])
    if found.problems or found.wrong:
        return _form(guest, track, secret, **shown(guest, asked, values, found.problems, found.wrong))
    tracking = guest.service.requests().tracking
    try:
        attached = guest.service.attachments.taken(found.files)
        track = tracking.amend(track.filed.number, secret, found.content, attached, guest.service.now())
    except AttachmentRefused as why:
        return _form(guest, track, secret, **shown(guest, asked, values, (), [unfit(guest, asked, why)]))
    except WrongState:  # sent twice, or taken up meanwhile
        track = tracking.look(track.filed.number, secret)
    return _shown(guest, track, secret)


def _as_filed(guest: Guest, track: Track, asked: Asked) -> dict[str, Any]:
    content = track.content
    values: Mapping[str, Raw] = content.values if content else {}
    given = {one.channel: one.address for one in content.contacts} if content else {}
    found = {channel: given.get(channel, "") for channel in guest.service.channels}
    note = content.note if content else ""
    return {**shown(guest, asked, values), "contacts": [*found.items()], "note": note}


def _form(guest: Guest, track: Track, secret: str, *, focus: str = "", **values: Any) -> Response:
    filed = track.filed
    here = {
        "office": filed.office,
        "office_name": guest.service.office(filed.office),
        "token": guest.token,
        "focus": focus,
        "amends": filed.number,
        "secret": secret,
        "remark": track.remark,
        "kept": {one.purpose for one in track.attachments},
    }
    return guest.show("ask_form.html", "track", {**here, **values}, 422 if values["summary"] else 200)


_PAPER: Final = Paper(label="Dokumen pendukung", english="Supporting document")
