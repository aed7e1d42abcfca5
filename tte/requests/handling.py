"""The office's side: the queue, taking a request up, returning it with a reason, making a draft of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tte.desk import Draft, Drafts
from tte.desk import State as DraftState
from tte.desk.asking import need, said
from tte.errors import NoSuchThing, WrongState
from tte.model import Raw
from tte.people import Action, Person
from tte.people.events import note
from tte.register.rows import Rows
from tte.requests.content import Content
from tte.requests.rows import AttachmentRow, AttachmentStanding, Filed, Holder, Standing, State, Step
from tte.requests.store import Store


@dataclass(frozen=True, slots=True)
class Reading:
    """A request as the office reads it. `content` is None once it is forgotten."""

    filed: Filed
    content: Content | None = field(repr=False)
    remark: str = field(repr=False)
    attachments: Sequence[AttachmentStanding]
    steps: Sequence[Step]


class Handling:
    """What people of an office do with requests; each call says who. Another office's request is not there."""

    def __init__(self, store: Store, drafts: Drafts) -> None:
        self._store, self._drafts = store, drafts

    def queue(
        self,
        who: Person,
        office: str,
        at: datetime,
        *,
        states: Sequence[State] = (State.SUBMITTED, State.EXAMINED),
        after: str | None = None,
        most: int = 50,
    ) -> Sequence[Standing]:
        """The requests of an office in these states, the oldest first; `after` the last one seen."""
        need(who, Action.READ_REQUESTS, office, at)
        with self._store.keeping.reading() as rows:
            return rows.all(Standing, after=after, most=most, office=office, state=tuple(states))

    def counts(self, who: Person, office: str, at: datetime) -> Mapping[str, int]:
        """How many requests of an office are in each state."""
        need(who, Action.READ_REQUESTS, office, at)
        with self._store.keeping.reading() as rows:
            return rows.counts(Standing, "state", office=office)

    def get(self, who: Person, office: str, id_: str, at: datetime) -> Filed:
        """One request, without what it says. NoSuchThing if it is not this office's."""
        with self._store.keeping.reading() as rows:
            return self._of(rows, who, Action.READ_REQUESTS, office, id_, at)

    def read(self, who: Person, office: str, id_: str, at: datetime) -> Reading:
        """One request with what it says; that it was looked into is noted. NoSuchThing if it is not this office's."""
        with self._store.keeping.change() as rows:
            filed = self._of(rows, who, Action.READ_REQUESTS, office, id_, at)
            content = None if filed.content is None else self._store.content(rows, filed)
            note(rows, at, "request-read", who.id, office, subject=filed.id)
            attachments = rows.all(AttachmentStanding, request=filed.id)
            steps = rows.all(Step, request=filed.id)
            return Reading(filed, content, self._store.remark(rows, filed), attachments, steps)

    def attachment(self, who: Person, office: str, id_: str, attachment: str, at: datetime) -> tuple[str, bytes]:
        """The type and the bytes of an attachment."""
        with self._store.keeping.reading() as rows:
            filed = self._of(rows, who, Action.READ_REQUESTS, office, id_, at)
            row = rows.get(AttachmentRow, id=attachment, request=filed.id)
            return row.type, self._store.attachment(rows, filed, row)

    def examine(self, who: Person, office: str, id_: str, at: datetime) -> Filed:
        """Take a request up. WrongState if it does not wait to be."""
        with self._store.keeping.change() as rows:
            filed = self._waiting(rows, who, office, id_, at)
            if filed.state == State.EXAMINED:
                return filed
            note(rows, at, "request-examined", who.id, office, subject=filed.id)
            return self._store.move(rows, filed, State.EXAMINED, Holder.OPERATOR, at)

    def send_back(self, who: Person, office: str, id_: str, reason: str, at: datetime) -> Filed:
        """Return a request to the citizen, who reads the reason. WrongState if a draft of it is under way."""
        why = said(reason)
        with self._store.keeping.change() as rows:
            filed = self._store.with_remark(rows, self._waiting(rows, who, office, id_, at), why)
            note(rows, at, "request-returned", who.id, office, subject=filed.id)
            return self._store.move(rows, filed, State.RETURNED, Holder.OPERATOR, at)

    def to_draft(self, who: Person, office: str, id_: str, values: Mapping[str, Raw], at: datetime) -> Draft:
        """A draft with these values, bound to the request. RecordError with all that is wrong; WrongState."""
        with self._store.keeping.reading() as rows:
            filed = self._waiting(rows, who, office, id_, at)

        def bind(rows: Rows, draft: Draft) -> None:
            filed = replace(self._waiting(rows, who, office, id_, at), draft=draft.id, changed=at)
            note(rows, at, "request-drafted", who.id, office, draft=draft.id, subject=filed.id)
            if filed.state == State.SUBMITTED:
                filed = self._store.move(rows, filed, State.EXAMINED, Holder.OPERATOR, at)
            rows.put(filed)

        return self._drafts.add(who, office, filed.kind, values, at, also=bind)

    def of_draft(self, who: Person, office: str, draft: str, at: datetime) -> Standing | None:
        """The request that a draft was made of, for who may read requests."""
        need(who, Action.READ_REQUESTS, office, at)
        with self._store.keeping.reading() as rows:
            return rows.one(Standing, draft=draft, office=office)

    def _of(self, rows: Rows, who: Person, action: Action, office: str, id_: str, at: datetime) -> Filed:
        need(who, action, office, at)
        filed = rows.get(Filed, id=id_)
        if filed.office != office:
            raise NoSuchThing("there is nothing of this kind with this id")
        return filed

    def _waiting(self, rows: Rows, who: Person, office: str, id_: str, at: datetime) -> Filed:
        """The request, if the office has it before it and no draft of it is under way."""
        filed = self._of(rows, who, Action.HANDLE_REQUESTS, office, id_, at)
        if filed.state not in (State.SUBMITTED, State.EXAMINED) or filed.forgotten is not None:
            raise WrongState(f"this request is {filed.state}", filed.state)
        if filed.draft is not None:
            draft = rows.one(Draft, id=filed.draft)
            if draft is not None and draft.state != DraftState.DISCARDED:
                raise WrongState("there is a draft of this request", filed.state)
        return filed
