"""How a citizen's request stands: for whoever has its number and secret, without an account.

Who held it how long is told by role, never by name: what everybody can see, nobody can ask money for.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tte.desk import State as DraftState
from tte.errors import TrackingRefused, WrongState
from tte.people import Event
from tte.register.rows import Rows
from tte.requests.content import Attached, Content
from tte.requests.numbers import typed_number, typed_secret
from tte.requests.rows import AttachmentStanding, Filed, Holder, Standing, State, Step
from tte.requests.store import Store

_NOTHING = b"\0" * 32


@dataclass(frozen=True, slots=True)
class Hold:
    """That somebody, by role, had the request before him, and until when; None: still."""

    holder: Holder
    since: datetime
    until: datetime | None

    def seconds(self, at: datetime) -> float:
        return ((self.until or at) - self.since).total_seconds()


@dataclass(frozen=True, slots=True)
class Track:
    """How a request stands. `content` is there only while it was returned, for the citizen to amend it."""

    filed: Filed
    steps: Sequence[Step]
    holds: Sequence[Hold]
    remark: str = field(default="", repr=False)
    content: Content | None = field(default=None, repr=False)
    attachments: Sequence[AttachmentStanding] = ()


class Tracking:
    """The citizen's way to his request."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def look(self, number: str, secret: str) -> Track:
        """The request with this number and secret, however they were typed. TrackingRefused for any other."""
        with self._store.keeping.reading() as rows:
            return self._track(rows, self._found(rows, number, secret))

    def amend(self, number: str, secret: str, content: Content, attached: Sequence[Attached], at: datetime) -> Track:
        """Other content for a returned request, which then waits again. TrackingRefused; WrongState for any other."""
        with self._store.keeping.change() as rows:
            filed = self._found(rows, number, secret)
            if filed.state != State.RETURNED or filed.forgotten is not None:
                raise WrongState("only a returned request can be amended", filed.state)
            said = replace(self._store.say(rows, filed, content, attached, at), remark=None)
            return self._track(rows, self._store.move(rows, said, State.SUBMITTED, Holder.CITIZEN, at))

    def by_client(self, client: str, request: str) -> Track:
        """A request that an application filed. TrackingRefused for any other."""
        with self._store.keeping.reading() as rows:
            filed = rows.one(Filed, id=request, client=client)
            if filed is None:
                raise TrackingRefused("there is no such request")
            return self._track(rows, filed)

    def standing(self, number: str) -> Track:
        """How a request stands, for who sits at the machine: nothing of what it says. NoSuchThing."""
        with self._store.keeping.reading() as rows:
            filed = rows.get(Filed, number=typed_number(number))
            steps = rows.all(Step, request=filed.id)
            holds = holds_of(steps, rows.all(Event, draft=filed.draft) if filed.draft else ())
            return Track(filed, steps, holds, attachments=rows.all(AttachmentStanding, request=filed.id))

    def all(self, *, office: str | None = None, state: State | None = None) -> Sequence[Standing]:
        """The requests there are, the oldest first: nothing of what they say."""
        wanted = {"office": office, "state": state}
        where: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
        with self._store.keeping.reading() as rows:
            return rows.all(Standing, **where)

    def _found(self, rows: Rows, number: str, secret: str) -> Filed:
        """The same work, whether there is one or not."""
        number, secret = typed_number(number), typed_secret(secret)
        filed = rows.one(Filed, number=number)
        same = hmac.compare_digest(self._store.secret_mark(number, secret), filed.secret if filed else _NOTHING)
        if filed is None or not same:
            raise TrackingRefused("there is no request with this number and secret")
        return filed

    def _track(self, rows: Rows, filed: Filed) -> Track:
        steps = rows.all(Step, request=filed.id)
        holds = holds_of(steps, rows.all(Event, draft=filed.draft) if filed.draft else ())
        returned = filed.state == State.RETURNED and filed.content is not None
        return Track(
            filed,
            steps,
            holds,
            self._store.remark(rows, filed),
            self._store.content(rows, filed) if returned else None,
            rows.all(AttachmentStanding, request=filed.id),
        )


_AFTER_STEP = {
    State.SUBMITTED: Holder.OPERATOR,
    State.EXAMINED: Holder.OPERATOR,
    State.RETURNED: Holder.CITIZEN,
    State.SIGNED: Holder.SERVICE,
    State.SENT: None,
}
_AFTER_EVENT = {
    "drafted": Holder.VERIFIER,
    "changed": Holder.VERIFIER,
    "checked": Holder.OFFICIAL,
    DraftState.RETURNED.value: Holder.OPERATOR,
    "discarded": Holder.OPERATOR,
    "issued": Holder.SERVICE,
}
"""Who has it before him after that."""


def holds_of(steps: Sequence[Step], events: Sequence[Event]) -> Sequence[Hold]:
    """Who held a request, one after the other, by its steps and by what was done with its draft."""
    turns: list[tuple[datetime, Holder | None]] = [(one.at, _AFTER_STEP[State(one.state)]) for one in steps]
    signed = next((one.at for one in steps if one.state == State.SIGNED), None)  # after it the steps say all
    turns += [
        (one.at, _AFTER_EVENT[one.what])
        for one in events
        if one.what in _AFTER_EVENT and (signed is None or one.at < signed)
    ]
    turns.sort(key=lambda turn: turn[0])
    holds: list[Hold] = []
    for at, holder in turns:
        if holds and holds[-1].until is None:
            if holds[-1].holder is holder:
                continue
            holds[-1] = replace(holds[-1], until=at)
        if holder is not None:
            holds.append(Hold(holder, at, None))
    return [one for one in holds if one.until != one.since]
