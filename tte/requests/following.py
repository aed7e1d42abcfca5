"""Requests whose document was issued, and what is then to be done: the one place where delivery is plugged in.

`follow` is a chore of the service. For each request whose draft became a document it promises every contact its
delivery, and then marks the request as signed. A crash between the two has it promised again, so a promise of the same
document to the same contact must count once.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from tte.delivery.contacts import Contact
from tte.desk import Draft
from tte.desk import State as DraftState
from tte.errors import TteError
from tte.register.lines import chunks
from tte.requests.rows import Filed, Holder, Standing, State
from tte.requests.store import Store


class Promise(Protocol):
    """Have a document delivered to a contact, once, however often it is asked for."""

    def __call__(self, document_id: str, contact: Contact) -> object: ...


class Following:
    """What becomes of requests once they are drafts."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def follow(self, promise: Promise, at: datetime) -> int:
        """Mark the requests whose documents were issued, and promise their contacts the delivery; how many.

        What goes wrong with one (TteError) is raised when the others are done; it is followed again the next time.
        """
        with self._store.keeping.reading() as rows:
            open_ = {one.draft: one.id for one in rows.all(Standing, state=State.EXAMINED) if one.draft}
            issued = [
                (open_[one.id], one.issued)
                for some in chunks(sorted(open_))
                for one in rows.all(Draft, id=tuple(some), state=DraftState.ISSUED)
                if one.issued
            ]
        trouble: list[TteError] = []
        for request, document in issued:
            try:
                self._signed(request, document, promise, at)
            except TteError as why:
                trouble.append(why)
        if trouble:
            raise trouble[0]
        return len(issued)

    def _signed(self, request: str, document: str, promise: Promise, at: datetime) -> None:
        with self._store.keeping.reading() as rows:
            filed = rows.get(Filed, id=request)
            contacts = self._store.content(rows, filed).contacts if filed.content else ()
        for contact in contacts:
            promise(document, contact)
        with self._store.keeping.change() as rows:
            filed = rows.get(Filed, id=request)
            if filed.state == State.EXAMINED:
                self._store.move(rows, replace(filed, document=document), State.SIGNED, Holder.OFFICIAL, at)

    def delivered(self, document_id: str, at: datetime, by: Holder = Holder.SERVICE) -> bool:
        """Mark the request of a document as delivered, once; whether there was one to mark. `by` the citizen, where he
        fetched it himself.
        """
        with self._store.keeping.change() as rows:
            filed = rows.one(Filed, document=document_id)
            if filed is None or filed.state != State.SIGNED:
                return False
            self._store.move(rows, filed, State.SENT, by, at)
            return True
