"""What is to be sent, written down once; and what the office does about it afterwards.

A promise is known by its document and contact: made twice, it is one delivery. Whoever sends comes later and reads it
here, so nothing is lost when a process ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from tte.delivery.contacts import Channel, Contact
from tte.delivery.rows import Delivery, Opens, Part, State
from tte.delivery.secrets import Secrets, link_digest
from tte.errors import NoSuchThing, WrongState
from tte.people.events import new_id, note
from tte.register import Register
from tte.register.rows import Before, Keeping, Rows

FAILED_KEPT: Final = timedelta(days=90)
"""How long the address of a delivery that failed is kept."""


@dataclass(frozen=True, slots=True)
class Promised:
    """A delivery as it stands. `pin` is there for who must tell it to the citizen; `new`: it was not there before."""

    delivery: Delivery
    pin: str | None
    new: bool


class Promising:
    """Writes deliveries down, beside one open register. May be used from many threads."""

    def __init__(self, keeping: Keeping, register: Register, secrets: Secrets) -> None:
        self._keeping, self._register, self._secrets = keeping, register, secrets

    def promise(self, document_id: str, contact: Contact, at: datetime) -> Delivery:
        """Send the link to a document that was asked for; what opens it is the key of the request. Once for each
        document and contact. NoSuchThing if there is no such document.
        """
        office = self._office(document_id)
        with self._keeping.change() as rows:
            return self._one(rows, Part.LINK, document_id, office, contact, Opens.KEY, None, at)[0]

    def send(
        self, document_id: str, contact: Contact, other: Contact | None, at: datetime, *, by: str, reason: str
    ) -> Promised:
        """Send the link to a document that nobody asked for; its PIN goes to the `other` contact, or is told to who
        sends it, who tells the citizen. Noted in the trail. WrongState if both are one address, by whatever channel, or
        it was sent to this contact before and stopped.
        """
        if other is not None and other.address == contact.address:
            raise WrongState("the PIN does not go where the link goes", State.WAITING)
        office = self._office(document_id)
        with self._keeping.change() as rows:
            made, new = self._one(rows, Part.LINK, document_id, office, contact, Opens.PIN, None, at)
            if made.state == State.STOPPED:
                raise WrongState(
                    "the delivery to this contact was stopped, and its link opens nothing",
                    made.state,
                    hint='send it anew ("kirim ulang") from the page of that delivery: it gets another link',
                )
            if other is not None and made.opens == Opens.PIN:
                self._one(rows, Part.PIN, document_id, office, other, Opens.NOTHING, made.id, at)
            if new:
                note(rows, at, "delivery-asked", by, office, document=document_id, reason=reason)
            return Promised(made, self._pin(rows, made), new)

    def report(self, document_id: str, office: str, name: str, address: str, at: datetime) -> Delivery:
        """Send a report to a recipient, once for each report by its `name`, whatever document it became."""
        contact = Contact(Channel.EMAIL, address)
        with self._keeping.change() as rows:
            mark = self._secrets.mark(Part.REPORT, name, address)
            known = rows.one(Delivery, mark=mark)
            return known or self._added(rows, mark, Part.REPORT, document_id, office, contact, Opens.NOTHING, None, at)

    def has_report(self, name: str, address: str) -> bool:
        """Whether this report was promised to this recipient."""
        with self._keeping.reading() as rows:
            return rows.one(Delivery, mark=self._secrets.mark(Part.REPORT, name, address)) is not None

    def retry(self, id_: str, office: str, at: datetime, *, by: str) -> Delivery:
        """Send what failed once more, the same link under the same name. WrongState if it did not fail."""
        with self._keeping.change() as rows:
            one = rows.get(Delivery, id=id_, office=office)
            if one.state != State.FAILED or one.address is None:
                raise WrongState("only a delivery that failed and is not forgotten is tried again", one.state)
            note(rows, at, "delivery-retried", by, office, document=one.document)
            return _put(rows, replace(one, state=State.WAITING, attempts=0, due=at, trouble=None))

    def anew(
        self, id_: str, office: str, contact: Contact, at: datetime, *, pin: bool, by: str, reason: str
    ) -> Promised:
        """Send it to this contact with another link; the link before it opens nothing more. With `pin` a PIN opens it
        from now on, instead of the key of the request. Noted with the reason. A PIN that went by another channel goes
        there once more. NoSuchThing if it is another office's; WrongState for a PIN or a report.
        """
        with self._keeping.change() as rows:
            one = rows.get(Delivery, id=id_, office=office)
            if one.part != Part.LINK:
                raise WrongState("only a link is sent anew", one.state)
            others = [self._secrets.contact(other) for other in rows.all(Delivery, of=one.id)]
            if any(other is not None and other.address == contact.address for other in others):
                raise WrongState("the PIN does not go where the link goes", one.state)
            mark = self._secrets.mark(Part.LINK, one.document, contact.channel, contact.address)
            if (there := rows.one(Delivery, mark=mark)) is not None and there.id != one.id:
                raise WrongState("this document has been sent to this contact already", there.state)
            turn = one.turn + 1
            fresh = replace(
                _again(one, turn, at),
                mark=mark,
                channel=contact.channel,
                address=self._secrets.sealed(one.id, contact),
                opens=Opens.PIN if pin else one.opens,
                link=link_digest(self._secrets.token(one.id, turn)),
            )
            _put(rows, fresh)
            for other in rows.all(Delivery, of=one.id):
                if other.address is not None:
                    _put(rows, _again(other, other.turn + 1, at))
            note(rows, at, "delivery-anew", by, office, document=one.document, reason=reason)
            return Promised(fresh, self._pin(rows, fresh), new=False)

    def stop(self, id_: str, office: str, at: datetime, *, by: str, reason: str) -> Delivery:
        """Send it no more, and let its link open nothing."""
        with self._keeping.change() as rows:
            one = rows.get(Delivery, id=id_, office=office)
            note(rows, at, "delivery-stopped", by, office, document=one.document, reason=reason)
            for other in rows.all(Delivery, of=one.id, state=State.WAITING):
                _put(rows, _forgotten(replace(other, state=State.STOPPED), at))
            return _put(rows, _forgotten(replace(one, state=State.STOPPED), at))

    def forget(self, at: datetime, link_days: int) -> int:
        """Delete addresses whose time is over: when the link opens nothing more, or 90 days after it failed. The digest
        of the link stays, so that who opens it late is told so.
        """
        sent = Before(at - timedelta(days=link_days))
        with self._keeping.reading() as rows:
            over = [
                *rows.all(Delivery, forgotten=None, state=State.SENT, sent=sent, most=500),
                *rows.all(Delivery, forgotten=None, state=State.FAILED, made=Before(at - FAILED_KEPT), most=500),
            ]
        if over:
            with self._keeping.change() as rows:
                for one in over:
                    if rows.get(Delivery, id=one.id) == one:
                        rows.put(replace(one, address=None, forgotten=at))
        return len(over)

    def get(self, id_: str, office: str) -> tuple[Delivery, Contact | None]:
        """One delivery and where it goes. NoSuchThing if it is another office's."""
        with self._keeping.reading() as rows:
            one = rows.get(Delivery, id=id_, office=office)
        return one, self._secrets.contact(one)

    def contact(self, one: Delivery) -> Contact | None:
        """Where a delivery goes; None once that is forgotten."""
        return self._secrets.contact(one)

    def of_document(self, document_id: str) -> Sequence[Delivery]:
        with self._keeping.reading() as rows:
            return rows.all(Delivery, document=document_id)

    def _office(self, document_id: str) -> str:
        entry = self._register.find(document_id)
        if entry is None:
            raise NoSuchThing("there is no such document")
        return entry.office.split()[0]

    def _one(
        self,
        rows: Rows,
        part: Part,
        document: str,
        office: str,
        contact: Contact,
        opens: Opens,
        of: str | None,
        at: datetime,
    ) -> tuple[Delivery, bool]:
        mark = self._secrets.mark(part, document, contact.channel, contact.address)
        if (known := rows.one(Delivery, mark=mark)) is not None:
            return known, False
        return self._added(rows, mark, part, document, office, contact, opens, of, at), True

    def _added(
        self,
        rows: Rows,
        mark: bytes,
        part: Part,
        document: str,
        office: str,
        contact: Contact,
        opens: Opens,
        of: str | None,
        at: datetime,
    ) -> Delivery:
        id_ = new_id(at)
        link = link_digest(self._secrets.token(id_, 1)) if part is Part.LINK else None
        address = self._secrets.sealed(id_, contact)
        made = Delivery(id_, mark, office, part, document, contact.channel, address, opens, of, link, due=at, made=at)
        rows.add(made)
        return made

    def _pin(self, rows: Rows, one: Delivery) -> str | None:
        if one.opens != Opens.PIN or rows.count(Delivery, of=one.id):
            return None
        return self._secrets.pin(one.id, one.turn)


def _again(one: Delivery, turn: int, at: datetime) -> Delivery:
    return replace(
        one,
        turn=turn,
        state=State.WAITING,
        attempts=0,
        due=at,
        trouble=None,
        sent=None,
        wrong=0,
        closed=None,
        forgotten=None,
    )


def _forgotten(one: Delivery, at: datetime) -> Delivery:
    return replace(one, address=None, link=None, forgotten=at)


def _put(rows: Rows, one: Delivery) -> Delivery:
    rows.put(one)
    return one
