"""What there is to know of deliveries: a list, how many failed, and which documents were sent lately."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from tte.delivery.contacts import Channel, Contact
from tte.delivery.rows import Delivery, Part, State
from tte.register import Register
from tte.register.rows import Keeping, keeping_of


def failed_deliveries(register: Register, office: str | None = None) -> int:
    """How many deliveries were given up and wait for somebody to look: of one office, or of all."""
    where = {} if office is None else {"office": office}
    with keeping_of(register).reading() as rows:
        return rows.count(Delivery, state=State.FAILED, forgotten=None, **where)


def counts(keeping: Keeping, office: str) -> Mapping[str, int]:
    """How many stand where."""
    with keeping.reading() as rows:
        return rows.counts(Delivery, "state", office=office)


def listed(
    keeping: Keeping, office: str | None, states: Sequence[str], *, before: str | None = None, most: int = 50
) -> Sequence[Delivery]:
    """Deliveries, the newest first."""
    where = {} if office is None else {"office": office}
    with keeping.reading() as rows:
        return rows.all(Delivery, after=before, most=most, newest=True, state=tuple(states), **where)


def tell_sent(keeping: Keeping, tell: Callable[[str, datetime], bool]) -> None:
    """Tell of each document whose link was handed over, until it was heard. Told twice is no harm."""
    with keeping.reading() as rows:
        some = rows.all(Delivery, state=State.SENT, part=Part.LINK, told=False, most=500)
    for one in some:
        if tell(one.document, one.sent or one.made):
            with keeping.change() as rows:
                rows.put(replace(rows.get(Delivery, id=one.id), told=True))


def masked(contact: Contact) -> str:
    """An address that somebody who knows it recognises."""
    if contact.channel is Channel.EMAIL:
        name, _, host = contact.address.partition("@")
        return f"{name[:2]}•••@{host}"
    return f"{contact.address[:3]}•••••{contact.address[-3:]}"
