"""How a request comes in: from a citizen's page, or from an office's application.

What is sent twice is one request: the same form or idempotency key with the same content is told the same number and
the same secret. Whoever has neither home nor form can make neither up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tte.errors import RequestsFull
from tte.people.events import new_id
from tte.register.rows import Rows, Since
from tte.requests.content import Attached, Content
from tte.requests.numbers import new_number, secret_of
from tte.requests.rows import Filed, Holder, State
from tte.requests.store import Store


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is told once: the number and the secret of a request. `again`: it was filed before."""

    id: str
    number: str
    secret: str = field(repr=False)
    again: bool = False


class Filing:
    """Takes requests in. `per_day` is how many an office takes in 24 hours from citizens, not from
    applications.
    """

    def __init__(self, store: Store, per_day: int) -> None:
        self._store, self._per_day = store, per_day

    def file(
        self,
        office: str,
        kind: str,
        content: Content,
        attached: Sequence[Attached],
        at: datetime,
        *,
        token: str,
        client: str | None = None,
    ) -> Receipt:
        """A new request, or the one that was filed with this token and content before. What it says has been checked.

        `token` is the form's, 128 random bits, or the idempotency key of the `client`. RequestsFull.
        """
        digests = b"".join(hashlib.sha256(one.content).digest() + one.purpose.encode() for one in attached)
        said = [one.encode() for one in (client or "", token, office, kind)]
        mark = self._store.seals.mark(b"sent", *said, content.packed(), digests)
        secret = secret_of(self._store.seals.mark(b"secret", mark))
        with self._store.keeping.change() as rows:
            if (known := rows.one(Filed, repeat=mark)) is not None:
                return Receipt(known.id, known.number, secret, again=True)
            if client is None:
                self._room(rows, office, at)
            number = new_number(office)
            kept = self._store.secret_mark(number, secret)
            filed = Filed(new_id(at), office, kind, number, kept, mark, client, State.SUBMITTED, None, at, at)
            self._store.seals.make(rows, office, at)
            rows.add(self._store.say(rows, filed, content, attached, at))
            self._store.step(rows, filed.id, State.SUBMITTED, Holder.APPLICATION if client else Holder.CITIZEN, at)
        return Receipt(filed.id, number, secret)

    def room(self, office: str, at: datetime) -> None:
        """RequestsFull if an office takes no more from citizens now: to be asked before their files are looked into."""
        with self._store.keeping.reading() as rows:
            self._room(rows, office, at)

    def _room(self, rows: Rows, office: str, at: datetime) -> None:
        lately = rows.count(Filed, office=office, client=None, made=Since(at - timedelta(days=1)))
        if lately >= self._per_day:
            raise RequestsFull("this office has been sent as many requests today as it takes in a day")
