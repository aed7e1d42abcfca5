"""What an OCSP response or a CRL says of one certificate, if it says anything that can be relied on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from tte.pades.augmentation.chains import has_purpose, issued, parsed
from tte.pades.augmentation.kept import crl_keeps, ocsp_keeps
from tte.pades.augmentation.reading import Store

_UNNAMED = timedelta(minutes=10)
"""How long an answer counts that does not say it: newer info is always there (RFC 6960 §4.2.2.1)."""
_UNUSABLE = (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm, x509.ExtensionNotFound)


@dataclass(frozen=True, slots=True)
class Statement:
    """What was said of a certificate: made `at`, superseded by `until`; revoked since `revoked_at`, or not."""

    at: datetime
    until: datetime | None
    revoked_at: datetime | None

    def good(self, moment: datetime) -> bool:
        """Whether it shows that the certificate was not revoked at that moment (EN 319 102-1 §5.2.5).

        One made later does, and so does one made earlier that was not superseded yet.
        """
        current = moment <= (self.until or self.at + _UNNAMED)
        return current and (self.revoked_at is None or self.revoked_at > moment)


def statements(store: Store, certificate: bytes, issuer: bytes) -> Iterable[Statement]:
    """All that a store says of a certificate."""
    for response in store.ocsps:
        if said := by_ocsp(response, certificate, issuer):
            yield said
    for crl in store.crls:
        if said := by_crl(crl, certificate, issuer):
            yield said


def shown_good(store: Store, certificate: bytes, issuer: bytes, moment: datetime) -> bool:
    """Whether a store shows that the certificate was not revoked at that moment."""
    return any(said.good(moment) for said in statements(store, certificate, issuer))


def ocsp_certificates(response: bytes) -> tuple[bytes, ...]:
    """The certificates that came inside an OCSP response."""
    return _ocsp_certificates(response)


def needs_no_check(certificate: bytes) -> bool:
    """A responder that is not to be asked about itself (RFC 6960 §4.2.2.2.1)."""
    try:
        parsed(certificate).extensions.get_extension_for_class(x509.OCSPNoCheck)
    except x509.ExtensionNotFound:
        return False
    return True


def is_responder(certificate: bytes) -> bool:
    """A certificate for signing OCSP responses in its issuer's name (RFC 6960 §4.2.2.2)."""
    return has_purpose(certificate, ExtendedKeyUsageOID.OCSP_SIGNING)


@lru_cache(maxsize=1024)
def by_ocsp(response: bytes, certificate: bytes, issuer: bytes) -> Statement | None:
    """What an OCSP response says of a certificate; None if it is about others, not signed by who may, or too late."""
    try:
        found = ocsp.load_der_ocsp_response(response)
        subject, above = parsed(certificate), parsed(issuer)
        for one in found.responses:
            request = ocsp.OCSPRequestBuilder().add_certificate(subject, above, one.hash_algorithm).build()
            same = (one.serial_number, one.issuer_key_hash, one.issuer_name_hash)
            if same != (request.serial_number, request.issuer_key_hash, request.issuer_name_hash):
                continue
            if one.certificate_status is ocsp.OCSPCertStatus.UNKNOWN or not _authorised(found, issuer):
                return None
            end = subject.not_valid_after_utc
            late = one.certificate_status is ocsp.OCSPCertStatus.GOOD and one.this_update_utc > end
            if late and not ocsp_keeps(response, one.serial_number, end):
                return None
            return Statement(one.this_update_utc, one.next_update_utc, one.revocation_time_utc)
    except _UNUSABLE:
        return None
    return None


@lru_cache(maxsize=64)
def by_crl(crl: bytes, certificate: bytes, issuer: bytes) -> Statement | None:
    """What a CRL says of a certificate; None if it is another issuer's, or does not speak of all its certificates.

    So too if it was issued after the certificate had expired, and does not have those.
    """
    try:
        found, above = _crl(crl), parsed(issuer)
        if found.issuer != above.subject or not _signed_by(crl, issuer):
            return None
        if not all(isinstance(one.value, _KNOWN) for one in found.extensions if one.critical):
            return None
        if not _speaks_of(found, certificate):
            return None
        entry = found.get_revoked_certificate_by_serial_number(parsed(certificate).serial_number)
        end = parsed(certificate).not_valid_after_utc
        if entry is None and found.last_update_utc > end and not crl_keeps(crl, end):
            return None
        return Statement(
            found.last_update_utc, found.next_update_utc, entry.revocation_date_utc if entry is not None else None
        )
    except _UNUSABLE:
        return None


_KNOWN = (x509.IssuingDistributionPoint, x509.AuthorityKeyIdentifier, x509.CRLNumber)


def _speaks_of(crl: x509.CertificateRevocationList, certificate: bytes) -> bool:
    """RFC 5280 §5.2.5: which certificates the CRL is about."""
    try:
        scope = crl.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value
    except x509.ExtensionNotFound:
        return True
    try:
        authority = parsed(certificate).extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        authority = False
    narrow = scope.indirect_crl or scope.only_contains_attribute_certs or scope.only_some_reasons
    return not (
        narrow or (scope.only_contains_ca_certs and not authority) or (scope.only_contains_user_certs and authority)
    )


@lru_cache(maxsize=16)
def _crl(crl: bytes) -> x509.CertificateRevocationList:
    return x509.load_der_x509_crl(crl)


@lru_cache(maxsize=16)
def _signed_by(crl: bytes, issuer: bytes) -> bool:
    return _crl(crl).is_signature_valid(parsed(issuer).public_key())  # type: ignore[arg-type]


@lru_cache(maxsize=256)
def _ocsp_certificates(response: bytes) -> tuple[bytes, ...]:
    from cryptography.hazmat.primitives.serialization import Encoding

    try:
        return tuple(one.public_bytes(Encoding.DER) for one in ocsp.load_der_ocsp_response(response).certificates)
    except ValueError:
        return ()


def _authorised(response: ocsp.OCSPResponse, issuer: bytes) -> bool:
    """Signed by the issuer, or by a responder that the issuer names (RFC 6960 §4.2.2.2)."""
    from cryptography.hazmat.primitives.serialization import Encoding

    signers = [one.public_bytes(Encoding.DER) for one in response.certificates]
    allowed = [one for one in signers if issued(one, issuer) and is_responder(one)]
    return any(_verifies(response, one) for one in (issuer, *allowed))


def _verifies(response: ocsp.OCSPResponse, certificate: bytes) -> bool:
    public, hashed = parsed(certificate).public_key(), response.signature_hash_algorithm
    value, content = response.signature, response.tbs_response_bytes
    try:
        if isinstance(public, rsa.RSAPublicKey) and hashed:
            public.verify(value, content, padding.PKCS1v15(), hashed)
        elif isinstance(public, ec.EllipticCurvePublicKey) and isinstance(hashed, hashes.HashAlgorithm):
            public.verify(value, content, ec.ECDSA(hashed))
        else:
            return False
    except InvalidSignature:
        return False
    return True
