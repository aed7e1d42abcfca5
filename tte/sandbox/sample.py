"""A small signed file that the mother process makes and examines before it forks, so that children find all ready."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

NOW = datetime(2026, 1, 1, tzinfo=UTC)
_ROOM = 8192
_HEAD = b"%PDF-1.7\n"
_OBJECTS = (
    b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] /SigFlags 3 >> >>",
    b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Annots [4 0 R] >>",
    b"<< /FT /Sig /T (Contoh) /V 5 0 R /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /F 132 /P 3 0 R >>",
    b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /M (D:20260101000000Z) "
    b"/ByteRange [0 %010d %010d %010d] /Contents <" + b"0" * _ROOM + b"> >>",
)


@cache
def sample() -> tuple[bytes, bytes]:
    """The file, signed by a key that is forgotten at once, and the certificate (DER) to trust for it at NOW."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Contoh")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, NOW - timedelta(1), NOW + timedelta(1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pdf, gap = _laid_out()
    signed = pdf[: gap[0]] + pdf[gap[1] :]
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.NoCapabilities]
    builder = pkcs7.PKCS7SignatureBuilder(signed).add_signer(certificate, key, hashes.SHA256())
    value = builder.sign(Encoding.DER, options).hex().encode().ljust(_ROOM, b"0")
    return pdf[: gap[0] + 1] + value + pdf[gap[1] - 1 :], certificate.public_bytes(Encoding.DER)


def _laid_out() -> tuple[bytes, tuple[int, int]]:
    """The file with its byte range, its value still zeros, and where that stands."""
    pdf, places = _HEAD, []
    for number, text in enumerate(_OBJECTS, 1):
        places.append(len(pdf))
        pdf += b"%d 0 obj\n%b\nendobj\n" % (number, text.replace(b"%010d", b"0" * 10))
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(places) + 1
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(pdf))
    pdf += b"xref\n0 %d\n0000000000 65535 f \n%b%b" % (size, rows, end)
    start = pdf.index(b"/Contents <") + len(b"/Contents ")
    gap = start, start + _ROOM + 2
    numbers = b"/ByteRange [0 %010d %010d %010d]" % (*gap, len(pdf) - gap[1])
    return pdf.replace(b"/ByteRange [0 " + b" ".join([b"0" * 10] * 3) + b"]", numbers), gap
