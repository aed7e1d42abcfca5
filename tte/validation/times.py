"""Which time-stamps prove a time, long after their authorities' certificates have expired (EN 319 102-1 §5.4, §5.6).

A time-stamp is believed while its authority's certificate is valid; and later, if a time-stamp around it that is
believed shows that it existed while that certificate was valid and, by the file's own information, not revoked. So they
are looked at from the outermost inwards, each standing on the ones around it.
"""

# pyHanko is typed only in part; what comes back is checked where it is used.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from pyhanko.pdf_utils.reader import PdfFileReader

from tte.validation import crypto
from tte.validation.crypto import LATE, STAMPING, TimeStamp
from tte.validation.holdings import Holdings, Revocation, read_holdings, revocation
from tte.validation.opening import Shown
from tte.validation.trust import Trust


@dataclass(frozen=True, slots=True)
class Proof:
    """A document time-stamp that is believed: all bytes up to `end`, with the DSS `holdings` in them, are older."""

    end: int
    stamp: TimeStamp
    holdings: Holdings


def document_proofs(
    stamps: Sequence[Shown], reader: PdfFileReader, trust: Trust, at: datetime, holdings: Holdings
) -> Sequence[Proof] | None:
    """The document time-stamps that are believed at `at`; None if one of all is broken. `holdings` is the whole DSS."""
    proofs: list[Proof] = []
    for shown in sorted(stamps, key=lambda one: one.raw.end, reverse=True):
        try:
            stamp = crypto.verify_time_stamp(shown.embedded, trust, at, holdings)
        except LATE:
            return None
        if not stamp.intact:
            return None
        if believed(stamp, proofs, trust, at, holdings):
            inside = reader.get_historical_resolver(shown.embedded.signed_revision)
            proofs.append(Proof(shown.raw.end, replace(stamp, trusted=True), read_holdings(inside)))
    return proofs


def believed(stamp: TimeStamp, around: Sequence[Proof], trust: Trust, at: datetime, holdings: Holdings) -> bool:
    """Whether a time-stamp that is intact proves its time at `at`, with these proofs that it existed before."""
    ask = partial(revocation, stamp.certificate, STAMPING, trust=trust, now=at, holdings=holdings, others=stamp.others)
    if stamp.trusted and ask(at=at) is not Revocation.REVOKED:
        return True
    return any(ask(at=proof.stamp.at) is Revocation.GOOD for proof in around)
