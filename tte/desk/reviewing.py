"""What an official has looked at before he signs: some drafts of every list must be opened, and not of his choice.

How many: three, or two in a hundred if that is more. Which: by a digest over who, the day and the draft, so that they
are the same however often he looks, and others the next day. What was opened stands in the trail.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from tte.desk.asking import draft_for
from tte.desk.rows import Draft
from tte.people import Action, Event, Person
from tte.people.events import note
from tte.register import Register
from tte.register.rows import keeping_of

LEAST: Final = 3
ONE_IN: Final = 50
OPENED: Final = "opened"


class Reviewing:
    """Looking into drafts, beside an open register."""

    def __init__(self, register: Register) -> None:
        self._keeping = keeping_of(register)

    def open(self, who: Person, id_: str, at: datetime) -> Draft:
        """The draft, and that it was opened as it lies there. Errors as `asking.need`."""
        with self._keeping.change() as rows:
            draft = draft_for(rows, id_, who, Action.READ_DRAFTS, at)
            if not rows.count(Event, draft=id_, person=who.id, what=OPENED, code=_as_it_lies(draft)):
                note(rows, at, OPENED, who.id, draft.office, draft=id_, code=_as_it_lies(draft))
        return draft

    def opened(self, who: Person, drafts: Sequence[Draft]) -> frozenset[str]:
        """Which of these he has opened as they lie there now."""
        with self._keeping.reading() as rows:
            seen = rows.all(Event, draft=tuple(one.id for one in drafts), person=who.id, what=OPENED)
        known = {(one.draft, one.code) for one in seen}
        return frozenset(one.id for one in drafts if (one.id, _as_it_lies(one)) in known)


def must_open(who: Person, ids: Collection[str], at: datetime) -> frozenset[str]:
    """Which of a list must have been opened."""
    wanted = min(len(ids), max(LEAST, -(-len(ids) // ONE_IN)))

    def drawn(id_: str) -> bytes:
        return hashlib.sha256(f"{who.id} {at:%Y-%m-%d} {id_}".encode()).digest()

    return frozenset(sorted(ids, key=drawn)[:wanted])


def _as_it_lies(draft: Draft) -> str:
    return draft.digest.hex()[:16]
