"""A throw-away certification authority and signer, made anew at every run, in a temporary folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from pathlib import Path

PASSPHRASE: Final = "only-for-this-run"  # noqa: S105 - protects a key that lives as long as the run
NICKNAME: Final = "signer"


@dataclass(frozen=True, slots=True)
class Identity:
    """An RSA-2048 key, its certificate and the certificate of its issuer, as objects and as files."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate
    issuer: x509.Certificate
    key_pem: Path
    certificate_pem: Path
    issuer_pem: Path
    p12: Path

    @property
    def key_der(self) -> bytes:
        """The key as PKCS#8."""
        return self.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    @property
    def certificate_der(self) -> bytes:
        """The signer's certificate."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def issuer_der(self) -> bytes:
        """The issuer's certificate."""
        return self.issuer.public_bytes(serialization.Encoding.DER)


def make_identity(folder: Path) -> Identity:
    """A new identity, whose files are in an existing folder that the caller removes."""
    root_key, key = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    issuer = _certificate("Contoh CA", root_key, issued_by=None, signed_with=root_key)
    certificate = _certificate("Contoh Penanda Tangan", key, issued_by=issuer, signed_with=root_key)
    made = Identity(
        key,
        certificate,
        issuer,
        folder / "key.pem",
        folder / "certificate.pem",
        folder / "issuer.pem",
        folder / "signer.p12",
    )
    pem = serialization.Encoding.PEM
    made.key_pem.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    made.certificate_pem.write_bytes(certificate.public_bytes(pem))
    made.issuer_pem.write_bytes(issuer.public_bytes(pem))
    made.p12.write_bytes(
        pkcs12.serialize_key_and_certificates(
            NICKNAME.encode(), key, certificate, [issuer], serialization.BestAvailableEncryption(PASSPHRASE.encode())
        )
    )
    return made


def _certificate(
    name: str, key: rsa.RSAPrivateKey, *, issued_by: x509.Certificate | None, signed_with: rsa.RSAPrivateKey
) -> x509.Certificate:
    """A certificate; self-signed for an authority if nobody issued it."""
    subject = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"), x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    authority = issued_by is None
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issued_by.subject if issued_by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not authority,
                content_commitment=not authority,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=authority,
                crl_sign=authority,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signed_with.public_key()), critical=False)
        .sign(signed_with, hashes.SHA256())
    )
