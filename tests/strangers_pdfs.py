"""PDFs of many makers, as an office's applications send them to be signed. None is written by our own code."""

# reportlab and pyHanko are typed only in part.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from io import BytesIO
from typing import Literal

import pikepdf
import pypdf
from pikepdf import Array, Dictionary, Name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from reportlab.pdfgen.canvas import Canvas

from tests import judged, signed_pdfs
from tests.minimal_pdf import minimal_pdf

READERS, OWNER = "pembaca", "pemilik"
"""The passwords of `encrypted`."""


def plain(*lines: str, pages: int = 2, size: tuple[float, float] = (595, 842)) -> bytes:
    """reportlab: a cross-reference table, a font that is not embedded."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=size, invariant=1)
    for page in range(pages):
        for place, line in enumerate(lines or ("Surat keterangan", "Kepala Dinas", "#", "Contoh")):
            canvas.drawString(72, 700 - 40 * place, line)
        canvas.drawString(72, 60, f"Halaman {page + 1}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def by_pypdf() -> bytes:
    writer = pypdf.PdfWriter()
    writer.append(BytesIO(plain()))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def object_streams(pdf: bytes | None = None) -> bytes:
    return _saved(pdf or plain(), object_stream_mode=pikepdf.ObjectStreamMode.generate)


def linearized() -> bytes:
    return _saved(plain(), linearize=True)


def linearized_object_streams() -> bytes:
    return _saved(plain(), linearize=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def hybrid() -> bytes:
    """A table for old readers, and beside it a stream that knows of one object more (ISO 32000-1 §7.5.8.4)."""
    bodies = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> /PieceInfo 7 0 R >>",
        4: _stream(b"", b"BT /F1 12 Tf 72 700 Td (Kepala Dinas #) Tj ET"),
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        6: _stream(b"/Type /ObjStm /N 1 /First 4", b"7 0 << /Contoh << /Private 1 >> >>"),
    }
    out, places = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"), {}
    for number, body in bodies.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    beside = len(out)
    rows = b"".join(
        bytes((kind, *place.to_bytes(3, "big"), index)) for kind, place, index in ((2, 6, 0), (1, beside, 0))
    )
    about = b"/Type /XRef /Size 9 /W [1 3 1] /Index [7 2] /Root 1 0 R"
    out += b"8 0 obj\n%b\nendobj\n" % _stream(about, rows)
    table = len(out)
    out += b"xref\n0 9\n0000000000 65535 f \n"
    out += b"".join(b"%010d 00000 n \n" % places[number] for number in range(1, 7))
    out += b"0000000000 65535 f \n%010d 00000 n \n" % beside
    out += b"trailer\n<< /Size 9 /Root 1 0 R /XRefStm %d >>\nstartxref\n%d\n%%%%EOF\n" % (beside, table)
    return bytes(out)


def _stream(about: bytes, content: bytes) -> bytes:
    return b"<< %b /Length %d >>\nstream\n%b\nendstream" % (about, len(content), content)


def turned(degrees: int) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        for page in pdf.pages:
            page.obj.Rotate = degrees

    return _saved(plain(), change)


def cropped() -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        for page in pdf.pages:
            page.obj.MediaBox = Array([-100, -50, 595, 842])
            page.obj.CropBox = Array([50, 100, 450, 800])

    return _saved(plain(), change)


def cropped_and_turned() -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        pages = pdf.Root.Pages
        for page in pdf.pages:
            del page.obj["/MediaBox"]
            page.obj.UserUnit = 2
        pages.MediaBox, pages.CropBox, pages.Rotate = Array([0, 0, 595, 842]), Array([50, 40, 545, 800]), 90

    return _saved(plain(), change)


def with_form() -> bytes:
    """Two text fields; /Fields and /Annots are objects of their own."""

    def change(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0].obj
        made = [
            pdf.make_indirect(
                Dictionary(
                    Type=Name.Annot,
                    Subtype=Name.Widget,
                    FT=Name.Tx,
                    T=pikepdf.String(name),
                    Rect=Array([72, 300, 272, 320]),
                    DA=pikepdf.String("/Helv 0 Tf 0 g"),
                    F=4,
                    P=page,
                )
            )
            for name in ("nama", "alamat")
        ]
        page.Annots = pdf.make_indirect(Array(made))
        pdf.Root.AcroForm = pdf.make_indirect(Dictionary(Fields=pdf.make_indirect(Array(made))))

    return _saved(plain(), change)


def archived(part: str = "2b") -> bytes:
    """PDF/A, by pikepdf: no form yet."""
    out = BytesIO()
    with pikepdf.open(BytesIO(minimal_pdf("Surat # ini"))) as pdf:
        del pdf.Root.AcroForm, pdf.pages[0].obj["/Annots"]
        pikepdf.pdfa.save(pdf, out, part)
    return out.getvalue()


def with_empty_field(*, sides: tuple[int, int, int, int] = (100, 100, 300, 160)) -> bytes:
    """Two pages, the second of which has an empty signature field `Pejabat`."""

    def change(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[1].obj
        field = pdf.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=Name.Sig,
                T=pikepdf.String("Pejabat"),
                F=4,
                Rect=Array(sides),
                P=page,
            )
        )
        page.Annots = Array([field])
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]))

    return _saved(plain(), change)


def certified(pdf: bytes, *, permitted: fields.MDPPerm) -> bytes:
    """By pyHanko, with what may be done afterwards."""
    about = signers.PdfSignatureMetadata(
        field_name="Pengesahan",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=permitted,
    )
    made = signed_pdfs.world()
    signer = signers.PdfSigner(about, signer=signed_pdfs.signer_of(made.signer, (made.authority,)))
    return bytes(signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf))).getvalue())


def signed_before() -> bytes:
    return judged.approved()


def signed_twice() -> bytes:
    return signed_pdfs.sign(signed_pdfs.sign(certify=False, box=(10, 10, 100, 60)), certify=False, field="Kedua")


def without_a_last_line_end() -> bytes:
    return plain().rstrip()


def with_more_after_the_end() -> bytes:
    return plain() + b"\r\n\r\n" + bytes(20)


def encrypted(revision: Literal[2, 3, 4, 6], *, readers: str = "", aes: bool = True, change: bool = True) -> bytes:
    """`revision` 2 and 3 are RC4, 4 is AES-128 or RC4, 6 is AES-256."""
    return _saved(
        plain(),
        encryption=pikepdf.Encryption(
            owner=OWNER,
            user=readers,
            R=revision,
            aes=aes and revision > 3,
            metadata=aes and revision > 3,
            allow=pikepdf.Permissions(modify_annotation=change, modify_form=change),
        ),
    )


def _saved(pdf: bytes, change: Callable[[pikepdf.Pdf], None] = lambda _: None, **how: object) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        change(opened)
        opened.save(out, **{"static_id": True, **how})  # type: ignore[arg-type]
    return out.getvalue()


@cache
def makers() -> dict[str, bytes]:
    """What can be signed as it is, by what is special about it."""
    return {
        "reportlab": plain(),
        "pypdf": by_pypdf(),
        "object streams": object_streams(),
        "linearized": linearized(),
        "linearized, object streams": linearized_object_streams(),
        "hybrid": hybrid(),
        "turned by 90": turned(90),
        "turned by 180": turned(180),
        "turned by 270": turned(270),
        "cropped": cropped(),
        "cropped, turned, large units": cropped_and_turned(),
        "with a form": with_form(),
        "form in object streams": object_streams(with_form()),
        "PDF/A-2b": archived(),
        "PDF/A-1b": archived("1b"),
        "signed before": signed_before(),
        "signed twice": signed_twice(),
        "no last line end": without_a_last_line_end(),
        "more after the end": with_more_after_the_end(),
    }
