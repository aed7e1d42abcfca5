"""Who did what when, and looking into a document: readable for those whose business it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tte.desk.asking import need
from tte.desk.rows import Draft
from tte.errors import NoSuchThing
from tte.people import Action, Event, Person, Role
from tte.people.events import note
from tte.register import Register
from tte.register.rows import keeping_of


class Trail:
    """The list of events beside an open register."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._keeping = keeping_of(register)

    def of_draft(self, who: Person, draft: str, at: datetime) -> Sequence[Event]:
        """What was done with a draft, in order. An official reads of what he signed."""
        with self._keeping.reading() as rows:
            office = rows.get(Draft, id=draft).office
            events = rows.all(Event, draft=draft)
        self._need(who, office, events, at)
        return events

    def of_document(self, who: Person, document: str, at: datetime) -> Sequence[Event]:
        """What was done with a document, and with the drafts that it came of, is replaced or withdrawn by."""
        office = self._office(document)
        with self._keeping.reading() as rows:
            about = {one.draft for one in rows.all(Event, document=document) if one.draft}
            found = {one.seq: one for one in rows.all(Event, draft=tuple(about))}
            found |= {one.seq: one for one in rows.all(Event, document=document)}
        events = [found[seq] for seq in sorted(found)]
        self._need(who, office, events, at)
        return events

    def of_office(
        self, who: Person, office: str, at: datetime, *, before: int | None = None, most: int = 100
    ) -> Sequence[Event]:
        """The latest events of an office, the newest first; `before` the last one seen. An official's are his own."""
        own = need(who, Action.READ_LOG, office, at, own=True).role is Role.OFFICIAL
        with self._keeping.reading() as rows:
            if own:
                return rows.all(Event, newest=True, after=before, most=most, office=office, person=who.id)
            return rows.all(Event, newest=True, after=before, most=most, office=office)

    def read_pdf(self, who: Person, document: str, at: datetime, *, reason: str = "") -> bytes:
        """The file of a document, and that it was looked into. An auditor gives a reason, which is kept."""
        office = self._office(document)
        with self._keeping.reading() as rows:
            own = rows.count(Event, document=document, what=("issued",), person=who.id) > 0
        answer = need(who, Action.READ_CONTENT, office, at, own=own, reason=reason)
        pdf = self._register.read_pdf(document)
        with self._keeping.change() as rows:
            kept = reason.strip()[:1000] or None
            note(rows, at, "read", who.id, office, document=document, code=answer.role, reason=kept)
        return pdf

    def noted_read(self, client: str, office: str, document: str, at: datetime) -> None:
        """That an application looked into a document."""
        with self._keeping.change() as rows:
            note(rows, at, "read", client, office, document=document)

    def _office(self, document: str) -> str:
        entry = self._register.find(document)
        if entry is None:
            raise NoSuchThing("there is nothing of this kind with this id")
        return entry.office.split()[0]

    def _need(self, who: Person, office: str, events: Sequence[Event], at: datetime) -> None:
        own = any(one.person == who.id and one.what in ("issued", "withdrawn") for one in events)
        need(who, Action.READ_LOG, office, at, own=own)
