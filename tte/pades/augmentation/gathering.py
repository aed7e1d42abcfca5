"""Revocation info for every certificate that a file relies on, as far as its DSS does not have it.

Where it can be had, the signing certificate's is issued after the proven time of the signature, so that it speaks of
that time and not of the day before. Where a CA has nothing newer, as with a CRL that is issued once a week, one is
taken that was not yet superseded at that time, and it is enough for B-LT (EN 319 102-1 §5.2.5).
"""

from __future__ import annotations

from datetime import datetime

from tte.errors import CertificateRevoked, Fault, ServiceUnavailable
from tte.pades.augmentation.chains import Chain, links
from tte.pades.augmentation.evidence import ocsp_certificates, shown_good, statements
from tte.pades.augmentation.reading import Signature, Store
from tte.pades.augmentation.services import Evidence, Revocations
from tte.pades.augmentation.standing import Standing, unchecked_responders


class Gathering:
    """What is to be added to the DSS of a file. ServiceUnavailable where something needed cannot be had."""

    def __init__(self, standing: Standing, revocations: Revocations) -> None:
        self._standing, self._revocations = standing, revocations
        self._certificates: dict[bytes, None] = {}
        self._ocsps: dict[bytes, None] = {}
        self._crls: dict[bytes, None] = {}

    @property
    def added(self) -> Store:
        """All that was found and is not in the file yet; a certificate is in a file once, wherever that is."""
        there = self._standing.reading.store
        known = {*self._standing.known, *(one for response in self._ocsps for one in ocsp_certificates(response))}
        return Store(
            tuple(one for one in self._certificates if one not in known),
            tuple(one for one in self._ocsps if one not in there.ocsps),
            tuple(one for one in self._crls if one not in there.crls),
        )

    def for_signature(self, signature: Signature) -> None:
        """Of its chain and its time-stamps' chains. CertificateRevoked if its own was revoked at the proven time."""
        proofs = self._standing.proofs(signature)
        at = min(proof.at for proof in proofs)
        chain = self._standing.chain(signature.signed.certificate)
        if chain is None:
            raise ServiceUnavailable(
                "the chain of the signing certificate leads to no anchor that is trusted here",
                Fault.UNTRUSTED,
                sent=False,
                hint="put the PEM certificate of its root into keys/trust/",
            )
        try:
            self._for_chain(chain, at, fresh=True)
        except _Revoked:
            raise CertificateRevoked(
                "the signing certificate, or one above it, was revoked before the time that is proven",
                hint="the document stays at its level; issue it anew under another number, with another key",
            ) from None
        for proof in proofs:
            self.for_stamp(proof.chain, proof.at)

    def for_stamp(self, chain: Chain, at: datetime, *, anew: bool = False) -> None:
        """Of a time-stamp's chain. `anew`: even if the file has some for that time."""
        try:
            self._for_chain(chain, at, anew=anew)
        except _Revoked:
            raise ServiceUnavailable(
                "the certificate of a time-stamp authority, or one above it, was revoked", Fault.REVOKED
            ) from None

    def _for_chain(self, chain: Chain, at: datetime, *, fresh: bool = False, anew: bool = False) -> None:
        self._certificates.update(dict.fromkeys(chain))
        for place, (certificate, issuer) in enumerate(links(chain)):
            self._for_one(certificate, issuer, at, fresh_after=at if fresh and not place else None, anew=anew)

    def _for_one(
        self,
        certificate: bytes,
        issuer: bytes,
        at: datetime,
        *,
        fresh_after: datetime | None = None,
        anew: bool = False,
    ) -> None:
        if not anew and shown_good(self._all, certificate, issuer, at):
            return
        evidence = self._ask(certificate, issuer, fresh_after)
        if evidence.revoked_at is not None and evidence.revoked_at <= at:
            raise _Revoked
        found = Store((), *((() if one is None else (one,)) for one in (evidence.ocsp, evidence.crl)))
        if not shown_good(found, certificate, issuer, at):
            if found != Store() and not any(statements(found, certificate, issuer)):
                raise ServiceUnavailable(
                    "the revocation info that came need not name this certificate, as where it had expired by then",
                    Fault.OUTSIDE_VALIDITY,
                    hint="the document stays at its level; only a CA that keeps expired certificates can prove more",
                )
            raise ServiceUnavailable(
                "the revocation info that came does not speak of the time that is proven", Fault.OUTSIDE_VALIDITY
            )
        self._certificates.update(dict.fromkeys(evidence.certificates))
        self._ocsps.update(dict.fromkeys(found.ocsps))
        self._crls.update(dict.fromkeys(found.crls))
        for responder in unchecked_responders(found.ocsps, issuer):
            self._for_one(responder, issuer, at, anew=anew)

    def _ask(self, certificate: bytes, issuer: bytes, fresh_after: datetime | None) -> Evidence:
        try:
            return self._revocations.of(certificate, issuer, fresh_after=fresh_after)
        except ServiceUnavailable as why:
            if fresh_after is None or not why.sent:
                raise
        return self._revocations.of(certificate, issuer)

    @property
    def _all(self) -> Store:
        there = self._standing.reading.store
        return Store((), (*there.ocsps, *self._ocsps), (*there.crls, *self._crls))


class _Revoked(Exception):
    """A certificate was revoked; what that means depends on whose it is."""


def gathered(standing: Standing, revocations: Revocations) -> Store:
    """What has to be added for all signatures; each has a proof of time."""
    gathering = Gathering(standing, revocations)
    for signature in standing.reading.signatures:
        gathering.for_signature(signature)
    return gathering.added
