"""A certificate chain in a file beside a key that has none."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.remote_keys import certify
from tte.backends.certificate_file import LARGEST, CertificateFile
from tte.errors import KeyRefused, KeyUnavailable, WrongCertificate
from tte.testing.pki import generate


def test_the_identity_has_the_issuers_and_no_anchor(tmp_path: Path) -> None:
    private = generate("ecdsa-p256")
    issued = certify(
        tmp_path / "key.pem", private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    file = CertificateFile.read(tmp_path / "key.pem")
    identity = file.identity_of(private.public_key())
    (issuer,) = map(x509.load_der_x509_certificate, identity.chain)
    assert len(file.certificates) == 3
    assert identity.certificate == issued
    x509.load_der_x509_certificate(issued).verify_directly_issued_by(issuer)


def test_a_file_for_another_key_is_refused(tmp_path: Path) -> None:
    public = generate("ecdsa-p256").public_key()
    certify(tmp_path / "key.pem", public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    with pytest.raises(WrongCertificate, match=r"key\.pem"):
        CertificateFile.read(tmp_path / "key.pem").identity_of(generate("ecdsa-p256").public_key())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a certificate",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        b"x" * (LARGEST + 1),
    ],
    ids=["empty", "text", "damaged", "large"],
)
def test_a_file_without_a_certificate_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key.pem").write_bytes(content)
    with pytest.raises(KeyRefused, match=r"key\.pem"):
        CertificateFile.read(tmp_path / "key.pem")


def test_a_file_that_holds_a_private_key_is_refused(tmp_path: Path) -> None:
    pem = generate("ecdsa-p256").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(pem)
    with pytest.raises(KeyRefused, match="private key"):
        CertificateFile.read(tmp_path / "key.pem")


def test_a_file_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(KeyUnavailable) as said:
        CertificateFile.read(tmp_path / "key.pem")
    assert "certificate" in said.value.hint
