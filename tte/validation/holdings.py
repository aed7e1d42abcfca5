"""Chains judged offline: the anchors, the certificates and revocation information that the file itself holds.

Nothing is fetched: revocation information comes from the file's own DSS or not at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from asn1crypto import x509

from tte.validation.kept import Kept
from tte.validation.trust import Trust

_MOMENTS = 8
"""How many later times revocation is looked at, at most."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the file's DSS holds (EN 319 142-1 §5.4.2); empty if it has none."""

    certificates: tuple[x509.Certificate, ...] = ()
    crls: tuple[Any, ...] = ()
    ocsps: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """What a certificate must be good for: one of these extended key usages, as asn1crypto names them; or anything."""

    purposes: frozenset[str] = frozenset()


class Revocation(Enum):
    """What the file's own revocation information says about a chain at a time."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


_found: Kept[bytes, Revocation] = Kept(1024)
"""What was found lately, by all that it follows from."""


def revocation(
    certificate: x509.Certificate,
    usage: Usage,
    *,
    trust: Trust,
    at: datetime,
    now: datetime,
    holdings: Holdings,
    others: Iterable[x509.Certificate] = (),
) -> Revocation:
    """GOOD if the chain holds at `at` and the file shows that no certificate below the anchor was revoked by then.

    REVOKED if the file shows that one had been; UNKNOWN otherwise, also if the chain fails elsewhere. Revocation info
    that was issued later, up to `now`, is looked at with the eyes of its own time too, as a responder's certificate may
    be younger than `at`: a chain that is good later was not revoked before.
    """
    if not (holdings.crls or holdings.ocsps):
        return Revocation.UNKNOWN
    others = tuple(others)
    found = _revocation(certificate, usage, trust, at, holdings, others)
    if found is not Revocation.UNKNOWN or not certificate.not_valid_before <= at <= certificate.not_valid_after:
        return found
    from tte.validation.certvalidator import issued

    later = {one for one in issued(holdings) if at < one <= now}
    for moment in sorted(later)[:_MOMENTS]:
        if _revocation(certificate, usage, trust, moment, holdings, others) is Revocation.GOOD:
            return Revocation.GOOD
    return found


def _revocation(
    certificate: x509.Certificate,
    usage: Usage,
    trust: Trust,
    at: datetime,
    holdings: Holdings,
    others: tuple[x509.Certificate, ...],
) -> Revocation:
    """What was found before for the very same bytes, time and anchors is found again: a batch shares all of them."""
    key = _name(certificate, usage, trust, at, (*holdings.certificates, *holdings.crls, *holdings.ocsps, *others))
    known = _found.get(key)
    if known is None:
        from tte.validation.certvalidator import looked_up

        known = _found.put(key, looked_up(certificate, usage, trust, at, holdings, others))
    return known


def _name(certificate: x509.Certificate, usage: Usage, trust: Trust, at: datetime, held: Iterable[Any]) -> bytes:
    """SHA-256 over all that the answer follows from."""
    asked = (sorted(usage.purposes), at.isoformat())
    whole = hashlib.sha256(repr(asked).encode())
    for der in (certificate.dump(), *trust.anchors, b"", *(one.dump() for one in held)):
        whole.update(len(der).to_bytes(8, "big"))
        whole.update(der)
    return whole.digest()
