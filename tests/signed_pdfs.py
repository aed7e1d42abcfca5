"""Signed PDFs to judge, made with plain pyHanko and throw-away certificates: nothing here is our own writer."""

# pyHanko is typed only in part.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from asn1crypto import crl as asn1_crl
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore
from reportlab.pdfgen.canvas import Canvas

from tte.testing.pki import USAGES

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Party:
    """A certificate with its private key."""

    certificate: x509.Certificate
    key: Private

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def asn1(self) -> asn1.Certificate:
        return asn1.Certificate.load(self.der)

    @property
    def asn1_key(self) -> asn1_keys.PrivateKeyInfo:
        return asn1_keys.PrivateKeyInfo.load(
            self.key.private_bytes(
                serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )


def party(
    name: str,
    issuer: Party | None = None,
    *,
    authority: bool = False,
    key: Private | None = None,
    begins: datetime = NOW - timedelta(days=100),
    ends: datetime = NOW + timedelta(days=1000),
    usage: Sequence[str] = ("digital_signature", "content_commitment"),
    purposes: Sequence[ObjectIdentifier] = (),
    more: Sequence[x509.ExtensionType] = (),
) -> Party:
    """A certificate for `name`, self-signed without an issuer."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    allowed = ("key_cert_sign", "crl_sign") if authority else usage
    flags = dict.fromkeys(USAGES, False)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if allowed:
        builder = builder.add_extension(x509.KeyUsage(**{**flags, **dict.fromkeys(allowed, True)}), critical=True)
    if purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    for extension in more:
        builder = builder.add_extension(extension, critical=False)
    signing = issuer.key if issuer else key
    return Party(builder.sign(signing, hashes.SHA256()), key)


@dataclass(frozen=True)
class World:
    """A root, an authority below it, a signer and a time-stamp authority."""

    root: Party
    authority: Party
    signer: Party
    stamper: Party


@cache
def world() -> World:
    root = party("Akar Uji", authority=True)
    authority = party("PSrE Uji", root, authority=True)
    return World(
        root,
        authority,
        party("Budi Contoh, S.H.", authority),
        party(
            "TSA Uji",
            authority,
            key=rsa.generate_private_key(65537, 2048),
            purposes=[ExtendedKeyUsageOID.TIME_STAMPING],
        ),
    )


def page(text: str = "Akta Uji") -> bytes:
    """One page with a line of text, the same bytes every time."""
    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=True)
    canvas.drawString(72, 720, text)
    canvas.save()
    return stream.getvalue()


def signer_of(who: Party, issuers: Sequence[Party] = ()) -> signers.SimpleSigner:
    store = SimpleCertificateStore()
    store.register_multiple([issuer.asn1 for issuer in issuers])
    return signers.SimpleSigner(signing_cert=who.asn1, signing_key=who.asn1_key, cert_registry=store)


def stamper(at: datetime = NOW) -> DummyTimeStamper:
    made = world()
    store = SimpleCertificateStore()
    store.register(made.authority.asn1)
    return DummyTimeStamper(
        tsa_cert=made.stamper.asn1, tsa_key=made.stamper.asn1_key, certs_to_embed=store, fixed_dt=at
    )


def sign(
    pdf: bytes | None = None,
    *,
    by: Party | None = None,
    issuers: Sequence[Party] | None = None,
    field: str = "Signature1",
    certify: bool = True,
    kind: fields.SigSeedSubFilter = fields.SigSeedSubFilter.PADES,
    digest: str = "sha256",
    time_stamper: DummyTimeStamper | None = None,
    box: tuple[int, int, int, int] | None = None,
    at: datetime = NOW,
    change: Callable[[IncrementalPdfFileWriter], None] = lambda _: None,
    strict: bool = True,
) -> bytes:
    """`pdf` signed in a new revision; if not told otherwise by the world's signer, certified, no change allowed."""
    writer = IncrementalPdfFileWriter(io.BytesIO(page() if pdf is None else pdf), strict=strict)
    change(writer)
    meta = signers.PdfSignatureMetadata(
        field_name=field,
        md_algorithm=digest,
        subfilter=kind,
        certify=certify,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    chosen = by or world().signer
    out = signers.PdfSigner(
        meta,
        signer=signer_of(chosen, (world().authority,) if issuers is None else issuers),
        timestamper=time_stamper,
        new_field_spec=fields.SigFieldSpec(field, box=box),
    ).sign_pdf(writer)
    return bytes(out.getvalue())


def sign_field(pdf: bytes, field: str) -> bytes:
    """`pdf` with an approval signature in a field that is there and empty."""
    meta = signers.PdfSignatureMetadata(field_name=field, subfilter=fields.SigSeedSubFilter.PADES)
    signer = signers.PdfSigner(meta, signer=signer_of(world().signer, (world().authority,)))
    return bytes(signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf))).getvalue())


