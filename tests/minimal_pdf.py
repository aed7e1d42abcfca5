"""A small PDF/A-2b page with one empty signature field, made without tte.rendering: to try the signing rooms on."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pikepdf
import pikepdf.pdfa
import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tte.model import Document, Record

BOX = (60, 60, 260, 110)


def minimal_document(text: str = "KUTIPAN AKTA KELAHIRAN (contoh)", *, xref_stream: bool = False) -> Document:
    """The document that says `text`; `xref_stream` for object and cross-reference streams instead of a table."""
    record = Record("contoh", "0001", {"nama": "SITI"})
    return Document("1f0c5b2e8d3a4b6c9e7f001122334455", record, minimal_pdf(text, xref_stream=xref_stream))


def minimal_pdf(text: str = "KUTIPAN AKTA KELAHIRAN (contoh)", *, xref_stream: bool = False) -> bytes:
    archived = BytesIO()
    with pikepdf.open(BytesIO(_page(text))) as pdf:
        del pdf.pages[0].obj["/Trans"]
        pikepdf.pdfa.save(pdf, archived, "2b")
    archived.seek(0)
    out = BytesIO()
    mode = pikepdf.ObjectStreamMode.generate if xref_stream else pikepdf.ObjectStreamMode.disable
    with pikepdf.open(archived) as pdf:
        _add_field(pdf)
        pdf.save(out, deterministic_id=True, object_stream_mode=mode)
    return out.getvalue()


def _page(text: str) -> bytes:
    pdfmetrics.registerFont(TTFont("Vera", str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf")))
    out = BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), invariant=1, initialFontName="Vera")  # type: ignore[arg-type] # its stub says number
    canvas.setFont("Vera", 14)
    canvas.drawString(72, 720, text)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _add_field(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0]
    appearance = pdf.make_stream(b"0 0 200 50 re S")
    appearance.Type, appearance.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    appearance.BBox, appearance.Resources = pikepdf.Array([0, 0, 200, 50]), pikepdf.Dictionary()
    widget = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Sig,
            T=pikepdf.String("TandaTangan"),
            F=132,
            Rect=pikepdf.Array(BOX),
            P=page.obj,
            AP=pikepdf.Dictionary(N=appearance),
        )
    )
    page.obj.Annots = pikepdf.Array([widget])
    pdf.Root.AcroForm = pdf.make_indirect(pikepdf.Dictionary(Fields=pikepdf.Array([widget]), SigFlags=3))
