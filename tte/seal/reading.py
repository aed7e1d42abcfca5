"""What a scanned text is worth: one verdict for any text whatever, and the facts where a key of the office spoke."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tte.seal.cbor import Malformed
from tte.seal.claims import Claim, Facts, facts_of
from tte.seal.cose import Sign1, open_message
from tte.seal.key_list import KeyList, KeyState, SealKey, Use
from tte.seal.status_list import State, StatusList, period_of
from tte.seal.text import VERSION, address_of, id_bytes, is_national, parse
from tte.seal.writing import AAD

_DAY: Final = 86400


class Verdict(StrEnum):
    """docs/seal.md says of each what a reader shows. Only GENUINE can become green, and only after comparing."""

    NATIONAL = "NATIONAL"
    NOT_A_SEAL = "NOT_A_SEAL"
    UNSEALED = "UNSEALED"
    UNREADABLE = "UNREADABLE"
    NEWER = "NEWER"
    UNKNOWN_KEY = "UNKNOWN_KEY"
    FORGED = "FORGED"
    FOREIGN_HOST = "FOREIGN_HOST"
    KEY_COMPROMISED = "KEY_COMPROMISED"
    OUT_OF_PERIOD = "OUT_OF_PERIOD"
    SPECIMEN = "SPECIMEN"
    WITHDRAWN = "WITHDRAWN"
    UNDER_REVIEW = "UNDER_REVIEW"
    REPLACED = "REPLACED"
    GENUINE_STATUS_UNKNOWN = "GENUINE_STATUS_UNKNOWN"
    GENUINE_STATUS_OLD = "GENUINE_STATUS_OLD"
    GENUINE = "GENUINE"


_OF_STATE: Final = {
    State.WITHDRAWN: Verdict.WITHDRAWN,
    State.UNDER_REVIEW: Verdict.UNDER_REVIEW,
    State.REPLACED: Verdict.REPLACED,
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A verdict; and, once a key of the office verified, what it sealed. `status_at`: of when the status list is."""

    verdict: Verdict
    id: str = ""
    office: str = ""
    facts: Facts | None = None
    status_at: int | None = None


def read(text: str, lists: Sequence[KeyList], status: Mapping[tuple[int, int], StatusList], now: int) -> Reading:
    """What this text is worth, by the key lists and status lists (by office and period) at hand. Never raises.

    `now` is in seconds since 1970-01-01.
    """
    parts = parse(text)
    if parts is None:
        return Reading(_of_other_text(text, lists))
    if parts.version != VERSION:
        return Reading(Verdict.NEWER)
    try:
        message = open_message(parts.message)
    except Malformed:
        return Reading(Verdict.UNREADABLE)
    if message.typ:
        return Reading(Verdict.UNREADABLE)
    able = [(one, key) for one in lists for key in one.keys if key.use is Use.SEAL and key.kid == message.kid]
    if not able:
        return Reading(Verdict.UNKNOWN_KEY)
    signed = _signed(message, parts.id, able)
    if signed is None:
        return Reading(Verdict.FORGED)
    keys, key = signed
    try:
        facts = facts_of(message.payload)
    except Malformed:
        return Reading(Verdict.UNREADABLE)
    if facts[Claim.OFFICE] != keys.office:
        return Reading(Verdict.FORGED)
    verdict, status_at = _judged(parts.host, parts.id, facts, keys, key, status, now)
    return Reading(verdict, parts.id, keys.name, facts, status_at)


def _of_other_text(text: str, lists: Sequence[KeyList]) -> Verdict:
    if is_national(text):
        return Verdict.NATIONAL
    match address_of(text):
        case (_, True):
            return Verdict.UNREADABLE
        case (host, _) if any(host in keys.hosts for keys in lists):
            return Verdict.UNSEALED
    return Verdict.NOT_A_SEAL


def _signed(message: Sign1, id: str, able: Sequence[tuple[KeyList, SealKey]]) -> tuple[KeyList, SealKey] | None:  # noqa: A002
    aad = AAD + id_bytes(id)
    return next(((keys, key) for keys, key in able if message.signed_by(key.xy, aad)), None)


def _judged(
    host: str,
    id: str,  # noqa: A002
    facts: Facts,
    keys: KeyList,
    key: SealKey,
    status: Mapping[tuple[int, int], StatusList],
    now: int,
) -> tuple[Verdict, int | None]:
    """Of a seal that the office's key made: the first that applies, and of when the status is."""
    issued = facts[Claim.ISSUED]
    assert isinstance(issued, int)  # noqa: S101  `facts_of` has checked it; for the type checker
    if host not in keys.hosts:
        return Verdict.FOREIGN_HOST, None
    if key.state is KeyState.COMPROMISED:
        return Verdict.KEY_COMPROMISED, None
    if not key.since <= issued <= key.until or issued * _DAY > now + _DAY:
        return Verdict.OUT_OF_PERIOD, None
    if key.state is KeyState.TEST:
        return Verdict.SPECIMEN, None
    known = status.get((keys.office, period_of(issued)))
    if known is None:
        return Verdict.GENUINE_STATUS_UNKNOWN, None
    state = known.state(id)
    if state is not None:
        return _OF_STATE[state], known.made
    fresh = now <= known.until and now <= keys.renewed_by
    return (Verdict.GENUINE if fresh else Verdict.GENUINE_STATUS_OLD), known.made
