"""One certificate's status, asked of a responder (RFC 6960, in the light profile of RFC 5019)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final

from asn1crypto.keys import PublicKeyInfo
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, SignatureAlgorithmOID

from tte.errors import Fault, ServiceUnavailable
from tte.services.evidence import Evidence, Times
from tte.services.issued import Issued
from tte.services.reading import MOST_CERTIFICATES, no_answer, reading
from tte.services.signature import issued_by, signed_by

_WHAT: Final = "the OCSP answer"
_ID_HASH: Final = hashes.SHA1()  # noqa: S303 (it names the issuer, no more: RFC 5019 §2.1.1)
_PKCS1_OR_ECDSA: Final = frozenset(
    {
        SignatureAlgorithmOID.RSA_WITH_SHA256,
        SignatureAlgorithmOID.RSA_WITH_SHA384,
        SignatureAlgorithmOID.RSA_WITH_SHA512,
        SignatureAlgorithmOID.ECDSA_WITH_SHA256,
        SignatureAlgorithmOID.ECDSA_WITH_SHA384,
        SignatureAlgorithmOID.ECDSA_WITH_SHA512,
    }
)


def request(about: Issued) -> bytes:
    """An OCSPRequest without a nonce, so that responders can answer from what they have made already."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(about.certificate, about.issuer, _ID_HASH)
    return builder.build().public_bytes(Encoding.DER)


def read_ocsp(answer: bytes, about: Issued, times: Times) -> tuple[Evidence, bytes | None]:
    """What the answer shows, and the certificate of the responder that signed it, None if it was the issuer itself.

    ServiceUnavailable with fault NO_ANSWER, REJECTED (also for a certificate that the responder does not know),
    OUTSIDE_VALIDITY, WRONG_SIGNATURE, or WRONG_PURPOSE and UNTRUSTED of the responder's certificate.
    """
    with reading("OCSP answer"):
        response = ocsp.load_der_ocsp_response(answer)
        if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            why = response.response_status.name.lower().replace("_", " ")
            raise ServiceUnavailable(f"the responder does not answer: {why}", Fault.REJECTED)
        if len([*response.responses]) != 1 or not _is_about(response, about):
            raise no_answer(f"{_WHAT} is about another certificate")
        if any(one.critical for one in (*response.extensions, *response.single_extensions)):
            raise no_answer(f"{_WHAT} is of a kind that we do not know")
        signed_with = _responder(response, about, times)
        at = response.this_update_utc
        until = response.next_update_utc or at + times.unnamed
        times.check(at, until, _WHAT)
        if response.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
            raise ServiceUnavailable("the responder does not know the certificate", Fault.REJECTED)
        certificates = tuple(one.public_bytes(Encoding.DER) for one in response.certificates)
        responder = None if signed_with is about.issuer else signed_with.public_bytes(Encoding.DER)
        return Evidence(answer, None, certificates, at, until, response.revocation_time_utc), responder


def _is_about(response: ocsp.OCSPResponse, about: Issued) -> bool:
    """Whether the CertID, by whichever hash, names this certificate and this issuer (RFC 6960 §4.1.1)."""
    name = response.hash_algorithm.name
    if name not in ("sha1", "sha256", "sha384", "sha512"):
        return False
    return (
        response.serial_number == about.certificate.serial_number
        and response.issuer_name_hash == hashlib.new(name, about.issuer.subject.public_bytes()).digest()
        and response.issuer_key_hash == hashlib.new(name, _key_bits(about.issuer)).digest()
    )


def _responder(response: ocsp.OCSPResponse, about: Issued, times: Times) -> x509.Certificate:
    """The certificate that the answer is signed with: the issuer's, or one that it issued for this (§4.2.2.2)."""
    if response.signature_algorithm_oid not in _PKCS1_OR_ECDSA or len(response.certificates) > MOST_CERTIFICATES:
        raise ServiceUnavailable(f"{_WHAT} is signed in a way that we do not take", Fault.WRONG_SIGNATURE)
    algorithm = response.signature_hash_algorithm
    for one in _named(response, about):
        if signed_by(
            one.public_key(),
            response.signature,
            response.tbs_response_bytes,
            algorithm.name if algorithm else None,
            padded=None,
        ):
            if one is not about.issuer:
                _check_delegated(one, about.issuer, times)
            return one
    raise ServiceUnavailable(f"{_WHAT}'s signature does not verify", Fault.WRONG_SIGNATURE)


def _named(response: ocsp.OCSPResponse, about: Issued) -> Iterator[x509.Certificate]:
    for one in (about.issuer, *response.certificates):
        if response.responder_name == one.subject or (
            response.responder_key_hash is not None
            and response.responder_key_hash == x509.SubjectKeyIdentifier.from_public_key(one.public_key()).digest
        ):
            yield one


def _check_delegated(responder: x509.Certificate, issuer: x509.Certificate, times: Times) -> None:
    if not issued_by(responder, issuer):
        raise ServiceUnavailable("the responder's certificate is by another issuer", Fault.UNTRUSTED)
    purposes = [one.value for one in responder.extensions if isinstance(one.value, x509.ExtendedKeyUsage)]
    usages = [one.value for one in responder.extensions if isinstance(one.value, x509.KeyUsage)]
    if not any(ExtendedKeyUsageOID.OCSP_SIGNING in one for one in purposes) or not all(
        one.digital_signature or one.content_commitment for one in usages
    ):
        raise ServiceUnavailable("the responder's certificate is not for signing OCSP answers", Fault.WRONG_PURPOSE)
    if not responder.not_valid_before_utc <= times.now <= responder.not_valid_after_utc:
        raise ServiceUnavailable("the responder's certificate is not valid now", Fault.OUTSIDE_VALIDITY)


def _key_bits(certificate: x509.Certificate) -> bytes:
    """The subjectPublicKey bits, without their algorithm: what key hashes are over."""
    info = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    bits: bytes = PublicKeyInfo.load(info)["public_key"].contents[1:]
    return bits
