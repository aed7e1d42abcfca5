"""An official carries out a withdrawal that one person has proposed and another confirmed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tte.desk.asking import draft_for
from tte.desk.authorising import by_others
from tte.desk.rows import Draft, Kind, State, withdrawal_digest
from tte.errors import NoSuchThing, WrongState
from tte.model import Entry
from tte.model import State as Stands
from tte.office import Home
from tte.people import Action, People, Person
from tte.people.events import note
from tte.register import Register
from tte.register.rows import keeping_of


class Withdrawals:
    """The last step of a withdrawal, for one home beside its open register."""

    def __init__(self, home: Home, register: Register, people: People) -> None:
        self._home, self._people = home, people
        self._keeping = keeping_of(register)

    def carry_out(self, who: Person, id_: str, code: str, at: datetime) -> Entry:
        """The document is in force no longer; the entry as it then stands.

        The code of the second factor is taken by it. WrongState if it is no withdrawal that was confirmed.
        """
        with self._keeping.reading() as rows:
            draft = draft_for(rows, id_, replace(who, proven=at), Action.WITHDRAW, at)
            by_others(who, draft)
            if draft.kind != Kind.WITHDRAW or draft.state != State.CHECKED or draft.document is None:
                raise WrongState("this is no withdrawal that was confirmed", draft.state)
            if draft.digest != withdrawal_digest(draft.document, draft.reason or ""):
                raise WrongState("the withdrawal is not what was confirmed", draft.state)
        self._people.sessions.check_code(who.id, code, at)
        with self._home.open_to_write() as register, register.turn():
            entry = register.find(draft.document)
            if entry is not None and entry.state is Stands.REPLACED:
                raise WrongState("this document was replaced meanwhile", entry.state)
            if entry is not None and entry.state is Stands.ISSUED:
                entry = register.revoke(draft.document, draft.reason or "", at)
        if entry is None:
            raise NoSuchThing("there is no such document")
        with self._keeping.change() as rows:
            rows.put(replace(rows.get(Draft, id=id_), state=State.WITHDRAWN, changed=at, issued=draft.document))
            note(rows, at, "withdrawn", who.id, draft.office, draft=id_, document=draft.document)
        return entry
