"""Wrong tries: five, then a pause of 15 minutes that doubles each time, up to a day. Never for ever: a stranger who
types another one's name could lock him out otherwise (ASVS 6.1.1).

A try counts before it is made, so that many at once are no more than five.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from tte.people.rows import Tries
from tte.register.rows import Keeping

SIGN_IN, CODE, PASSPHRASE = "sign-in", "code", "passphrase"
"""What is tried: password and code together, a code within a session, or what opens an official's key.

Each is counted for itself: a stranger who types another one's name at the door does not stop him at his work.
"""

ALLOWED: Final = 5
FIRST_PAUSE: Final = timedelta(minutes=15)
LONGEST_PAUSE: Final = timedelta(days=1)


def begun(before: Tries, at: datetime) -> Tries | None:
    """The count once another try is made; None if none may be made now."""
    if before.until is not None and at < before.until:
        return None
    wrong = before.wrong + 1
    if wrong < ALLOWED:
        return replace(before, wrong=wrong, until=None, untold=before.untold + 1)
    pause = min(FIRST_PAUSE * 2 ** min(before.locks, 10), LONGEST_PAUSE)
    return replace(before, wrong=0, locks=before.locks + 1, until=at + pause, untold=before.untold + 1)


def begin(keeping: Keeping, person: str, what: str, at: datetime) -> datetime | None:
    """Count a try of one secret of a person; None, or until when none may be made."""
    with keeping.change() as rows:
        before = rows.one(Tries, person=person, what=what) or Tries(person, what)
        after = begun(before, at)
        rows.put(after or before)  # the same work, whether it is locked or not
    return None if after else before.until


def locked_until(keeping: Keeping, person: str, what: str, at: datetime) -> datetime | None:
    """Until when none may be made; None if one may. Counts nothing."""
    with keeping.reading() as rows:
        before = rows.one(Tries, person=person, what=what)
    return before.until if before is not None and before.until is not None and at < before.until else None


def good(keeping: Keeping, person: str, what: str) -> int:
    """The try was right: all is forgotten. How many wrong ones there were since the last right one."""
    with keeping.change() as rows:
        before = rows.one(Tries, person=person, what=what)
        rows.drop(Tries, person=person, what=what)
    return max(0, before.untold - 1) if before else 0


def tell(keeping: Keeping, person: str, what: str) -> int:
    """How many wrong tries there were that the person was not told of yet; now he is."""
    with keeping.change() as rows:
        before = rows.one(Tries, person=person, what=what)
        if before is None or not before.untold:
            return 0
        rows.put(replace(before, untold=0))
    return before.untold


def not_made(keeping: Keeping, person: str, what: str) -> None:
    """The try that was counted was not made after all, as the device was away."""
    with keeping.change() as rows:
        before = rows.one(Tries, person=person, what=what)
        if before is None:
            return
        if before.wrong == 0 and before.locks:
            before = replace(before, wrong=ALLOWED, locks=before.locks - 1, until=None)
        rows.put(replace(before, wrong=max(0, before.wrong - 1), untold=max(0, before.untold - 1)))
