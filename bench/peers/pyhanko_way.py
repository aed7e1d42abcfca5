"""Signing with pyHanko's own calls."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

from asn1crypto import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers import PdfSignatureMetadata, Signer, sign_pdf
from pyhanko_certvalidator.registry import SimpleCertificateStore

if TYPE_CHECKING:
    from bench.peers.identity import Identity

FIELD: Final = "Signature"


class ParsedKeySigner(Signer):
    """A pyHanko signer that keeps the key of `cryptography` and has it sign."""

    def __init__(self, identity: Identity) -> None:
        store = SimpleCertificateStore()
        certificate, issuer = (x509.Certificate.load(der) for der in (identity.certificate_der, identity.issuer_der))
        store.register_multiple([certificate, issuer])
        super().__init__(signing_cert=certificate, cert_registry=store)
        self._key = identity.key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """The RSA signature, or as many zero bytes if pyHanko only measures."""
        if dry_run:
            return bytes(self._key.key_size // 8)
        if digest_algorithm != "sha256":
            raise ValueError(f"asked for {digest_algorithm}")
        return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def pades_metadata() -> PdfSignatureMetadata:
    """What every pyHanko peer asks for: PAdES baseline B with SHA-256."""
    return PdfSignatureMetadata(field_name=FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)


def sign_anew(pdf: bytes, signer: Signer) -> bytes:
    """Sign by the one call that pyHanko's documentation shows first."""
    return sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), pades_metadata(), signer).getvalue()


def with_empty_field(pdf: bytes) -> tuple[bytes, int]:
    """A PDF with an empty, invisible signature field added, and the number of the field's object."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    append_signature_field(writer, SigFieldSpec(FIELD, on_page=0))
    field = writer.root["/AcroForm"]["/Fields"].raw_get(0).idnum
    made = BytesIO()
    writer.write(made)
    return made.getvalue(), field
