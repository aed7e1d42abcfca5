"""A list of all that an issuer has revoked (RFC 5280 §5, §6.3): whole and by the issuer itself, or it is not taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import CRLEntryExtensionOID

from tte.errors import Fault, ServiceUnavailable
from tte.services.evidence import Evidence, Times
from tte.services.issued import Issued, uris
from tte.services.reading import no_answer, reading
from tte.services.signature import HASHES

_WHAT: Final = "the CRL"
_KNOWN: Final = frozenset({CRLEntryExtensionOID.CRL_REASON, CRLEntryExtensionOID.INVALIDITY_DATE})
"""Of an entry; any other that is critical says something about the entry that we do not understand (§5.3)."""


@dataclass(frozen=True, slots=True)
class Crl:
    """A CRL whose signature is its issuer's and which counts until `until`."""

    der: bytes
    at: datetime
    until: datetime
    scope: x509.IssuingDistributionPoint | None
    parsed: x509.CertificateRevocationList

    def about(self, one: Issued) -> Evidence:
        """What it says of a certificate of its issuer. ServiceUnavailable with fault NO_ANSWER if it covers others."""
        if self.scope is not None:
            _check_scope(self.scope, one)
        with reading("CRL"):
            entry = self.parsed.get_revoked_certificate_by_serial_number(one.certificate.serial_number)
            revoked_at = None
            if entry is not None:
                if any(extension.critical and extension.oid not in _KNOWN for extension in entry.extensions):
                    raise no_answer(f"{_WHAT} says something of the certificate that we do not know")
                revoked_at = entry.revocation_date_utc
        return Evidence(None, self.der, (), self.at, self.until, revoked_at)


def read_crl(answer: bytes, issuer: x509.Certificate, times: Times) -> Crl:
    """The CRL. ServiceUnavailable with fault NO_ANSWER (also for a delta or indirect CRL), UNTRUSTED for another
    issuer's, WRONG_PURPOSE if the issuer may not sign one, WRONG_SIGNATURE, OUTSIDE_VALIDITY.
    """
    with reading("CRL"):
        parsed = x509.load_der_x509_crl(answer)
        scope = _scope(parsed)
        if parsed.issuer != issuer.subject:
            raise ServiceUnavailable(f"{_WHAT} is by another issuer", Fault.UNTRUSTED)
        if not all(one.value.crl_sign for one in issuer.extensions if isinstance(one.value, x509.KeyUsage)):
            raise ServiceUnavailable("the issuer may not sign CRLs", Fault.WRONG_PURPOSE)
        if not _is_signed(parsed, issuer):
            raise ServiceUnavailable(f"{_WHAT}'s signature does not verify", Fault.WRONG_SIGNATURE)
        at, until = parsed.last_update_utc, parsed.next_update_utc
        if until is None:
            raise no_answer(f"{_WHAT} does not say for how long it counts")
        times.check(at, until, _WHAT)
        return Crl(answer, at, until, scope, parsed)


def _is_signed(parsed: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    algorithm = parsed.signature_hash_algorithm
    if algorithm is None or algorithm.name not in HASHES:
        return False
    public = issuer.public_key()
    return isinstance(public, (rsa.RSAPublicKey, ec.EllipticCurvePublicKey)) and parsed.is_signature_valid(public)


def _scope(parsed: x509.CertificateRevocationList) -> x509.IssuingDistributionPoint | None:
    """The one critical extension that is understood (§5.2.5)."""
    found = None
    for extension in parsed.extensions:
        if isinstance(extension.value, x509.IssuingDistributionPoint):
            found = extension.value
        elif extension.critical or isinstance(extension.value, x509.DeltaCRLIndicator):
            raise no_answer(f"{_WHAT} is of a kind that we do not know")
    if found is not None and (found.indirect_crl or found.only_some_reasons or found.only_contains_attribute_certs):
        raise no_answer(f"{_WHAT} does not list all that is revoked, or others' certificates too")
    return found


def _check_scope(scope: x509.IssuingDistributionPoint, one: Issued) -> None:
    """It must be the list that the certificate names, not another one of the same issuer (§6.3.3 b 2)."""
    named = scope.full_name is None and scope.relative_name is None
    named = named or not one.distribution_points.isdisjoint(uris(scope.full_name or ()))
    if not named or (scope.only_contains_user_certs and one.is_ca) or (scope.only_contains_ca_certs and not one.is_ca):
        raise no_answer(f"{_WHAT} is not the one that covers the certificate")
