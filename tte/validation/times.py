"""Which time-stamps prove a time, long after their authorities' certificates have expired (EN 319 102-1 §5.4, §5.6).

A time-stamp is believed while its authority's certificate is valid; and later, if a time-stamp around it that is
believed shows that it existed while that certificate was valid and, by the file's own information, not revoked. So they
are looked at from the outermost inwards, each standing on the ones around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from tte.validation import crypto
from tte.validation.crypto import LATE, STAMPING, TimeStamp
from tte.validation.holdings import Holdings, Revocation, revocation
from tte.validation.shown import Shown
from tte.validation.trust import Trust


@dataclass(frozen=True, slots=True)
class Proof:
    """A document time-stamp that is believed: all bytes up to `end`, with the DSS `holdings` in them, are older."""

    end: int
    stamp: TimeStamp
    holdings: Holdings


def document_proofs(stamps: Sequence[Shown], trust: Trust, at: datetime, holdings: Holdings) -> Sequence[Proof]:
    """The document time-stamps that are believed at `at`. `holdings` is the whole DSS.

    That they hold was shown before; one that the library cannot follow proves nothing.
    """
    proofs: list[Proof] = []
    for shown in sorted(stamps, key=lambda one: one.raw.end, reverse=True):
        try:
            stamp = crypto.verify_time_stamp(shown.embedded, trust, at, holdings)
        except LATE:
            continue
        if stamp.intact and believed(stamp, proofs, trust, at, holdings):
            proofs.append(Proof(shown.raw.end, replace(stamp, trusted=True), shown.held()))
    return proofs


def believed(stamp: TimeStamp, around: Sequence[Proof], trust: Trust, at: datetime, holdings: Holdings) -> bool:
    """Whether a time-stamp that is intact proves its time at `at`, with these proofs that it existed before."""
    ask = partial(revocation, stamp.certificate, STAMPING, trust=trust, now=at, holdings=holdings, others=stamp.others)
    if stamp.trusted and ask(at=at) is not Revocation.REVOKED:
        return True
    return any(ask(at=proof.stamp.at) is Revocation.GOOD for proof in around)
