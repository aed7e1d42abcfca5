"""What an ESC makes of a PDF: one more revision with an invisible signature, as the samples of real ones have it.

Older: `adbe.pkcs7.detached` with content-type and message-digest alone, which is no PAdES. Newer: PAdES-BASELINE-T.
With throw-away keys, by plain pyHanko.
"""

# pyHanko is typed only in part.
# mypy: disable-error-code="no-untyped-call,misc"

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import cms, keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tte.backends.memory import PrivateKey
from tte.testing.pki import PDF_SIGNING, TestCa, generate

RESERVED = 32768
"""Hex digits in /Contents."""

Change = Callable[[IncrementalPdfFileWriter], None]


class _Older(SimpleSigner):
    """Signed attributes as older services have them: two, and no signing-certificate."""

    async def signed_attrs(self, data_digest: bytes, *args: Any, **kwargs: Any) -> cms.CMSAttributes:
        return cms.CMSAttributes(
            [
                cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
                cms.CMSAttribute({"type": "message_digest", "values": [data_digest]}),
            ]
        )


@dataclass(frozen=True)
class Holder:
    """A certificate with its private key and its issuers."""

    certificate: x509.Certificate
    private: PrivateKey
    chain: Sequence[x509.Certificate]

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


class BsreLike:
    """A CA with an official's certificate and a TSA below it, valid for a year around `at`."""

    def __init__(self, at: datetime, *, algorithm: str = "rsa-2048") -> None:
        self.ca = TestCa(since=at - timedelta(days=30))
        self._at = at
        self._algorithm = algorithm
        self._stamper = self._holder("TSA Uji", purpose=ExtendedKeyUsageOID.TIME_STAMPING)

    def official(self, name: str) -> Holder:
        """Somebody new with a certificate."""
        return self._holder(name)

    def _holder(self, name: str, purpose: x509.ObjectIdentifier = PDF_SIGNING) -> Holder:
        private = generate(self._algorithm)
        begin, end = self._at - timedelta(days=10), self._at + timedelta(days=355)
        certificate = self.ca.certify(private, name=name, valid_from=begin, valid_to=end, purpose=purpose)
        return Holder(certificate, private, self.ca.chain)

    def sign(
        self,
        pdf: bytes,
        holder: Holder,
        *,
        older: bool,
        at: datetime,
        box: tuple[int, int, int, int] | None = None,
        change: Change = lambda _: None,
    ) -> bytes:
        """`pdf` with one revision more, signed by `holder` at `at` in a field named for the time."""
        return asyncio.run(self._sign(pdf, holder, older, at, box, change))

    async def _sign(
        self,
        pdf: bytes,
        holder: Holder,
        older: bool,
        at: datetime,
        box: tuple[int, int, int, int] | None,
        change: Change,
    ) -> bytes:
        field = f"sig_{int(at.timestamp() * 1000)}"
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        change(writer)
        steps = PdfCMSEmbedder(new_field_spec=SigFieldSpec(field, box=box)).write_cms(field, writer)
        next(steps)
        kind = SigSeedSubFilter.ADOBE_PKCS7_DETACHED if older else SigSeedSubFilter.PADES
        steps.send(SigObjSetup(SignatureObject(timestamp=at, subfilter=kind, bytes_reserved=RESERVED)))
        prepared, out = steps.send(SigIOSetup(md_algorithm="sha256"))
        signer = (_Older if older else SimpleSigner)(
            signing_cert=_asn1(holder.certificate), signing_key=_key(holder.private), cert_registry=_store(holder.chain)
        )
        value = await signer.async_sign(
            prepared.document_digest, "sha256", use_pades=not older, timestamper=self._tsa(at)
        )
        steps.send(value)
        return bytes(out.getvalue())

    def _tsa(self, at: datetime) -> DummyTimeStamper:
        stamper = self._stamper
        return DummyTimeStamper(
            _asn1(stamper.certificate), _key(stamper.private), certs_to_embed=_store(stamper.chain), fixed_dt=at
        )


def _asn1(certificate: x509.Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))


def _key(private: PrivateKey) -> keys.PrivateKeyInfo:
    return keys.PrivateKeyInfo.load(private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def _store(certificates: Sequence[x509.Certificate]) -> SimpleCertificateStore:
    store = SimpleCertificateStore()
    store.register_multiple([_asn1(one) for one in certificates])
    return store
