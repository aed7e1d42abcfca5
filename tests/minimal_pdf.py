"""A small PDF/A-2b page with one empty signature field, made without tte.rendering: to try the signing rooms on."""

from __future__ import annotations

import re
from functools import cache
from io import BytesIO
from pathlib import Path

import pikepdf
import pikepdf.pdfa
import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tte.frame import Frame, Words
from tte.model import Document, Record

ID = "1f0c5b2e8d3a4b6c9e7f001122"
TEXT = "KUTIPAN AKTA KELAHIRAN (contoh)"
BOX = (60, 60, 260, 110)


def minimal_document(text: str = TEXT, *, public_id: str = ID) -> Document:
    """The document that says `text`, in ASCII. All of them share one frame."""
    return Document(public_id, Record("contoh", "0001", {"nama": "SITI"}), minimal_frame(), _words(text))


@cache
def minimal_frame() -> Frame:
    """A page with a heading, and a hole for the words."""
    return frame_of(minimal_pdf("DINAS CONTOH"))


def minimal_pdf(text: str = TEXT, *, xref_stream: bool = False) -> bytes:
    """A whole file as pikepdf writes it; `xref_stream` for object and cross-reference streams instead of a table."""
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


def frame_of(pdf: bytes) -> Frame:
    """The frame of a one-page file: a second content stream is added to its page, and is the hole."""
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        page = opened.pages[0].obj
        page.Contents = pikepdf.Array([page.Contents, opened.make_stream(b"")])
        opened.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    with pikepdf.open(out) as written:
        hole, root = written.pages[0].Contents[1].objgen[0], written.Root.objgen[0]
    return _cut(out.getvalue(), hole, root)


def places_of(pdf: bytes) -> dict[int, int]:
    """Where each object begins, as the one cross-reference table says, whose only section starts with object 0."""
    table = pdf[int(pdf[pdf.rindex(b"startxref") :].split()[1]) :]
    head = re.match(rb"xref\s+0 (\d+)\s+\d{10} 65535 f\s", table)
    assert head
    places = [int(place) for place in re.findall(rb"(\d{10}) 00000 n\s", table)]
    assert len(places) == int(head[1]) - 1
    return dict(enumerate(places, 1))


def objects_of(pdf: bytes) -> dict[int, bytes]:
    """The bytes of every object by its number, from `N 0 obj` to `endobj`."""
    objects = {number: pdf[place : pdf.index(b"endobj", place) + 6] for number, place in places_of(pdf).items()}
    assert all(object_.startswith(b"%d 0 obj" % number) for number, object_ in objects.items())
    return objects


def _cut(pdf: bytes, hole: int, root: int) -> Frame:
    """Take the file apart where its own cross-reference table says, and leave out the hole."""
    out, offsets = bytearray(pdf[: min(places_of(pdf).values())]), {}
    for number, object_ in objects_of(pdf).items():
        if number != hole:
            offsets[number] = len(out)
            out += object_ + b"\n"
    return Frame(bytes(out), offsets, hole, root)


def _words(text: str) -> Words:
    """One line of text in the page's only face, which has all of ASCII at its usual codes."""
    with pikepdf.open(BytesIO(minimal_frame().filled(b"", bytes(16)))) as pdf:
        (face,) = pdf.pages[0].Resources.Font.keys()
    escaped = re.sub(rb"([()\\])", rb"\\\1", text.encode("ascii"))
    return Words((b"BT %b 14 Tf 72 690 Td (" % face.encode(), b") Tj ET\n"), (escaped,))


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
