"""The citizen's side: a link and what opens it give the document.

An unknown link and a wrong PIN get the same answer, after the same tries: three at once, then one after ever longer
waits. Of a link that is there the tries are kept in the database; after twenty wrong ones in all it opens nothing, and
the office must send it anew. Of links that are not there they are kept in this process's memory.
"""

from __future__ import annotations

import hmac
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from tte.delivery.rows import Delivery, Opens, State
from tte.delivery.secrets import Secrets, link_digest
from tte.model import Entry
from tte.model import State as Stands
from tte.register import Register
from tte.register.rows import Keeping

MOST_WRONG: Final = 20
WAITS: Final = tuple(timedelta(minutes=minutes) for minutes in (0, 0, 1, 5, 15, 60, 240, 1440))
"""How long nobody may try after so many wrong tries; the last for all that follow."""
_REMEMBERED: Final = 100_000


def wait_after(wrong: int) -> timedelta:
    """How long nobody may try after so many wrong tries."""
    return WAITS[min(wrong, len(WAITS)) - 1] if wrong else timedelta()


@dataclass(frozen=True, slots=True)
class Shut:
    """It does not open. `until`: before this time no try is looked at."""

    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """It opens. `entry` is None once the link is too old, or its document in force no longer; `until` is when the
    link ends.
    """

    delivery: Delivery
    entry: Entry | None
    until: datetime


class Collecting:
    """Opens links, beside one open register. `is_key` says whether what was typed is the key of the request of a
    document.
    """

    def __init__(
        self,
        keeping: Keeping,
        register: Register,
        secrets: Secrets,
        link_days: int,
        is_key: Callable[[str, str], bool],
    ) -> None:
        self._keeping, self._register, self._secrets = keeping, register, secrets
        self._link_days, self._is_key = timedelta(days=link_days), is_key
        self._one, self._nowhere = Lock(), OrderedDict[bytes, tuple[int, datetime]]()

    def open(self, token: str, typed: str, at: datetime) -> Shut | Opened:
        """What the link gives to who typed this."""
        link = link_digest(token[:100])
        with self._keeping.reading() as rows:
            there = rows.one(Delivery, link=link)
        if there is None or there.state == State.STOPPED:
            return self._nothing_there(link, at)
        if (shut := _shut(there, link, at)) is not None:
            return shut
        right = self._right(there, typed)  # before the change: it reads the database, and only one may write
        with self._keeping.change() as rows:  # one after the other: of those who try at once each is counted
            one = rows.get(Delivery, id=there.id)
            if (shut := _shut(one, link, at)) is not None:
                return shut
            if not right:
                wrong = one.wrong + 1
                wait = wait_after(wrong)
                closed = at + wait if wait else None
                rows.put(replace(one, wrong=wrong, closed=closed))
                return Shut(closed)
            if one.wrong or one.closed:
                one = replace(one, wrong=0, closed=None)
                rows.put(one)
        return self._opened(one, at)

    def fetched(self, one: Delivery, at: datetime) -> bytes:
        """The document, noted as fetched."""
        pdf = self._register.read_pdf(one.document)
        with self._keeping.change() as rows:
            now = rows.get(Delivery, id=one.id)
            rows.put(replace(now, fetched=now.fetched or at, fetches=now.fetches + 1))
        return pdf

    def in_force(self, document: str) -> Entry | None:
        """The document, if it may be handed over: None if it is held, replaced or revoked."""
        entry = self._register.find(document)
        return None if entry is None or entry.held or entry.state is not Stands.ISSUED else entry

    def _opened(self, one: Delivery, at: datetime) -> Opened:
        until = (one.sent or one.made) + self._link_days
        return Opened(one, self.in_force(one.document) if at < until else None, until)

    def _right(self, one: Delivery, typed: str) -> bool:
        if one.opens == Opens.KEY:
            return self._is_key(one.document, typed)
        digits = "".join(letter for letter in typed[:40] if letter.isascii() and letter.isdigit())
        return hmac.compare_digest(digits.encode(), self._secrets.pin(one.id, one.turn).encode())

    def _nothing_there(self, link: bytes, at: datetime) -> Shut:
        with self._one:
            wrong, closed = self._nowhere.pop(link, (0, at))
            until = _until(closed, at)
            if until is None:
                wrong += 1
                closed = at + wait_after(wrong)
                until = closed if closed > at else None
            self._nowhere[link] = wrong, closed
            if len(self._nowhere) > _REMEMBERED:
                self._nowhere.popitem(last=False)
            return Shut(until)


def _shut(one: Delivery, link: bytes, at: datetime) -> Shut | None:
    """Why no try is looked at now, if so."""
    until = None if one.closed is None else _until(one.closed, at)
    return Shut(until) if one.link != link or one.wrong >= MOST_WRONG or until else None


def _until(closed: datetime, at: datetime) -> datetime | None:
    """`closed`, if it is still to come; a clock that was set back closes nothing for longer than the longest wait."""
    return closed if at < closed <= at + WAITS[-1] else None
