"""`ephemeral:algorithm=ecdsa-p256;name=Uji%20Coba;valid-from=2026-08-17`: a key for trying out, gone when closed.

The certificate is self-signed and lives a week, from `valid-from` (midnight UTC) or else from an hour ago. Nobody
trusts it, which is right: documents signed with it prove nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from tte.backends.attributes import require
from tte.backends.memory import MemoryKey, PrivateKey
from tte.errors import ConfigError
from tte.key import Identity, Key, KeyUri, SecretSource

LIFE = timedelta(days=7)

ALGORITHMS: dict[str, Callable[[], PrivateKey]] = {
    "ecdsa-p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ecdsa-p384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "rsa-2048": lambda: rsa.generate_private_key(65537, 2048),
    "rsa-3072": lambda: rsa.generate_private_key(65537, 3072),
    "rsa-4096": lambda: rsa.generate_private_key(65537, 4096),
}


def open_key(uri: KeyUri, secrets: SecretSource) -> Key:
    """A new key in memory with a certificate for it; `secrets` is not asked. ConfigError for a URI it cannot follow."""
    require(uri, which=frozenset({"algorithm"}), which_optional=frozenset({"name", "valid-from"}))
    generate = ALGORITHMS.get(uri.which["algorithm"])
    if generate is None:
        raise ConfigError("an ephemeral key has one of these algorithms: " + ", ".join(ALGORITHMS))
    private = generate()
    certificate = _certificate(private, uri.which.get("name", "Uji Coba"), _valid_from(uri))
    return MemoryKey(private, Identity.of(certificate))


def _valid_from(uri: KeyUri) -> datetime:
    text = uri.which.get("valid-from")
    if text is None:
        return datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise ConfigError("valid-from is a day, such as 2026-08-17") from None


def _certificate(private: PrivateKey, name: str, valid_from: datetime) -> x509.Certificate:
    """Self-signed, for signing documents only (RFC 5280 §4.2.1.3, §4.2.1.9)."""
    try:
        common_name = x509.NameAttribute(NameOID.COMMON_NAME, name)
    except ValueError:
        raise ConfigError("the name of a key has 1 to 64 letters") from None
    subject = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Uji Coba TTE"), common_name])
    public = private.public_key()
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid_from)
        .not_valid_after(valid_from + LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(private, hashes.SHA256())
    )
