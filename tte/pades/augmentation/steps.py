"""The steps from B-B to B-LTA, each usable alone: a file goes in, a file with one thing more comes out.

What was signed is never changed: each step writes into room that no signature covers, or adds a revision after it.
Every step raises LintError for a file that cannot be raised, and ServiceUnavailable if what it needs cannot be had.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from tte.errors import CertificateExpired, CertificateNotYetValid, Fault, ServiceUnavailable
from tte.pades.augmentation import chains
from tte.pades.augmentation.der import NotDer
from tte.pades.augmentation.gathering import gathered
from tte.pades.augmentation.reading import Reading, Signature, Store, read
from tte.pades.augmentation.revisions import awaiting_time_stamp, with_store
from tte.pades.augmentation.services import Services
from tte.pades.augmentation.signed_data import with_time_stamp
from tte.pades.augmentation.standing import Standing
from tte.pades.augmentation.update import filled

_LEAST_ROOM = 1024
"""No token is shorter than this; where there is less room for one, none is asked for."""
_USUAL_TOKEN, _SPARE = 8192, 256
"""Bytes that a document time-stamp gets in a file without any time-stamp, and beyond the longest one in it."""


def add_signature_time_stamp(pdf: bytes, services: Services) -> bytes:
    """B-T: a time-stamp for every signature that has none that is trusted (EN 319 142-1 §5.3, §6.3).

    A single one gets it inside its CMS, if there is room and nothing later covers it; else one document time-stamp
    after them all does the same. CertificateExpired or CertificateNotYetValid if the proven time is outside the
    validity of a signing certificate, for then it would prove nothing. The same file if nothing is missing.
    """
    return signature_time_stamped(standing_of(pdf, services), services)


def add_validation_data(pdf: bytes, services: Services) -> bytes:
    """B-LT: revocation info and certificates of all chains in the DSS, as far as they are not there (§5.4.2).

    The chains are those of the signatures, of their time-stamps, and of OCSP responders that need a check themselves.
    Every signature has a time-stamp before (LookupError). CertificateRevoked if a signing certificate was revoked at
    the time that is proven. The same file if nothing is missing.
    """
    return with_validation_data(standing_of(pdf, services), services)


def add_document_time_stamp(pdf: bytes, services: Services) -> bytes:
    """B-LTA, over a file with validation data: a document time-stamp over all there is (§5.4.3).

    CertificateExpired or CertificateNotYetValid as for a signature time-stamp.
    """
    return document_time_stamped(standing_of(pdf, services), services)


def standing_of(pdf: bytes, services: Services) -> Standing:
    """Where a file stands for these services' anchors. LintError if it cannot be raised."""
    return Standing(read(pdf), services.anchors)


def signature_time_stamped(standing: Standing, services: Services) -> bytes:
    """`add_signature_time_stamp` for a file that was read already."""
    missing = _unproven(standing)
    if not missing:
        return standing.reading.pdf
    if len(missing) == 1 and (stamped := _stamped(standing, missing[0], services)):
        return stamped
    return document_time_stamped(standing, services)


def with_validation_data(standing: Standing, services: Services) -> bytes:
    """`add_validation_data` for a file that was read already."""
    if _unproven(standing):
        raise LookupError("a signature has no time-stamp yet")
    pdf, added = standing.reading.pdf, gathered(standing, services.revocations)
    return pdf if added == Store() else with_store(pdf, added)


def document_time_stamped(standing: Standing, services: Services) -> bytes:
    """`add_document_time_stamp` for a file that was read already."""
    missing = _unproven(standing)
    for signature in missing:
        _check_validity(
            signature, services.time_stamps.now
        )  # a time-stamp costs money, and this one would be for nothing
    room = _room(standing.reading)
    for _ in range(2):
        waiting = awaiting_time_stamp(standing.reading.pdf, room)
        stamp = services.time_stamps.stamp(waiting.digest(), "sha256")
        for signature in missing:
            _check_validity(signature, stamp.at)
        if len(stamp.token) <= waiting.room:
            return waiting.stamped(stamp.token)
        room = len(stamp.token) + _SPARE
    raise ServiceUnavailable("time-stamps came that are longer each time", Fault.NO_ANSWER)


def _stamped(standing: Standing, signature: Signature, services: Services) -> bytes | None:
    """The file with a time-stamp inside a signature; None if it cannot be there."""
    reading = standing.reading
    if reading.covered(signature) or signature.room - signature.length < _LEAST_ROOM:
        return None
    _check_validity(signature, services.time_stamps.now)
    stamp = services.time_stamps.stamp(hashlib.sha256(signature.signed.signature).digest(), "sha256")
    _check_validity(signature, stamp.at)
    try:
        value = with_time_stamp(signature.value[: signature.length], stamp.token)
    except NotDer:
        return None
    return filled(reading.pdf, signature.gap, value) if len(value) <= signature.room else None


def _check_validity(signature: Signature, at: datetime) -> None:
    certificate = chains.parsed(signature.signed.certificate)
    if at > certificate.not_valid_after_utc:
        raise CertificateExpired(
            "the signing certificate has expired, and no time-stamp proves that the signature is older",
            hint="too late for a time-stamp: the document stays at its level; issue it anew under another number",
        )
    if at < certificate.not_valid_before_utc:
        raise CertificateNotYetValid("the signing certificate is not yet valid at the time of the time-stamp")


def _unproven(standing: Standing) -> list[Signature]:
    return [one for one in standing.reading.signatures if not standing.proofs(one)]


def _room(reading: Reading) -> int:
    stamps = [*(one.stamp for one in reading.stamps), *(one for each in reading.signatures for one in each.stamps)]
    return max((stamp.size + _SPARE for stamp in stamps), default=_USUAL_TOKEN)
