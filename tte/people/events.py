"""Who did what when: ids and codes, no personal data. The list only grows; the database guards it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from tte.register.rows import Rows

LOCAL: Final = "local"
"""Who acts on the machine itself, with `tte user` or `tte office`."""


def new_id(at: datetime) -> str:
    """An id of 26 letters and digits that sorts by its time: 48 bits of milliseconds, then 80 random ones."""
    number = (int(at.timestamp() * 1000) << 80) | secrets.randbits(80)
    return "".join("0123456789abcdefghjkmnpqrstvwxyz"[(number >> shift) & 31] for shift in range(125, -1, -5))


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was done. `subject` is a person or an authorisation, `code` a reason or an outcome, `count` how
    many it concerned.
    """

    TABLE: ClassVar[str] = "desk_event"
    seq: int
    at: datetime
    what: str
    person: str
    office: str
    draft: str | None = None
    document: str | None = None
    subject: str | None = None
    code: str | None = None
    count: int | None = None
    reason: str | None = None


def note(
    rows: Rows,
    at: datetime,
    what: str,
    person: str,
    office: str,
    *,
    draft: str | None = None,
    document: str | None = None,
    subject: str | None = None,
    code: str | None = None,
    count: int | None = None,
    reason: str | None = None,
) -> None:
    """Add to the list, in the transaction that does it."""
    rows.add(Event(rows.last(Event) + 1, at, what, person, office, draft, document, subject, code, count, reason))
