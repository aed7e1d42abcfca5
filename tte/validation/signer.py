"""Whose signature a CMS holds, and how values by the same key are verified, with `cryptography` and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from tte.validation.signed_cms import SignedCms
from tte.validation.unlike import Unlike

_HASHES: Final = {
    bytes.fromhex("608648016503040201"): hashes.SHA256(),
    bytes.fromhex("608648016503040202"): hashes.SHA384(),
}
_RSA: Final = bytes.fromhex("2a864886f70d010101")
"""As signature algorithm it leaves the hash to the digest algorithm (RFC 3370 §3.2)."""
_RSA_WITH: Final = {"sha256": bytes.fromhex("2a864886f70d01010b"), "sha384": bytes.fromhex("2a864886f70d01010c")}
_ECDSA_WITH: Final = {"sha256": bytes.fromhex("2a8648ce3d040302"), "sha384": bytes.fromhex("2a8648ce3d040303")}


@dataclass(frozen=True, slots=True)
class Signer:
    """The hash (of the document and of the signed attributes) as hashlib names it, how many bytes a value can have.

    `earliest` to `latest` is when all certificates in the CMS are valid. `verify` takes value and digest.
    """

    hash_name: str
    value_lengths: range
    earliest: datetime
    latest: datetime
    verify: Callable[[bytes, bytes], None]

    @classmethod
    def of(cls, cms: SignedCms, certificate_sha256: str) -> Signer:
        """The signer with this certificate, which is in the CMS.

        Unlike if it signs by other means than RSA PKCS#1 v1.5, ECDSA P-256 or P-384, with SHA-256 or SHA-384.
        """
        try:
            certificates = [x509.load_der_x509_certificate(one) for one in cms.certificates]
            (signing,) = (one for one in certificates if one.fingerprint(hashes.SHA256()).hex() == certificate_sha256)
            algorithm, key = _HASHES[cms.digest_algorithm], signing.public_key()
        except (ValueError, KeyError, x509.InvalidVersion, UnsupportedAlgorithm):
            raise Unlike("the CMS is not by a certificate in it with SHA-256 or SHA-384") from None
        lengths, verify = _verifying(key, cms.signature_algorithm, algorithm)
        return cls(
            algorithm.name,
            lengths,
            max(one.not_valid_before_utc for one in certificates),
            min(one.not_valid_after_utc for one in certificates),
            verify,
        )


def _verifying(
    public: object, signature_algorithm: bytes, algorithm: hashes.HashAlgorithm
) -> tuple[range, Callable[[bytes, bytes], None]]:
    prehashed = Prehashed(algorithm)
    if isinstance(public, rsa.RSAPublicKey) and signature_algorithm in (_RSA, _RSA_WITH[algorithm.name]):
        size, scheme, rsa_key = (public.key_size + 7) // 8, padding.PKCS1v15(), public
        return range(size, size + 1), _refusing(lambda value, digest: rsa_key.verify(value, digest, scheme, prehashed))
    if (
        isinstance(public, ec.EllipticCurvePublicKey)
        and isinstance(public.curve, (ec.SECP256R1, ec.SECP384R1))
        and signature_algorithm == _ECDSA_WITH[algorithm.name]
    ):
        longest, ecdsa, ec_key = 2 + 2 * (3 + public.key_size // 8), ec.ECDSA(prehashed), public
        return range(8, longest + 1), _refusing(lambda value, digest: ec_key.verify(value, digest, ecdsa))
    raise Unlike("the signature is not by RSA PKCS#1 v1.5 or ECDSA P-256 or P-384")


def _refusing(verify: Callable[[bytes, bytes], None]) -> Callable[[bytes, bytes], None]:
    def verified(value: bytes, digest: bytes) -> None:
        try:
            verify(value, digest)
        except (InvalidSignature, ValueError):
            raise Unlike("the signature value does not verify with the signing certificate") from None

    return verified
