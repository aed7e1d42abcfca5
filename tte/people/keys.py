"""Which keys an office uses: a key profile of its machine, as it stands, proposed by one person, confirmed by another.

The profile itself is a file, made where the key is. What is confirmed is its digest: if the file or the certificate
that it pins changes, it waits to be confirmed again. A profile that was never confirmed here is the machine's own
affair, unless the home says that all must be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from tte.errors import ConfigError, NoSuchThing, NotAllowed, WrongState
from tte.people.events import LOCAL, new_id, note
from tte.people.rights import Action, Person, Why, may
from tte.people.rows import KeyRow
from tte.register.rows import Keeping


class Standing(StrEnum):
    """How a key profile stands, as it is now."""

    UNSAID = "unsaid"
    """Nobody was asked about it here."""
    IN_USE = "in-use"
    CHANGED = "changed"
    """It was confirmed, and is not any more what was confirmed."""
    OUT = "out"
    """It is not its time yet, or not any more."""


class Keys:
    """The keys of offices beside one register. `by` is a person with the right to, or None for who sits at the
    machine itself, where one cannot confirm what one has proposed either.
    """

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping

    def propose(
        self,
        office: str,
        profile: str,
        digest: bytes,
        begins: datetime,
        until: datetime | None,
        at: datetime,
        *,
        by: Person | None,
    ) -> KeyRow:
        """Propose that an office uses a key profile, as it stands, from and until. ConfigError for no time at all."""
        _need(by, Action.PROPOSE_KEYS, office, at)
        if until is not None and until <= max(begins, at):
            raise ConfigError("the key is to be used until a day that is not over, and not before it begins")
        row = KeyRow(new_id(at), office, profile, digest, begins, until, LOCAL if by is None else by.id, None)
        with self._keeping.change() as rows:
            rows.add(row)
            note(rows, at, "key-proposed", row.proposed_by, office, subject=row.id, code=profile)
        return row

    def confirm(self, key: str, digest: bytes, at: datetime, *, by: Person | None) -> KeyRow:
        """Confirm what somebody else has proposed. WrongState if the profile is not as it was then (`digest`)."""
        with self._keeping.change() as rows:
            row = rows.get(KeyRow, id=key)
            _need(by, Action.CONFIRM_KEYS, row.office, at)
            who = LOCAL if by is None else by.id
            if who == row.proposed_by:
                raise NotAllowed(Why.SAME_PERSON)
            if row.confirmed_by is not None or row.digest != digest or (row.until is not None and row.until <= at):
                raise WrongState("this key is confirmed already, over, or was changed since it was proposed", "key")
            row = replace(row, confirmed_by=who)
            rows.put(row)
            note(rows, at, "key-confirmed", who, row.office, subject=row.id, code=row.profile)
        return row

    def end(self, key: str, at: datetime, *, by: Person | None) -> None:
        """The key is used no more from now on. One person is enough, without a fresh code: less is safer."""
        with self._keeping.change() as rows:
            row = rows.get(KeyRow, id=key)
            if by is not None:
                proven = replace(by, proven=by.proven and at)
                if not may(proven, Action.CONFIRM_KEYS, row.office, at):
                    _need(by, Action.PROPOSE_KEYS, row.office, at)
            if row.until is None or at < row.until:
                rows.put(replace(row, until=max(at, row.begins)))
            note(rows, at, "key-ended", LOCAL if by is None else by.id, row.office, subject=row.id, code=row.profile)

    def all(self, office: str) -> Sequence[KeyRow]:
        """What was ever proposed for an office, the oldest first."""
        with self._keeping.reading() as rows:
            return rows.all(KeyRow, office=office)

    def standing(self, office: str, profile: str, digest: bytes, at: datetime) -> Standing:
        """How a profile stands at a time, whose digest is this."""
        with self._keeping.reading() as rows:
            said = [one for one in rows.all(KeyRow, office=office, profile=profile) if one.confirmed_by is not None]
        now = [one for one in said if one.begins <= at and (one.until is None or at < one.until)]
        if any(one.digest == digest for one in now):
            return Standing.IN_USE
        return Standing.CHANGED if now else Standing.OUT if said else Standing.UNSAID


def _need(by: Person | None, action: Action, office: str, at: datetime) -> None:
    if by is None:
        return
    answer = may(by, action, office, at)
    if answer.why is Why.OTHER_OFFICE:
        raise NoSuchThing("there is no such key")
    if answer.why is not None:
        raise NotAllowed(answer.why)
