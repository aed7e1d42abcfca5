"""What a verifier says of a draft: it is right as it stands, or it goes back to who made it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tte.desk.asking import need, said
from tte.desk.rows import Draft, Kind, State
from tte.errors import NotAllowed, WrongState
from tte.people import Action, Person, Why
from tte.people.events import note
from tte.register import Register
from tte.register.rows import Rows, keeping_of


class Checks:
    """The verifier's part, beside an open register; errors as `asking.need`."""

    def __init__(self, register: Register) -> None:
        self._keeping = keeping_of(register)

    def approve(self, who: Person, id_: str, digest: bytes, at: datetime) -> Draft:
        """The verifier has looked at it: what has this digest, and no other. WrongState if it was changed meanwhile."""
        with self._keeping.change() as rows:
            draft = self._to_check(rows, id_, who, at)
            if draft.digest != digest:
                raise WrongState("the draft was changed meanwhile", draft.state, hint="look at it again")
            draft = replace(draft, state=State.CHECKED, verifier=who.id, remark=None, changed=at)
            rows.put(draft)
            note(rows, at, "checked", who.id, draft.office, draft=id_, document=draft.document)
        return draft

    def send_back(self, who: Person, id_: str, remark: str, at: datetime) -> Draft:
        """Return it to who made it, and say why."""
        with self._keeping.change() as rows:
            draft = self._to_check(rows, id_, who, at)
            draft = replace(draft, state=State.RETURNED, verifier=who.id, remark=said(remark), changed=at)
            rows.put(draft)
            note(rows, at, "returned", who.id, draft.office, draft=id_)
        return draft

    def _to_check(self, rows: Rows, id_: str, who: Person, at: datetime) -> Draft:
        draft = rows.get(Draft, id=id_)
        need(who, Action.CONFIRM_WITHDRAWAL if draft.kind == Kind.WITHDRAW else Action.CHECK, draft.office, at)
        if draft.creator == who.id:
            raise NotAllowed(Why.SAME_PERSON, hint="somebody else checks what you have drafted")
        if draft.state not in (State.DRAFT, State.CHECKED):
            raise WrongState(f"this draft is {draft.state} and waits for nobody's check", draft.state)
        return draft
