"""A private key that can sign, the public half that documents are prepared with, and the URI that says where it is.

A key sees digests only, many at once. What is secret never stands in a URI: `pin-source` names where it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Protocol
from urllib.parse import quote, unquote

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from tte.errors import ConfigError, KeyRefused, SignatureMismatch


class Algorithm(StrEnum):
    """How a key signs a digest; the digest algorithm is part of it."""

    RSA_SHA256 = "rsa-pkcs1v15-sha256"
    ECDSA_P256 = "ecdsa-p256-sha256"
    ECDSA_P384 = "ecdsa-p384-sha384"

    @property
    def digest_name(self) -> str:
        """The name hashlib knows the digest algorithm by."""
        return "sha384" if self is Algorithm.ECDSA_P384 else "sha256"

    @property
    def hash(self) -> hashes.SHA256 | hashes.SHA384:
        return hashes.SHA384() if self is Algorithm.ECDSA_P384 else hashes.SHA256()


@dataclass(frozen=True, slots=True)
class Identity:
    """What is public about a key: all that is needed to prepare a document for it. Plain bytes, so it travels."""

    certificate: bytes
    chain: tuple[bytes, ...]
    algorithm: Algorithm

    @classmethod
    def of(cls, certificate: x509.Certificate, chain: Sequence[x509.Certificate] = ()) -> Identity:
        """The identity of a certificate and its issuers, nearest first. KeyRefused for a key we do not sign with."""
        from cryptography.hazmat.primitives.serialization import Encoding

        return cls(
            certificate.public_bytes(Encoding.DER),
            tuple(issuer.public_bytes(Encoding.DER) for issuer in chain),
            _algorithm_of(certificate.public_key()),
        )

    def check(self, digests: Sequence[bytes]) -> None:
        """Return if each digest has the length of this identity's digest algorithm; else KeyRefused."""
        for place, digest in enumerate(digests, 1):
            if len(digest) != self.algorithm.hash.digest_size:
                raise KeyRefused(f"digest {place} of {len(digests)} is not a {self.algorithm.digest_name} digest")

    def verify(self, digest: bytes, signature: bytes) -> None:
        """Return if `signature` is this identity's over `digest`; else SignatureMismatch."""
        public = _public_key(self.certificate)
        prehashed = Prehashed(self.algorithm.hash)
        try:
            if isinstance(public, rsa.RSAPublicKey):
                public.verify(signature, digest, padding.PKCS1v15(), prehashed)
            elif isinstance(public, ec.EllipticCurvePublicKey):
                public.verify(signature, digest, ec.ECDSA(prehashed))
            else:
                raise SignatureMismatch("the signing certificate holds no RSA or ECDSA key")
        except (InvalidSignature, ValueError) as why:
            raise SignatureMismatch("a signature value does not verify with the signing certificate") from why


@lru_cache(maxsize=64)
def _public_key(certificate: bytes) -> object:
    return x509.load_der_x509_certificate(certificate).public_key()


def _algorithm_of(public: object) -> Algorithm:
    if isinstance(public, rsa.RSAPublicKey):
        if public.key_size < 2048:
            raise KeyRefused(f"RSA keys need 2048 bits or more, this one has {public.key_size}")
        return Algorithm.RSA_SHA256
    if isinstance(public, ec.EllipticCurvePublicKey):
        if isinstance(public.curve, ec.SECP256R1):
            return Algorithm.ECDSA_P256
        if isinstance(public.curve, ec.SECP384R1):
            return Algorithm.ECDSA_P384
    raise KeyRefused("only RSA, ECDSA P-256 and ECDSA P-384 keys can sign", hint="ask the PSrE for such a certificate")


class Key(Protocol):
    """A private key, open for signing. It never sees a document, only digests. One process, one caller at a time."""

    @property
    def identity(self) -> Identity:
        """Fixed for as long as the key is open."""

    def sign(self, digests: Sequence[bytes]) -> Sequence[bytes]:
        """Sign every digest, in order (ECDSA as DER), or raise and have signed none that counts."""

    def close(self) -> None:
        """Forget the private half; `sign` then raises KeyUnavailable. Closing twice is fine."""


SecretSource = Callable[[str], str]
"""Reads a secret from where a `pin-source` says it is: `env:NAME`, `file:PATH` or `prompt:`."""

OpenKey = Callable[["KeyUri", SecretSource], Key]
"""What a backend module exports as `open_key`."""


@dataclass(frozen=True, slots=True)
class KeyUri:
    """`scheme:name=value;…?name=value&…`: which key, and how to reach it; the grammar of RFC 7512 for every scheme.

    The part before `?` may be logged and compared; the part after it never is.
    """

    scheme: str
    which: Mapping[str, str]
    access: Mapping[str, str] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> KeyUri:
        """Read a key URI. ConfigError if it is malformed or carries a secret; the text itself is not echoed."""
        scheme, colon, rest = text.partition(":")
        if not colon or not scheme.isascii() or not scheme.replace("-", "").isalnum():
            raise ConfigError("a key URI starts with a scheme, such as pkcs12:")
        which, _, access = rest.partition("?")
        uri = cls(scheme.lower(), _attributes(which, ";"), _attributes(access, "&"))
        if "pin-value" in {*uri.which, *uri.access}:
            raise ConfigError(
                "a key URI may not carry a PIN", hint="replace pin-value by pin-source=env:NAME, file:PATH or prompt:"
            )
        return uri

    def __str__(self) -> str:
        which = {name: quote(value, safe="/", errors="surrogateescape") for name, value in sorted(self.which.items())}
        return f"{self.scheme}:{';'.join(f'{name}={value}' for name, value in which.items())}"


def _attributes(text: str, separator: str) -> dict[str, str]:
    pairs = [item.partition("=") for item in text.split(separator) if item]
    found = {name: unquote(value, errors="surrogateescape") for name, equals, value in pairs if name and equals}
    if len(found) != len(pairs):
        raise ConfigError("the attributes of a key URI are name=value pairs, each name once")
    return found
