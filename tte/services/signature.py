"""Whether a signature value is a key's: RSA from 2048 bits and ECDSA from 256, with SHA-2, and nothing weaker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from tte.services import der
from tte.services.der import INTEGER, OID, SEQUENCE, Value

HASHES: Final = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
"""By the names that hashlib and asn1crypto know them by."""

_HASHES: Final = {der.oid(f"2.16.840.1.101.3.4.2.{arc}"): name for arc, name in enumerate(HASHES, 1)}
_PSS: Final = der.oid("1.2.840.113549.1.1.10")
_SCHEMES: Final = {
    der.oid("1.2.840.113549.1.1.1"): None,
    **{der.oid(f"1.2.840.113549.1.1.{arc}"): name for arc, name in enumerate(HASHES, 11)},
    **{der.oid(f"1.2.840.10045.4.3.{arc}"): name for arc, name in enumerate(HASHES, 2)},
}
"""RSA without a hash of its own (RFC 3370 §3.2), RSA with one, ECDSA with one."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """How something is signed. `hash_name` is None if that is said elsewhere; `padded` is for RSA if it is not v1.5."""

    hash_name: str | None
    padded: padding.PSS | None = None


def hash_of(algorithm: Value) -> str | None:
    """The name of the hash in an AlgorithmIdentifier; None if it is not one of `HASHES`."""
    return _HASHES.get(algorithm.parts().take(OID).content)


def scheme_of(algorithm: Value) -> Scheme | None:
    """What an AlgorithmIdentifier of a signature says; None if it is nothing that we take. ValueError if broken."""
    parts = algorithm.parts()
    kind = parts.take(OID).content
    if kind in _SCHEMES:
        return Scheme(_SCHEMES[kind])
    return _pss(parts.take(SEQUENCE)) if kind == _PSS else None


def signed_by(
    public: object, value: bytes, message: bytes, hash_name: str | None, *, padded: padding.PSS | None = None
) -> bool:
    """Whether `value` is the signature of this public key over `message`. False also for what is too weak to count.

    `padded` is how RSA pads; None: by PKCS #1 v1.5.
    """
    algorithm = HASHES.get(hash_name or "")
    if algorithm is None:
        return False
    try:
        if isinstance(public, rsa.RSAPublicKey) and public.key_size >= 2048:
            public.verify(value, message, padded or padding.PKCS1v15(), algorithm)
        elif isinstance(public, ec.EllipticCurvePublicKey) and public.key_size >= 256 and padded is None:
            public.verify(value, message, ec.ECDSA(algorithm))
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


def issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether `issuer` is named as issuer and has signed this certificate, by SHA-2."""
    algorithm = certificate.signature_hash_algorithm
    if algorithm is None or algorithm.name not in HASHES:
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, UnsupportedAlgorithm, TypeError, ValueError):
        return False
    return True


def _pss(parameters: Value) -> Scheme | None:
    """RSASSA-PSS-params with one hash for all and its length said (RFC 4055 §3.1); the defaults are SHA-1."""
    parts = parameters.parts()
    hashed, masked, salt = (parts.maybe(tag) for tag in (0xA0, 0xA1, 0xA2))
    if hashed is None or masked is None or salt is None:
        return None
    name = hash_of(der.only(hashed.content, SEQUENCE))
    mask = der.only(masked.content, SEQUENCE).parts()
    mask.take(OID)
    if name is None or hash_of(mask.take(SEQUENCE)) != name:
        return None
    length = der.only(salt.content, INTEGER).number()
    return Scheme(name, padding.PSS(padding.MGF1(HASHES[name]), length))
