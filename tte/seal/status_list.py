"""The status list: which sealed documents of an office are in force no longer, for all that were issued in 32 days.

It names only those, by 8 bytes of a digest of their ids. So a reader fetches whole lists and nobody learns which
document it looks at; who holds no document learns nothing from a list; and nothing needs to be drawn, reserved or
remembered when a seal is made. docs/seal.md compares it with a Token Status List.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from tte.seal import cose
from tte.seal.cbor import Malformed, decode, encode
from tte.seal.key_list import KeyList, Use

TYP: Final = "application/tte-status+cose"
DAYS: Final = 32
"""Days of issue in one list: `period` = day div 32."""
MARK: Final = 8
_MOST_BYTES: Final = 4 << 20


class State(IntEnum):
    """What has become of a document that is listed."""

    WITHDRAWN = 1
    UNDER_REVIEW = 2
    REPLACED = 3


@dataclass(frozen=True, slots=True)
class StatusList:
    """`made` and `until` are seconds since 1970-01-01; `ended` the sorted marks of each state, one after the other."""

    office: int
    period: int
    made: int
    until: int
    ended: Mapping[int, bytes]

    def state(self, id: str) -> State | None:  # noqa: A002 (the house's word)
        """What has become of a document; None while it is in force."""
        wanted = mark(id)
        for state, marks in self.ended.items():
            places = range(0, len(marks), MARK)
            at = bisect_left(places, wanted, key=lambda place: marks[place : place + MARK])
            if marks[at * MARK : at * MARK + MARK] == wanted:
                return State(state)
        return None


def mark(id: str) -> bytes:  # noqa: A002
    """How a document is named in a list: the first 8 bytes of SHA-256 over the letters of its id."""
    return hashlib.sha256(id.encode()).digest()[:MARK]


def period_of(day: int) -> int:
    """In which list a document is that was issued on this day (since 1970-01-01)."""
    return day // DAYS


def write_status_list(
    office: int, period: int, made: int, until: int, ended: Mapping[State, Iterable[str]], key: EllipticCurvePrivateKey
) -> bytes:
    """The list as it is published; `ended` are ids by state."""
    marks = {int(state): b"".join(sorted(set(map(mark, ids)))) for state, ids in ended.items()}
    said = {
        "office": office,
        "period": period,
        "made": made,
        "until": until,
        "ended": {state: some for state, some in marks.items() if some},
    }
    return cose.write(encode(said), key, typ=TYP)


def read_status_list(message: bytes, keys: KeyList, period: int) -> StatusList:
    """The list of this period, if a status key of that office signed it; else Malformed."""
    if len(message) > _MOST_BYTES:
        raise Malformed("a status list of more than 4 MiB")
    opened = cose.open_message(message)
    able = (key for key in keys.keys if key.use is Use.STATUS and key.kid == opened.kid)
    if opened.typ != TYP or not any(opened.signed_by(key.xy, b"") for key in able):
        raise Malformed("no status list signed by this office")
    found = _status_list(decode(opened.payload))
    if (found.office, found.period) != (keys.office, period):
        raise Malformed("the status list of another office or period")
    return found


def _status_list(said: object) -> StatusList:
    match said:
        case {
            "office": int() as office,
            "period": int() as period,
            "made": int() as made,
            "until": int() as until,
            "ended": dict() as ended,
        }:
            return StatusList(office, period, made, until, dict(map(_marks, ended.items())))
    raise Malformed("a status list that lacks something")


def _marks(said: tuple[int | str, object]) -> tuple[int, bytes]:
    state, marks = said
    if state in tuple(State) and isinstance(state, int) and isinstance(marks, bytes) and len(marks) % MARK == 0:
        each = (marks[place : place + MARK] for place in range(0, len(marks), MARK))
        if all(one < following for one, following in pairwise(each)):
            return state, marks
    raise Malformed("marks of an unknown state, or out of order")
