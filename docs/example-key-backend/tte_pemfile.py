"""`pemfile:path=var/dinas.pem;certificate=keys/dinas.pem?pin-source=prompt:`: a key in an encrypted PEM file.

An example of a key backend. The file holds a private key in PKCS #8, encrypted (RFC 5958 §3), as this makes it:
openssl genpkey -aes256 -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out dinas.pem
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn, SupportsIndex

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tte.backends.attributes import require
from tte.backends.certificate_file import CertificateFile
from tte.backends.private_file import read_private
from tte.errors import KeyRefused, KeyUnavailable, PinRefused
from tte.key import Identity, Key, KeyUri, SecretSource

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def open_key(uri: KeyUri, secrets: SecretSource) -> Key:
    """The key in the file at `path`, with the certificate in the file beside it.

    Everything that needs no secret comes first; the PIN is asked for once, and tried once.
    """
    require(uri, which={"path", "certificate"}, access={"pin-source"})
    path = Path(uri.which["path"])
    content = read_private(path, holds="the key")
    certificate = CertificateFile.read(Path(uri.which["certificate"]))
    private = _decrypted(path, content, secrets(uri.access["pin-source"]))
    return PemFileKey(private, certificate.identity_of(private.public_key()))


def _decrypted(path: Path, content: bytes, pin: str) -> PrivateKey:
    try:
        private = load_pem_private_key(content, pin.encode())
    except TypeError:
        refusal = KeyRefused(f"the key in {path} is not encrypted", hint="openssl pkcs8 -topk8 -v2 aes256 encrypts it")
    except UnsupportedAlgorithm:
        refusal = KeyRefused(f"{path} is encrypted in a way that is not supported")
    except ValueError:
        refusal = PinRefused(f"the PIN does not open {path}, or the file is damaged", hint="try it by hand, once")
    else:
        if isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
            return private
        refusal = KeyRefused(f"the key in {path} is neither RSA nor ECDSA")
    raise refusal  # outside the handlers: what they caught may show the PIN


class PemFileKey:
    """A `Key` over a private key in memory."""

    def __init__(self, private: PrivateKey, identity: Identity) -> None:
        self._private: PrivateKey | None = private
        self._identity = identity

    @property
    def identity(self) -> Identity:
        return self._identity

    def sign(self, digests: Sequence[bytes]) -> Sequence[bytes]:
        """All digests are looked at before the first is signed, so that a refused batch has signed nothing."""
        private = self._private
        if private is None:
            raise KeyUnavailable("the key is closed")
        algorithm = self._identity.algorithm
        if any(len(digest) != algorithm.hash.digest_size for digest in digests):
            raise KeyRefused(f"a digest is no {algorithm.digest_name} digest")
        prehashed = Prehashed(algorithm.hash)
        if isinstance(private, rsa.RSAPrivateKey):
            return [private.sign(digest, padding.PKCS1v15(), prehashed) for digest in digests]
        return [private.sign(digest, ec.ECDSA(prehashed)) for digest in digests]

    def close(self) -> None:
        self._private = None

    def __repr__(self) -> str:
        return f"<PemFileKey {self._identity.algorithm}>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a key stays in the process that opened it; it is neither pickled nor copied")
