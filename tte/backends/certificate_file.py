"""The certificate of a key that is kept where no certificate is: a PEM file beside it.

The signing certificate comes first, then its issuers, nearest first (RFC 7468 §5). An anchor at the end is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from tte.errors import KeyRefused, KeyUnavailable, WrongCertificate
from tte.key import Identity

LARGEST = 1 << 20

IMPORT = "put the certificate that was issued for this key there, and then its issuers, in PEM"


@dataclass(frozen=True, slots=True)
class CertificateFile:
    """What such a file holds."""

    path: Path
    certificates: tuple[x509.Certificate, ...]

    @classmethod
    def read(cls, path: Path) -> CertificateFile:
        """One certificate or more. KeyUnavailable if the file cannot be read, KeyRefused if it holds none."""
        try:
            with path.open("rb") as file:
                content = file.read(LARGEST + 1)
        except OSError as why:
            raise KeyUnavailable(
                f"the key's certificate cannot be read from {path}: {why.strerror}", hint=IMPORT
            ) from why
        if len(content) > LARGEST:
            raise KeyRefused(f"{path} is larger than 1 MiB and cannot be a key's certificate")
        if b"PRIVATE KEY-----" in content:
            raise KeyRefused(f"{path} holds a private key", hint="take it out: this file is for certificates only")
        try:
            return cls(path, tuple(x509.load_pem_x509_certificates(content)))
        except ValueError:
            raise KeyRefused(f"{path} holds no certificate in PEM", hint=IMPORT) from None

    @property
    def public(self) -> PublicKeyTypes:
        """The public key of the signing certificate."""
        return self.certificates[0].public_key()

    def identity_of(self, public: PublicKeyTypes) -> Identity:
        """The identity of the key that has this public half. WrongCertificate if the signing certificate is another
        key's, KeyRefused if it is a kind of key that we do not sign with.
        """
        if self.public != public:
            raise WrongCertificate(f"the first certificate in {self.path} is another key's", hint=IMPORT)
        certificate, *issuers = self.certificates
        return Identity.of(certificate, [issuer for issuer in issuers if issuer.subject != issuer.issuer])
