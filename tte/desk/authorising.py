"""An official says that he wants exactly these drafts signed. What is authorised goes once, soon, and for nothing else.

It is bound to the drafts as they lie there, in their order, to him, his office, his key profile and its end; a code of
his second factor is used up by it. A change of any of it makes it worthless.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from tte.desk.asking import need
from tte.desk.drafts import Drafts
from tte.desk.rows import MOST, Authorisation, Draft, Kind, State, root_of
from tte.errors import ConfigError, NoSuchThing, NotAllowed, WrongState
from tte.key import KeyUri
from tte.office import Home
from tte.office.keys_in_use import need_in_use
from tte.people import Action, People, Person, Role, Why
from tte.people.events import new_id, note
from tte.register import Register
from tte.register.rows import Rows, keeping_of

LASTS: Final = timedelta(minutes=10)


class Authorising:
    """Authorisations, for one home beside its open register."""

    def __init__(self, home: Home, register: Register, people: People, drafts: Drafts) -> None:
        self._home, self._people, self._drafts = home, people, drafts
        self._keeping = keeping_of(register)

    def authorise(self, who: Person, office: str, ids: Sequence[str], code: str, at: datetime) -> Authorisation:
        """That `who` wants exactly these checked drafts signed, as they stand, in this order, with his key.

        The code of the second factor is taken by it. It lasts 10 minutes, and goes for 500 drafts at most.
        NotAllowed if one was drafted or checked by himself; WrongState if one is not checked.
        """
        need(replace(who, proven=at), Action.SIGN, office, at)
        profile = self._profile(who, office, at)
        if not 1 <= len(ids) <= MOST or len({*ids}) != len(ids):
            raise ConfigError(f"an authorisation is for 1 to {MOST} drafts, each once")
        with self._keeping.reading() as rows:
            chosen = self._signable(rows, who, office, ids, at)
        self._people.sessions.check_code(who.id, code, at)
        items, id_, until = json.dumps(chosen), new_id(at), at + LASTS
        root = root_of(id_, office, who.id, profile, until, items)
        made = Authorisation(id_, office, who.id, profile, len(ids), root, items, at, until)
        with self._keeping.change() as rows:
            rows.add(made)
            note(rows, at, "authorised", who.id, office, subject=id_, count=len(ids))
        return made

    def standing(self, who: Person, id_: str, at: datetime) -> Authorisation:
        """An authorisation as it stands: `issued` and `refused` of `count`, and `ended` when it is over."""
        with self._keeping.reading() as rows:
            found = rows.get(Authorisation, id=id_)
        need(who, Action.SEE_DOCUMENTS, found.office, at)
        return found

    def usable(self, rows: Rows, who: Person, id_: str, at: datetime) -> Authorisation:
        """The authorisation, if it still goes for what lies there; NoSuchThing or NotAllowed with the reason if not."""
        given = rows.one(Authorisation, id=id_)
        if given is None or given.person != who.id:
            raise NoSuchThing("there is nothing of this kind with this id")
        need(replace(who, proven=given.made), Action.SIGN, given.office, at)
        if given.used is not None:
            raise NotAllowed(Why.AUTHORISATION_USED)
        if not given.made <= at < given.until:
            raise NotAllowed(Why.AUTHORISATION_EXPIRED)
        try:
            same = dict(self._signable(rows, who, given.office, tuple(given.bound), at)) == given.bound
        except WrongState:
            same = False
        if not same or not given.whole() or self._profile(who, given.office, at) != given.profile:
            raise NotAllowed(Why.AUTHORISATION_CHANGED, hint="authorise what lies there now")
        return given

    def _profile(self, who: Person, office: str, at: datetime) -> str:
        """The key profile that is his in this office at this time. ConfigError if he cannot sign with it alone."""
        for held in who.held(at):
            if held.role is Role.OFFICIAL and held.office == office and held.profile:
                profile = self._home.profile(held.profile)
                if profile.office != office:
                    raise ConfigError(f"the key profile {held.profile} is of another office")
                if "prompt:" not in KeyUri.parse(profile.uri).access.values():
                    raise ConfigError(
                        f"the key profile {held.profile} asks nobody: whoever is on this machine could sign with it",
                        hint="an official's key profile says pin-source=prompt:",
                    )
                need_in_use(self._home, self._people.keys, held.profile, at)
                return held.profile
        raise NotAllowed(Why.NO_ROLE)

    def _signable(
        self, rows: Rows, who: Person, office: str, ids: Sequence[str], at: datetime
    ) -> list[tuple[str, str]]:
        """Each draft, and what signing it would mean."""
        chosen = []
        for id_ in ids:
            draft = rows.get(Draft, id=id_)
            if draft.office != office:
                raise NoSuchThing("there is nothing of this kind with this id")
            by_others(who, draft)
            if draft.state != State.CHECKED or draft.kind == Kind.WITHDRAW:
                raise WrongState(f"draft {id_} is no document that is checked and waits to be signed", draft.state)
            chosen.append((id_, self._drafts.bound(draft)))
        return chosen


def by_others(who: Person, draft: Draft) -> None:
    """NotAllowed for who has drafted or checked it, and for anybody if one person did both."""
    if who.id in (draft.creator, draft.verifier) or draft.creator == draft.verifier:
        raise NotAllowed(Why.SAME_PERSON, hint="somebody else signs what you have drafted or checked")
