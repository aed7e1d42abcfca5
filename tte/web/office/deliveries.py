"""Deliveries to citizens: how each stands, what failed and why, sending a document, another address, another link.

A PIN that the operator tells the citizen is shown in the answer to the form, and on no page with an address of its own.
"""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from tte.delivery import Channel, Contact, Delivery, Opens, Part, Promised, State, counts, listed, masked
from tte.desk.asking import said
from tte.errors import ConfigError, NoSuchThing, WrongState
from tte.model import Entry
from tte.model import State as Stands
from tte.people import Action
from tte.web.office.visits import OFFICE, Pages, Visit
from tte.web.words import WORDS

HERE: Final = f"{OFFICE}/kiriman"
PER_PAGE: Final = 50
_LISTS: Final = (State.FAILED, State.WAITING, State.SENT, State.STOPPED)
_TONES: Final = {State.FAILED: "stop", State.WAITING: "info", State.SENT: "good", State.STOPPED: "unsure"}


def declare(pages: Pages) -> None:
    """`/kantor/{office}/kiriman`."""

    @pages.get(HERE, Action.SEE_DOCUMENTS)
    def all_(visit: Visit) -> Response:
        keeping, which = visit.service.deliveries().keeping, visit.asked("keadaan", 10)
        numbers = counts(keeping, visit.office)
        if which not in {*_LISTS}:
            which = State.FAILED if numbers.get(State.FAILED) else State.SENT
        before = visit.asked("sebelum", 26) or None
        found = listed(keeping, visit.office, (which,), before=before, most=PER_PAGE + 1)
        return visit.show(
            "deliveries.html",
            "deliveries",
            which=which,
            lists=[(name, numbers.get(name, 0)) for name in _LISTS],
            lines=[(one, _entry_of(visit, one), _to(visit, one), _trouble(one)) for one in found[:PER_PAGE]],
            more=found[PER_PAGE - 1].id if len(found) > PER_PAGE else "",
            kind=visit.service.kind,
            tones=_TONES,
        )

    @pages.get(f"{HERE}/baru/{{document}}", Action.DELIVER)
    def form(visit: Visit) -> Response:
        entry = _entry(visit, str(visit.request.path_params["document"]))
        sent = visit.service.deliveries().promising.of_document(entry.id)
        return visit.show(
            "delivery_form.html",
            "deliveries",
            entry=entry,
            kind=visit.service.kind(entry.template),
            channels=tuple(Channel),
            earlier=[(one, _to(visit, one)) for one in sent],
            tones=_TONES,
        )

    @pages.post(f"{HERE}/baru/{{document}}", Action.DELIVER)
    def send(visit: Visit) -> Response:
        entry = _entry(visit, str(visit.request.path_params["document"]))
        contact, other = _contact(visit, ""), _contact(visit, "_pin")
        here = f"/kiriman/baru/{entry.id}"
        if contact is None or (other is None and visit.typed("address_pin").strip()):
            return visit.go(here, said="no_no-contact")
        try:
            reason = said(visit.typed("reason"))
        except ConfigError:
            return visit.go(here, said="no_no-reason")
        promising = visit.service.deliveries().promising
        try:
            made = promising.send(entry.id, contact, other, visit.at, by=visit.person.id, reason=reason)
        except WrongState as why:
            return visit.go(here, said="no_delivery-stopped" if why.state == State.STOPPED else "no_no-contact")
        return _after(visit, made)

    @pages.get(f"{HERE}/{{delivery}}", Action.DELIVER)
    def one(visit: Visit) -> Response:
        found, contact = visit.service.deliveries().promising.get(_id(visit), visit.office)
        return visit.show(
            "delivery.html",
            "deliveries",
            one=found,
            entry=_entry_of(visit, found),
            kind=visit.service.kind,
            contact=contact,
            trouble=_trouble(found),
            channels=tuple(Channel),
            is_link=found.part == Part.LINK,
            by_key=found.opens == Opens.KEY,
            tone=_TONES[State(found.state)],
        )

    @pages.post(f"{HERE}/{{delivery}}/lagi", Action.DELIVER)
    def retry(visit: Visit) -> Response:
        visit.service.deliveries().promising.retry(_id(visit), visit.office, visit.at, by=visit.person.id)
        return visit.go(f"/kiriman/{_id(visit)}", said="delivery_asked")

    @pages.post(f"{HERE}/{{delivery}}/baru", Action.DELIVER)
    def anew(visit: Visit) -> Response:
        contact, here = _contact(visit, ""), f"/kiriman/{_id(visit)}"
        if contact is None:
            return visit.go(here, said="no_no-contact")
        try:
            reason = said(visit.typed("reason"))
        except ConfigError:
            return visit.go(here, said="no_no-reason")
        promising, pin = visit.service.deliveries().promising, visit.typed("pin", 2) == "1"
        try:
            made = promising.anew(
                _id(visit), visit.office, contact, visit.at, pin=pin, by=visit.person.id, reason=reason
            )
        except WrongState:
            return visit.go(here, said="no_no-contact")
        return _after(visit, made)

    @pages.post(f"{HERE}/{{delivery}}/henti", Action.DELIVER)
    def stop(visit: Visit) -> Response:
        try:
            reason = said(visit.typed("reason"))
        except ConfigError:
            return visit.go(f"/kiriman/{_id(visit)}", said="no_no-reason")
        promising = visit.service.deliveries().promising
        promising.stop(_id(visit), visit.office, visit.at, by=visit.person.id, reason=reason)
        return visit.go(f"/kiriman/{_id(visit)}", said="delivery_stopped")


def _after(visit: Visit, made: Promised) -> Response:
    """With the PIN, where the operator is to tell it; else on to the delivery."""
    if made.pin is None:
        return visit.go(f"/kiriman/{made.delivery.id}", said="delivery_asked")
    return visit.show("delivery_pin.html", "deliveries", one=made.delivery, pin=made.pin, to=_to(visit, made.delivery))


def _contact(visit: Visit, which: str) -> Contact | None:
    return Contact.of(visit.typed(f"channel{which}", 10), visit.typed(f"address{which}", 300))


def _to(visit: Visit, one: Delivery) -> str:
    contact = visit.service.deliveries().promising.contact(one)
    return masked(contact) if contact else ""


def _trouble(one: Delivery) -> str:
    word = f"trouble_{one.trouble}"
    return "" if one.trouble is None else word if word in WORDS else "trouble_other"


def _entry_of(visit: Visit, one: Delivery) -> Entry | None:
    return visit.service.find(one.document)


def _entry(visit: Visit, id_: str) -> Entry:
    """A document of this office that may be handed over. NoSuchThing."""
    entry = visit.service.find(id_)
    if entry is None or entry.office.split()[0] != visit.office or entry.held or entry.state is not Stands.ISSUED:
        raise NoSuchThing("there is no such document")
    return entry


def _id(visit: Visit) -> str:
    return str(visit.request.path_params["delivery"])