def with_crl(pdf: bytes, crls: Sequence[bytes], certificates: Sequence[Party] = ()) -> bytes:
    """A later revision with a DSS that holds these CRLs and certificates."""
    stream = io.BytesIO(pdf)
    DocumentSecurityStore.add_dss(
        stream,
        sig_contents=None,
        certs=[one.asn1 for one in certificates],
        crls=[asn1_crl.CertificateList.load(one) for one in crls],
        force_write=True,
    )
    return stream.getvalue()


def crl_of(issuer: Party, revoked: Sequence[Party] = (), *, at: datetime = NOW, since: datetime | None = None) -> bytes:
    """A CRL of `issuer`, DER."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(at - timedelta(hours=1))
        .next_update(at + timedelta(days=7))
    )
    for one in revoked:
        entry = (
            x509.RevokedCertificateBuilder()
            .serial_number(one.certificate.serial_number)
            .revocation_date(since or at - timedelta(days=1))
            .build()
        )
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def with_document_time_stamp(pdf: bytes, at: datetime = NOW) -> bytes:
    """A later revision with a document time-stamp."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    out = signers.PdfTimeStamper(stamper(at)).timestamp_pdf(
        writer,
        "sha256",
        ValidationContext(trust_roots=[world().root.asn1], allow_fetching=False, moment=NOW),
    )
    return bytes(out.getvalue())


def changed(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """A later revision in which `change` was made."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def draw_over(writer: IncrementalPdfFileWriter) -> None:
    """Another line of text on the first page."""
    stream = generic.StreamObject(stream_data=b"BT /F1 12 Tf 72 600 Td (Lain) Tj ET")
    writer.add_stream_to_page(0, writer.add_object(stream))


def annotate(writer: IncrementalPdfFileWriter) -> None:
    """A free-text note on the first page."""
    reference = writer.find_page_for_modification(0)[0]
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (72, 500, 200, 520))),
            pdf_name("/Contents"): generic.TextStringObject("Lain"),
        }
    )
    writer.register_annotation(reference, writer.add_object(note))


def add_text_field(writer: IncrementalPdfFileWriter) -> None:
    """A form field for text, before signing."""
    reference = writer.find_page_for_modification(0)[0]
    field = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): generic.TextStringObject("Catatan"),
            pdf_name("/V"): generic.TextStringObject("Semula"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (72, 500, 200, 520))),
        }
    )
    placed = writer.add_object(field)
    writer.register_annotation(reference, placed)
    writer.root[pdf_name("/AcroForm")] = generic.DictionaryObject({pdf_name("/Fields"): generic.ArrayObject([placed])})
    writer.update_root()


def fill_text_field(writer: IncrementalPdfFileWriter) -> None:
    """Another value in that field, after signing."""
    form = writer.root["/AcroForm"]
    reference = form["/Fields"].raw_get(0)
    reference.get_object()[pdf_name("/V")] = generic.TextStringObject("Lain")
    writer.mark_update(reference)


def empty_form(writer: IncrementalPdfFileWriter) -> None:
    """The form without any field: a signature stripped from view."""
    writer.root[pdf_name("/AcroForm")] = generic.DictionaryObject({pdf_name("/Fields"): generic.ArrayObject()})
    writer.update_root()


def gap_of(pdf: bytes, which: int = -1) -> tuple[int, int, int]:
    """Where the value of a signature begins and ends, and where its signed bytes end; by default of the last one."""
    found = list(re.finditer(rb"/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", pdf))[which]
    a, b, c = (int(number) for number in found.groups())
    return a, b, b + c


def with_table(pdf: bytes, objects: dict[int, bytes], trailer: bytes = b"") -> bytes:
    """A hand-made later revision with these objects and a cross-reference table, correct in itself."""
    previous = int(pdf.rsplit(b"startxref", 1)[1].split()[0])
    size = max(int(number) for number in re.findall(rb"/Size (\d+)", pdf))
    out, places = pdf, {}
    for number, value in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, value)
    table = b"".join(b"%d 1\n%010d 00000 n \n" % item for item in sorted(places.items()))
    root = re.findall(rb"/Root (\d+ 0 R)", pdf)[-1]
    identity = re.findall(rb"/ID\s*\[[^\]]*\]", pdf)[-1]
    size = max([size, *(number + 1 for number in objects)])
    return out + b"xref\n%strailer\n<< /Size %d /Root %s /Prev %d %s %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        size,
        root,
        previous,
        identity,
        trailer,
        len(out),
    )
