"""Plain certificate chains, by our own reading of RFC 5280 §6: it says yes, or nothing.

A chain is plain if there is one way only from the signer to an anchor, names agree byte for byte, and nothing in it
asks for more than §6.1 without policies and name constraints. Whatever is unusual, unclear or wrong is left to
certvalidator, so nothing passes here that would fail there (tests/unit/test_validation_chains.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtensionOID, SignatureAlgorithmOID

from tte.validation.kept import Kept
from tte.validation.trust import Trust

_LONGEST: Final = 8
_MOST_OFFERED: Final = 32
_MOST_BYTES: Final = 64 * 1024
"""Chains among more certificates, or among larger ones, are not looked at here and not kept."""
_STRONG: Final = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
_USUAL: Final = frozenset(
    {
        SignatureAlgorithmOID.RSA_WITH_SHA256,
        SignatureAlgorithmOID.RSA_WITH_SHA384,
        SignatureAlgorithmOID.RSA_WITH_SHA512,
        SignatureAlgorithmOID.ECDSA_WITH_SHA256,
        SignatureAlgorithmOID.ECDSA_WITH_SHA384,
        SignatureAlgorithmOID.ECDSA_WITH_SHA512,
    }
)
_MAY_BE_CRITICAL: Final = frozenset(
    {ExtensionOID.BASIC_CONSTRAINTS, ExtensionOID.KEY_USAGE, ExtensionOID.EXTENDED_KEY_USAGE}
)
"""What the signer's certificate may be used for is not judged here (`judging`); an authority's must not be limited."""
_UNUSUAL: Final = frozenset(
    {
        "2.5.29.30",  # name constraints
        "2.5.29.33",  # policy mappings
        "2.5.29.36",  # policy constraints
        "2.5.29.54",  # inhibit any policy
        "2.5.29.55",  # target information
        "2.5.29.56",  # no revocation information
        "1.3.6.1.5.5.7.1.6",  # attribute certificates: who may speak for whom
    }
)
"""Extensions that change how a chain is judged, critical or not."""


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain that holds from `earliest` to `latest`, both included: DER, the signer's certificate first."""

    certificates: tuple[bytes, ...]
    earliest: datetime
    latest: datetime


_Question = tuple[bytes, tuple[bytes, ...], Trust]
_chains: Kept[_Question, Chain] = Kept(256)


def plain_chain(certificate: bytes, offered: Sequence[bytes], trust: Trust, at: datetime) -> Chain | None:
    """The chain from a signer's certificate to an anchor if it is plain and holds at `at` (aware); else None.

    `offered` are the certificates that came with the signature. What was found before for the same three is found
    again; the time is compared anew.
    """
    if len(offered) > _MOST_OFFERED or len(certificate) + sum(map(len, offered)) > _MOST_BYTES:
        return None
    question = (certificate, tuple(offered), trust)
    found = _chains.get(question)
    if found is None:
        try:
            found = _chain(certificate, offered, trust)
        except (
            ValueError,
            TypeError,
            KeyError,
            OverflowError,
            UnsupportedAlgorithm,
            x509.DuplicateExtension,
            x509.InvalidVersion,
            x509.UnsupportedGeneralNameType,
        ):
            return None
        if found is None:
            return None
        _chains.put(question, found)
    return found if found.earliest <= at <= found.latest else None


def _chain(certificate: bytes, offered: Sequence[bytes], trust: Trust) -> Chain | None:
    """Signer first, each step to the one certificate that can be its issuer (§6.1.3 a.1, a.4; §6.1.4 k, l, m, n)."""
    anchors = {der: x509.load_der_x509_certificate(der) for der in trust.anchors}
    known = anchors | {der: x509.load_der_x509_certificate(der) for der in offered if der not in anchors}
    subject = known.get(certificate) or x509.load_der_x509_certificate(certificate)
    if certificate in anchors or not _is_usual(subject, below=None):
        return None
    path = [certificate]
    validity = [(subject.not_valid_before_utc, subject.not_valid_after_utc)]
    while path[-1] not in anchors:
        issuers = [der for der in _named(known, subject.issuer) if der != path[-1]]
        if len(issuers) != 1 or len(path) > _LONGEST or issuers[0] in path:
            return None
        issuer = known[issuers[0]]
        if not _is_usual(issuer, below=len(path) - 1) or not _issued(issuer, subject):
            return None
        path.append(issuers[0])
        validity.append((issuer.not_valid_before_utc, issuer.not_valid_after_utc))
        subject = issuer
    return Chain(tuple(path), max(begins for begins, _ in validity), min(ends for _, ends in validity))


def _named(known: dict[bytes, x509.Certificate], name: x509.Name) -> Iterable[bytes]:
    wanted = name.public_bytes()
    return (der for der, one in known.items() if one.subject.public_bytes() == wanted)


def _is_usual(certificate: x509.Certificate, *, below: int | None) -> bool:
    """Whether nothing in it needs more than is looked at here: a signer's, or an authority's with `below` others
    between the two.
    """
    if certificate.version is not x509.Version.v3 or not _has_strong_key(certificate):
        return False
    extensions = certificate.extensions
    if any(
        one.oid.dotted_string in _UNUSUAL or (one.critical and one.oid not in _MAY_BE_CRITICAL) for one in extensions
    ):
        return False
    found = {one.oid: one.value for one in extensions}
    basic, usage = found.get(ExtensionOID.BASIC_CONSTRAINTS), found.get(ExtensionOID.KEY_USAGE)
    is_authority = isinstance(basic, x509.BasicConstraints) and basic.ca
    if below is None:
        return not is_authority and certificate.subject != certificate.issuer
    return (
        isinstance(basic, x509.BasicConstraints)
        and basic.ca
        and (basic.path_length is None or basic.path_length >= below)
        and isinstance(usage, x509.KeyUsage)
        and usage.key_cert_sign
        and ExtensionOID.EXTENDED_KEY_USAGE not in found
    )


def _has_strong_key(certificate: x509.Certificate) -> bool:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return 2048 <= key.key_size <= 8192
    return isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1 | ec.SECP384R1)


def _issued(issuer: x509.Certificate, subject: x509.Certificate) -> bool:
    """§6.1.3 a.1 and a.4, and that the key identifiers do not contradict it (§4.2.1.1)."""
    if subject.signature_algorithm_oid not in _USUAL or not isinstance(subject.signature_hash_algorithm, _STRONG):
        return False
    stated, own = _identifiers(subject)[0], _identifiers(issuer)[1]
    if stated is not None and own is not None and stated != own:
        return False
    try:
        subject.verify_directly_issued_by(issuer)
    except InvalidSignature:
        return False
    return True


def _identifiers(certificate: x509.Certificate) -> tuple[bytes | None, bytes | None]:
    """The key identifier of its issuer, and its own."""
    stated = own = None
    for one in certificate.extensions:
        if isinstance(one.value, x509.AuthorityKeyIdentifier):
            stated = one.value.key_identifier
        elif isinstance(one.value, x509.SubjectKeyIdentifier):
            own = one.value.digest
    return stated, own
