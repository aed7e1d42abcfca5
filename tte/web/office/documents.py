"""The documents of an office: found by what is known of them, one looked at, its file fetched, a change proposed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final

from starlette.responses import Response

from tte.errors import ConfigError, NoSuchThing, NotAllowed
from tte.model import Entry, State
from tte.people import Action, Role
from tte.register.listing import PER_PAGE, Sought
from tte.web.office.trail import Told, told
from tte.web.office.visits import OFFICE, Pages, Visit, day_of, place_of
from tte.web.refusals import Cause, Refusal

DOCUMENTS: Final = f"{OFFICE}/dokumen"
STATES: Final = (State.ISSUED, State.REPLACED, State.REVOKED)


def declare(pages: Pages) -> None:
    """`/kantor/{office}/dokumen`."""

    @pages.get(DOCUMENTS, Action.SEE_DOCUMENTS)
    @pages.post(DOCUMENTS, Action.SEE_DOCUMENTS)
    def documents(visit: Visit) -> Response:
        """What is sought is sent as a form: the number of a family card is a person's, and stays out of addresses."""
        asked = {name: visit.typed(name, 60) for name in ("nomor", "jenis", "status", "sejak", "sampai")}
        since, until = day_of(asked["sejak"]), day_of(asked["sampai"])
        wanted = Sought(
            visit.office,
            asked["jenis"],
            State(asked["status"]) if asked["status"] in STATES else None,
            asked["nomor"].strip(),
            since,
            None if until is None else until + timedelta(days=1),
        )
        register, before = visit.service.register(), visit.typed("sebelum", 18)
        found = register.latest(wanted, before_seq=place_of(before), most=PER_PAGE + 1) if register else []
        more = found[PER_PAGE - 1].seq if len(found) > PER_PAGE else None
        kinds = {name: visit.service.kind(name) for name in visit.service.home.template_names()}
        return visit.show(
            "documents.html",
            "documents",
            entries=found[:PER_PAGE],
            kinds=kinds,
            kind=visit.service.kind,
            states=STATES,
            asked=asked,
            more=more,
            filtered=any(asked.values()),
        )

    @pages.get(DOCUMENTS + "/{document}", Action.SEE_DOCUMENTS)
    def document(visit: Visit) -> Response:
        entry = _entry(visit)
        events: Sequence[Told] = ()
        with suppress(NotAllowed):
            events = told(visit, visit.desk.trail.of_document(visit.person, entry.id, visit.at))
        signer, title = visit.service.signer(entry, None)
        return visit.show(
            "document.html",
            "documents",
            entry=entry,
            kind=visit.service.kind(entry.template),
            signer=signer,
            title=title,
            events=events,
            reads=visit.may(Action.READ_CONTENT),
            sampled=Role.AUDITOR in visit.roles(),
            delivers=visit.may(Action.DELIVER) and entry.state is State.ISSUED and not entry.held,
            proposes=visit.may(Action.PROPOSE_WITHDRAWAL) and entry.state is State.ISSUED,
        )

    @pages.post(DOCUMENTS + "/{document}/pdf", Action.READ_CONTENT)
    def fetch(visit: Visit) -> Response:
        entry = _entry(visit)
        if entry.held:
            raise Refusal(Cause.NOT_FOUND)
        pdf = visit.desk.trail.read_pdf(visit.person, entry.id, visit.at, reason=visit.typed("reason"))
        headers = {
            "Content-Disposition": f'attachment; filename="{entry.id}.pdf"',
            "Content-Security-Policy": "sandbox",
        }
        return Response(pdf, media_type="application/pdf", headers=headers)

    @pages.post(DOCUMENTS + "/{document}/pencabutan", Action.PROPOSE_WITHDRAWAL)
    def propose(visit: Visit) -> Response:
        entry = _entry(visit)
        with suppress(ConfigError):  # without a reason: the page asks again
            visit.desk.drafts.propose_withdrawal(
                visit.person, visit.office, entry.id, visit.typed("reason", 2000), visit.at
            )
            return visit.go(f"/dokumen/{entry.id}", said="proposed")
        return visit.go(f"/dokumen/{entry.id}", said="no_no-reason")


def _entry(visit: Visit) -> Entry:
    """The document that the address names, if it is this office's. NoSuchThing."""
    entry = visit.service.find(visit.request.path_params["document"])
    if entry is None or entry.office.split()[0] != visit.office:
        raise NoSuchThing("there is no such document")
    return entry
