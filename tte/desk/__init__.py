"""The desk: an office's day without a browser. Drafts are prepared, checked, authorised, and signed by an official.

Nobody does two of the three for one document. What was done by whom stands in the trail. See docs/people.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tte.desk.authorising import Authorising
from tte.desk.checks import Checks
from tte.desk.drafts import Drafts
from tte.desk.reviewing import Reviewing, must_open
from tte.desk.rows import MOST, Authorisation, Draft, Kind, State
from tte.desk.signing import Signed, SigningDesk
from tte.desk.trail import Trail
from tte.desk.withdrawing import Withdrawals
from tte.office import Home
from tte.office.people import open_people
from tte.people import People
from tte.register import Register

__all__ = [
    "MOST",
    "Authorisation",
    "Authorising",
    "Checks",
    "Desk",
    "Draft",
    "Drafts",
    "Kind",
    "Reviewing",
    "Signed",
    "SigningDesk",
    "State",
    "Trail",
    "Withdrawals",
    "desk_of",
    "must_open",
    "open_desk",
]


@dataclass(frozen=True, slots=True)
class Desk:
    """All that a day at the office needs, beside one open register. May be used from many threads."""

    people: People
    drafts: Drafts
    checks: Checks
    authorising: Authorising
    reviewing: Reviewing
    signing: SigningDesk
    withdrawals: Withdrawals
    trail: Trail


def desk_of(home: Home, register: Register) -> Desk:
    """The desk of a home, beside its open register."""
    people, drafts = open_people(home, register), Drafts(home, register)
    authorising = Authorising(home, register, people, drafts)
    return Desk(
        people,
        drafts,
        Checks(register),
        authorising,
        Reviewing(register),
        SigningDesk(home, register, drafts, authorising),
        Withdrawals(home, register, people),
        Trail(register),
    )


@contextmanager
def open_desk(home: Home) -> Iterator[Desk]:
    """The desk of a home for the length of a block."""
    with home.open_register() as register:
        yield desk_of(home, register)
