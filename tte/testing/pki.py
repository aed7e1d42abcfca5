"""A throw-away CA for the demo and for tests. Nobody trusts it but where it was made; its own keys are never kept.

A root ("Uji Coba TTE Root CA"), an issuing CA below it, and signing certificates in the profile of the Indonesian
PSrE: digitalSignature and nonRepudiation, for signing PDF. It also makes certificates that must be refused.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, pkcs12
from cryptography.x509.oid import NameOID, ObjectIdentifier

from tte.backends.ephemeral import ALGORITHMS
from tte.backends.memory import PrivateKey

ORGANIZATION = "Uji Coba TTE"
PDF_SIGNING = ObjectIdentifier("1.2.840.113583.1.1.5")
SIGNING = frozenset({"digital_signature", "content_commitment"})
ISSUING = frozenset({"key_cert_sign", "crl_sign"})
USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)
CA_LIFE = timedelta(days=3653)


PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


def generate(algorithm: str) -> PrivateKey:
    """A new private key, of one of the algorithms of `ephemeral:` keys."""
    return ALGORITHMS[algorithm]()


@dataclass(frozen=True, slots=True)
class Issuer:
    """A CA: its certificate and, for as long as this object lives, its key."""

    certificate: x509.Certificate
    private: PrivateKey


class TestCa:
    """Root and issuing CA, valid for ten years from `since`."""

    __test__: ClassVar[bool] = False

    def __init__(self, *, since: datetime, algorithm: str = "ecdsa-p256") -> None:
        self.root = _issuer(f"{ORGANIZATION} Root CA", generate(algorithm), since, by=None)
        self.issuing = _issuer(f"{ORGANIZATION} Issuing CA", generate(algorithm), since, by=self.root)

    @property
    def anchors_pem(self) -> bytes:
        """The root's certificate, PEM: what a validator is told to trust."""
        return self.root.certificate.public_bytes(Encoding.PEM)

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """Issuers of a signing certificate, nearest first, no anchor."""
        return (self.issuing.certificate,)

    def certify(
        self,
        key: PrivateKey | PublicKey,
        *,
        name: str,
        valid_from: datetime,
        valid_to: datetime,
        usage: frozenset[str] | None = SIGNING,
        is_ca: bool = False,
        purpose: ObjectIdentifier = PDF_SIGNING,
    ) -> x509.Certificate:
        """A signing certificate for the public half of `key`. `usage` None leaves keyUsage out."""
        return _certificate(name, key, valid_from, valid_to, by=self.issuing, is_ca=is_ca, usage=usage, purpose=purpose)

    def issue_pkcs12(
        self,
        path: Path,
        pin: str,
        *,
        algorithm: str = "ecdsa-p256",
        name: str,
        valid_from: datetime,
        valid_to: datetime,
        usage: frozenset[str] | None = SIGNING,
        is_ca: bool = False,
        kdf_rounds: int = 600_000,
    ) -> x509.Certificate:
        """A new key with its certificate and the whole chain, anchor included as PSrE do, in a new file of mode 600."""
        private = generate(algorithm)
        certificate = self.certify(
            private, name=name, valid_from=valid_from, valid_to=valid_to, usage=usage, is_ca=is_ca
        )
        issuers = [self.root.certificate, *self.chain]
        write_pkcs12(path, pin, private=private, certificate=certificate, others=issuers, kdf_rounds=kdf_rounds)
        return certificate


def make_demo_key(path: Path, pin: str, *, name: str = "Pejabat Uji Coba", algorithm: str = "rsa-2048") -> bytes:
    """Makes a PKCS#12 file valid for a year from now, and gives its anchor, PEM. The CA is forgotten at once."""
    since = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    ca = TestCa(since=since)
    ca.issue_pkcs12(
        path,
        pin,
        algorithm=algorithm,
        name=name,
        valid_from=since,
        valid_to=since + timedelta(days=366),
    )
    return ca.anchors_pem


def write_pkcs12(
    path: Path,
    pin: str,
    *,
    private: PrivateKey | None,
    certificate: x509.Certificate | None,
    others: list[x509.Certificate],
    kdf_rounds: int = 600_000,
) -> None:
    """A PKCS#12 file (PBES2 with AES-256, PBKDF2) that only its owner can read; an existing file is not touched."""
    encryption = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(kdf_rounds)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(pin.encode())
    )
    content = pkcs12.serialize_key_and_certificates(b"tte", private, certificate, others, encryption)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def _issuer(name: str, private: PrivateKey, since: datetime, *, by: Issuer | None) -> Issuer:
    own = _certificate(name, private, since, since + CA_LIFE, by=by or private, is_ca=True, usage=ISSUING)
    return Issuer(own, private)


def _certificate(
    name: str,
    key: PrivateKey | PublicKey,
    valid_from: datetime,
    valid_to: datetime,
    *,
    by: Issuer | PrivateKey,
    is_ca: bool,
    usage: frozenset[str] | None,
    purpose: ObjectIdentifier | None = None,
) -> x509.Certificate:
    """RFC 5280. Signed by itself where `by` is its own private key."""
    public = key if isinstance(key, PublicKey) else key.public_key()
    subject = _name(name)
    signing, issuer = (by.private, by.certificate.subject) if isinstance(by, Issuer) else (by, subject)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid_from)
        .not_valid_after(valid_to)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
    )
    if usage is not None:
        builder = builder.add_extension(x509.KeyUsage(**{bit: bit in usage for bit in USAGES}), critical=True)
    if purpose is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
    return builder.sign(signing, hashes.SHA256())


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANIZATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )
