"""Applications that ask over HTTP with a key: shown once, kept as its SHA-256, for one office and a few actions.

One person proposes an application, another one confirms it; until then its key is worth nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from tte.errors import ConfigError, NoSuchThing, NotAllowed, WrongState
from tte.people.events import LOCAL, note
from tte.people.rights import CLIENTS, Action, Client, Person, Why, may
from tte.people.rows import ClientRow
from tte.register.rows import Keeping

PREFIX: Final = "tte"


class Clients:
    """The API clients beside one register. `by` is a person with the right to, or None for who sits at the machine."""

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping

    def add(
        self, name: str, office: str, actions: Collection[Action], until: datetime, at: datetime, *, by: Person | None
    ) -> tuple[ClientRow, str]:
        """A new client, which waits to be confirmed, and its key, never shown again: `tte_ID_` and 32 random bytes.

        ConfigError for what no client may be given, or an end that is past.
        """
        _need(by, Action.MANAGE_CLIENTS, office, at)
        if not actions or not {*actions} <= CLIENTS:
            raise ConfigError(f"a client can be given: {', '.join(sorted(CLIENTS))}")
        if until <= at or not 1 <= len(name) <= 200:
            raise ConfigError("a client has a name, and an end that is not past")
        id_, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        row = ClientRow(id_, name, office, " ".join(sorted(actions)), _sha256(secret), _id(by), at, until)
        with self._keeping.change() as rows:
            rows.add(row)
            note(rows, at, "client-added", _id(by), office, subject=id_)
        return row, f"{PREFIX}_{id_}_{secret}"

    def confirm(self, id_: str, at: datetime, *, by: Person | None) -> ClientRow:
        """Confirm what somebody else has added: from now on its key works. NotAllowed for who added it."""
        with self._keeping.change() as rows:
            row = rows.one(ClientRow, id=id_)
            if row is None:
                raise NoSuchThing("there is no such client")
            _need(by, Action.CONFIRM_CLIENTS, row.office, at)
            if row.made_by == _id(by):
                raise NotAllowed(Why.SAME_PERSON, hint="another admin confirms it")
            if row.confirmed_by is not None or row.disabled or row.until <= at:
                raise WrongState("this application is confirmed already, or over", "client")
            row = replace(row, confirmed_by=_id(by))
            rows.put(row)
            note(rows, at, "client-confirmed", _id(by), row.office, subject=id_)
        return row

    def client(self, key: str, at: datetime) -> Client | None:
        """The client whose key this is, as of this moment; None if there is none, or it is over or not confirmed."""
        prefix, _, rest = key.partition("_")
        id_, _, secret = rest.partition("_") if prefix == PREFIX else ("", "", "")
        with self._keeping.reading() as rows:
            row = rows.one(ClientRow, id=id_)
        same = hmac.compare_digest(row.sha256 if row else b"", _sha256(secret))
        if row is None or not same or row.confirmed_by is None or row.disabled or not row.made <= at < row.until:
            return None
        if row.last_used != at.date():
            with self._keeping.change() as rows:
                if (now := rows.one(ClientRow, id=id_)) is not None:
                    rows.put(replace(now, last_used=at.date()))
        return Client(row.id, row.office, frozenset(map(Action, row.actions.split())))

    def disable(self, id_: str, at: datetime, *, by: Person | None) -> None:
        """Its key is worth nothing from now on. One person is enough."""
        with self._keeping.change() as rows:
            row = rows.one(ClientRow, id=id_)
            if row is None:
                raise NoSuchThing("there is no such client")
            if by is None or not may(by, Action.CONFIRM_CLIENTS, row.office, at):
                _need(by, Action.MANAGE_CLIENTS, row.office, at)
            rows.put(replace(row, disabled=row.disabled or at))
            note(rows, at, "client-disabled", _id(by), row.office, subject=id_)

    def all(self, office: str) -> Sequence[ClientRow]:
        """The clients of an office."""
        with self._keeping.reading() as rows:
            return rows.all(ClientRow, office=office)


def _need(by: Person | None, action: Action, office: str, at: datetime) -> None:
    if by is None:
        return
    answer = may(by, action, office, at)
    if answer.why is Why.OTHER_OFFICE:
        raise NoSuchThing("there is no such client")
    if answer.why is not None:
        raise NotAllowed(answer.why)


def _id(by: Person | None) -> str:
    return LOCAL if by is None else by.id


def _sha256(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
