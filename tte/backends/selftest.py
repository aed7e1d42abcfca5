"""What a key must show before anybody may sign with it: a service that starts can sign.

The cheap questions come first; the key signs only when it is known to be the right one.
"""

from __future__ import annotations

import os
from datetime import datetime
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import ExtensionOID

from tte.errors import (
    CertificateExpired,
    CertificateNotYetValid,
    KeyRefused,
    SignatureMismatch,
    WrongCertificate,
)
from tte.key import Identity, Key


def self_test(key: Key, *, pinned: bytes | None, at: datetime) -> None:
    """Return if `key` is the pinned one, may sign documents at `at`, and does sign; else KeyRefused."""
    identity = key.identity
    if pinned is not None and identity.certificate != pinned:
        raise WrongCertificate(
            "the key's certificate is not the one pinned in the key profile",
            hint="check that the profile names the right key; after a renewal, pin the new certificate",
        )
    check_certificate(identity, at)
    _check_signing(key, identity)


def check_certificate(identity: Identity, at: datetime) -> None:
    """Return if the certificate of `identity` is one to sign documents with at `at`, and its chain holds together.

    Else KeyRefused.
    """
    try:
        certificate = x509.load_der_x509_certificate(identity.certificate)
        chain = [x509.load_der_x509_certificate(issuer) for issuer in identity.chain]
    except ValueError as why:
        raise KeyRefused("the key's certificate or its chain cannot be read") from why
    _check_validity(certificate, at)
    _check_usage(certificate)
    _check_chain([certificate, *chain])


def _check_validity(certificate: x509.Certificate, at: datetime) -> None:
    if at < certificate.not_valid_before_utc:
        raise CertificateNotYetValid(
            f"the key's certificate is not valid before {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC",
            hint="check the clock of this machine",
        )
    if at > certificate.not_valid_after_utc:
        raise CertificateExpired(
            f"the key's certificate expired on {certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC",
            hint="ask the PSrE for a new certificate",
        )


def _check_usage(certificate: x509.Certificate) -> None:
    """A signer's certificate says what it is for (EN 319 412-2 §4.3.2) and is no CA (RFC 5280 §4.2.1.9)."""
    try:
        extensions = {extension.oid: extension.value for extension in certificate.extensions}
    except (ValueError, x509.DuplicateExtension) as why:
        raise KeyRefused("the extensions of the key's certificate cannot be read") from why
    constraints = extensions.get(ExtensionOID.BASIC_CONSTRAINTS)
    usage = extensions.get(ExtensionOID.KEY_USAGE)
    hint = "ask the PSrE for a certificate for signing documents"
    if isinstance(constraints, x509.BasicConstraints) and constraints.ca:
        raise KeyRefused("the key's certificate is that of a CA", hint=hint)
    if not isinstance(usage, x509.KeyUsage):
        raise KeyRefused("the key's certificate does not say what the key may be used for", hint=hint)
    if not (usage.digital_signature or usage.content_commitment):
        raise KeyRefused("the key's certificate allows neither digitalSignature nor nonRepudiation", hint=hint)
    if usage.key_cert_sign:
        raise KeyRefused("the key's certificate allows signing certificates, as only a CA should", hint=hint)


def _check_chain(path: list[x509.Certificate]) -> None:
    for certificate, issuer in pairwise(path):
        try:
            certificate.verify_directly_issued_by(issuer)
        except (InvalidSignature, TypeError, ValueError, UnsupportedAlgorithm) as why:
            raise KeyRefused("the key's chain does not lead from its certificate, nearest issuer first") from why


def _check_signing(key: Key, identity: Identity) -> None:
    digest = os.urandom(identity.algorithm.hash.digest_size)
    signatures = key.sign([digest])
    try:
        (signature,) = signatures
        identity.verify(digest, signature)
    except (SignatureMismatch, ValueError) as why:
        raise WrongCertificate(
            "the key does not belong to its certificate: a trial signature does not verify",
            hint="import the certificate that was issued for this key",
        ) from why
