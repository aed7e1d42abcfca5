"""How a private key on a token signs one digest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pkcs11 import Attribute, KeyType, Mechanism

from tte.backends.pkcs11.objects import attribute
from tte.errors import WrongCertificate
from tte.key import Algorithm

Sign = Callable[[bytes], bytes]

SHA256_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
"""What stands before a SHA-256 digest in a DigestInfo (RFC 8017 §9.2, note 1)."""

KEY_TYPES = {
    Algorithm.RSA_SHA256: KeyType.RSA,
    Algorithm.ECDSA_P256: KeyType.EC,
    Algorithm.ECDSA_P384: KeyType.EC,
}


def wants_pin(key: Any) -> bool:
    """Whether the token wants the PIN with every signature (CKA_ALWAYS_AUTHENTICATE, PKCS #11 v2.40 §4.9)."""
    return bool(attribute(key, Attribute.ALWAYS_AUTHENTICATE))


def signer_of(key: Any, algorithm: Algorithm, pin: Callable[[], str]) -> Sign:
    """Signs digests with `key`: RSASSA-PKCS1-v1_5 or ECDSA as DER (RFC 8017 §8.2, RFC 3279 §2.2.3).

    `pin` is asked only if the token wants the PIN with every signature. WrongCertificate if `key` is not of the kind of
    `algorithm`. What it returns raises the library's own errors.
    """
    if key.key_type != KEY_TYPES[algorithm]:
        raise WrongCertificate(f"the key on the token is no {algorithm} key, as its certificate says")
    each: Callable[[], str | None] = pin if wants_pin(key) else lambda: None
    if algorithm is Algorithm.RSA_SHA256:
        return lambda digest: key.sign(SHA256_DIGEST_INFO + digest, mechanism=Mechanism.RSA_PKCS, pin=each())
    return lambda digest: _der(key.sign(digest, mechanism=Mechanism.ECDSA, pin=each()))


def _der(raw: bytes) -> bytes:
    """PKCS#11 gives r and s side by side, of one length (PKCS #11 mechanisms v2.40 §2.3.1)."""
    half = len(raw) // 2
    return encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))
