"""`pkcs12:path=var/demo.p12?pin-source=env:TTE_DEMO_PIN`: a key and its certificates in one file (RFC 7292).

Good for a start and for small offices; whoever has the file and the PIN has the key. The PIN is read once and tried
once.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from tte.backends.attributes import require
from tte.backends.memory import MemoryKey
from tte.backends.private_file import read_private
from tte.errors import KeyRefused, PinRefused, WrongCertificate
from tte.key import Identity, Key, KeyUri, SecretSource


def open_key(uri: KeyUri, secrets: SecretSource) -> Key:
    """The key in the file at `path`, with the certificate that belongs to it and that certificate's issuers.

    KeyUnavailable if the file cannot be read; KeyRefused if the PIN does not open it, or it holds no key we sign with,
    or no certificate for that key. The file is looked at before the secret is asked for.
    """
    require(uri, which=frozenset({"path"}), access=frozenset({"pin-source"}))
    path = Path(uri.which["path"])
    content = read_private(path, holds="the key")
    store = _unlock(path, content, secrets(uri.access["pin-source"]))
    private = store.key
    if private is None:
        raise KeyRefused(f"{path} holds no private key", hint="export the key together with its certificate")
    if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise KeyRefused(f"the key in {path} is neither RSA nor ECDSA")
    found = [held.certificate for held in (store.cert, *store.additional_certs) if held is not None]
    ours = [certificate for certificate in found if certificate.public_key() == private.public_key()]
    if not ours:
        raise WrongCertificate(
            f"no certificate in {path} belongs to its private key",
            hint="export the key again, with its own certificate",
        )
    return MemoryKey(private, Identity.of(ours[0], _chain(ours[0], found)))


def _unlock(path: Path, content: bytes, pin: str) -> pkcs12.PKCS12KeyAndCertificates:
    refusal: KeyRefused
    hint = "try it by hand, once: openssl pkcs12 -info -noout -in FILE (old files: with -legacy)"
    try:
        return pkcs12.load_pkcs12(content, pin.encode())
    except UnsupportedAlgorithm:
        refusal = KeyRefused(f"{path} is encrypted in a way that is no longer supported", hint=hint)
    except ValueError:
        refusal = PinRefused(f"the PIN does not open {path}, or the file is damaged", hint=hint)
    raise refusal  # outside the handlers: what they caught may show the PIN


def _chain(certificate: x509.Certificate, found: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """The issuers of `certificate` among `found`, nearest first, without a self-signed anchor."""
    left = [one for one in found if one != certificate and not _issued(one, by=one)]
    chain = [certificate]
    while issuer := next((one for one in left if _issued(chain[-1], by=one)), None):
        chain.append(issuer)
        left.remove(issuer)
    return chain[1:]


def _issued(certificate: x509.Certificate, *, by: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(by)
    except (InvalidSignature, TypeError, ValueError, UnsupportedAlgorithm):
        return False
    return True
