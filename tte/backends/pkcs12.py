"""`pkcs12:path=var/demo.p12?pin-source=env:TTE_DEMO_PIN`: a key and its certificates in one file (RFC 7292).

Good for a start and for small offices; whoever has the file and the PIN has the key. The PIN is read once and tried
once.
"""

from __future__ import annotations

from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from tte.backends.attributes import require
from tte.backends.chain import issuers_of
from tte.backends.memory import MemoryKey
from tte.backends.private_file import read_private
from tte.errors import KeyRefused, PinRefused, WrongCertificate
from tte.key import Identity, Key, KeyUri, SecretSource

PLACEHOLDER = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "PLACEHOLDER, no certificate yet")])
"""Subject of what stands in for the certificate of a new key; such a key does not open."""


def open_key(uri: KeyUri, secrets: SecretSource) -> Key:
    """The key in the file at `path`, with the certificate that belongs to it and that certificate's issuers.

    KeyUnavailable if the file cannot be read; KeyRefused if the PIN does not open it, or it holds no key we sign with,
    or no certificate for that key. The file is looked at before the secret is asked for.
    """
    require(uri, which=frozenset({"path"}), access=frozenset({"pin-source"}))
    path = Path(uri.which["path"])
    content = read_private(path, holds="the key")
    store = unlock(path, content, secrets(uri.access["pin-source"]))
    private = store.key
    if private is None:
        raise KeyRefused(f"{path} holds no private key", hint="export the key together with its certificate")
    if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise KeyRefused(f"the key in {path} is neither RSA nor ECDSA")
    found = [held.certificate for held in (store.cert, *store.additional_certs) if held is not None]
    ours = [certificate for certificate in found if certificate.public_key() == private.public_key()]
    if ours and ours[0].subject == PLACEHOLDER:
        raise WrongCertificate(
            f"the key in {path} has no certificate yet, only a placeholder",
            hint="send its request to the PSrE; then: tte key import-certificate PROFILE FILE",
        )
    if not ours:
        raise WrongCertificate(
            f"no certificate in {path} belongs to its private key",
            hint="export the key again, with its own certificate",
        )
    return MemoryKey(private, Identity.of(ours[0], issuers_of(ours[0], found)))


def unlock(path: Path, content: bytes, pin: str) -> pkcs12.PKCS12KeyAndCertificates:
    """What is in the file with this `content`, which is at `path`. PinRefused if the PIN does not open it."""
    refusal: KeyRefused
    hint = "try it by hand, once: openssl pkcs12 -info -noout -in FILE (old files: with -legacy)"
    try:
        return pkcs12.load_pkcs12(content, pin.encode())
    except UnsupportedAlgorithm:
        refusal = KeyRefused(f"{path} is encrypted in a way that is no longer supported", hint=hint)
    except ValueError:
        refusal = PinRefused(f"the PIN does not open {path}, or the file is damaged", hint=hint)
    raise refusal  # outside the handlers: what they caught may show the PIN
