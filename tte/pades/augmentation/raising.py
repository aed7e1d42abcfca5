"""`augment` and `renew`: the steps one after the other, as far as the services allow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tte.errors import CertificateExpired, LintError, Problem, ServiceUnavailable
from tte.model import Level
from tte.pades.augmentation import chains
from tte.pades.augmentation.gathering import Gathering
from tte.pades.augmentation.reading import Store
from tte.pades.augmentation.revisions import with_store
from tte.pades.augmentation.services import Services
from tte.pades.augmentation.standing import Standing
from tte.pades.augmentation.steps import (
    document_time_stamped,
    signature_time_stamped,
    standing_of,
    with_validation_data,
)

_STEPS: Final[dict[Level, Callable[[Standing, Services], bytes]]] = {
    Level.B_T: signature_time_stamped,
    Level.B_LT: with_validation_data,
    Level.B_LTA: document_time_stamped,
}


@dataclass(frozen=True, slots=True)
class Augmented:
    """What became of a file: `pdf`, which has `level`.

    `until`: when the certificate of its newest time-stamp expires; it is renewed before that. `stopped`: why the level
    is lower than asked for; every step that succeeded is in `pdf`.
    """

    pdf: bytes
    level: Level
    until: datetime | None = None
    stopped: ServiceUnavailable | None = None


def augment(pdf: bytes, level: Level, services: Services) -> Augmented:
    """Raise a signed file to a level (EN 319 142-1 §6), or as near to it as the services allow.

    A file that has the level comes back as it is. Of several signatures, all reach it. What was signed is not changed.

    LintError for a file that is unsigned, encrypted, damaged or changed, or whose signatures keep to no baseline.
    CertificateRevoked, CertificateExpired or CertificateNotYetValid if a time-stamp now would prove nothing.
    """
    standing = _baseline(pdf, services)
    for goal, step in _STEPS.items():
        if not level.reaches(goal) or standing.level.reaches(goal):
            continue
        try:
            raised = step(standing, services)
        except ServiceUnavailable as why:
            return _augmented(standing, why)
        standing = standing_of(raised, services)
    return _augmented(standing)


def renew(pdf: bytes, services: Services) -> Augmented:
    """A new document time-stamp, over new revocation info of the valid time-stamps (EN 319 142-1 §5.4.3).

    So the file can be relied on for as long as the new time-stamp; to be done before the newest one runs out:
    CertificateExpired if that is too late. Otherwise it raises what `augment` does. If a service fails, the file comes
    back as it was, with `stopped`.
    """
    standing = _baseline(pdf, services)
    if not standing.level.reaches(Level.B_LT):
        raise LintError("only a file with validation data can be renewed", (), hint="raise it to B-LTA first")
    now = services.time_stamps.now
    if standing.until is not None and now > standing.until:
        raise _too_late()
    try:
        gathering = Gathering(standing, services.revocations)
        for proof in standing.all_proofs:  # of one that has expired nothing new can be learned
            gathering.for_stamp(proof.chain, proof.at, anew=now <= chains.until(proof.chain))
        stored = with_store(pdf, gathering.added) if gathering.added != Store() else pdf
        renewed = standing_of(document_time_stamped(standing_of(stored, services), services), services)
    except ServiceUnavailable as why:
        return _augmented(standing, why)
    newest = max(proof.at for proof in renewed.all_proofs)
    if standing.until is not None and newest > standing.until:
        raise _too_late()
    return _augmented(renewed)


def _too_late() -> CertificateExpired:
    return CertificateExpired(
        "the certificate of the newest time-stamp has expired, so it is too late to renew it",
        hint="nothing in the file shows any more when it was signed; issue the document anew under another number",
    )


def _augmented(standing: Standing, stopped: ServiceUnavailable | None = None) -> Augmented:
    return Augmented(standing.reading.pdf, standing.level, standing.until, stopped)


def _baseline(pdf: bytes, services: Services) -> Standing:
    standing = standing_of(pdf, services)
    problems = [
        Problem(one.field or "signature", "keeps to no PAdES baseline level, so there is none to raise it to")
        for one in standing.reading.signatures
        if not one.baseline
    ]
    if problems:
        raise LintError("the file cannot be raised", problems, hint="only PAdES baseline signatures have a level")
    return standing
