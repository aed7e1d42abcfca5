"""A document with one of everything that may be changed after signing, and revisions written by hand, byte by byte."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Mapping, Sequence
from functools import cache

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

from tests.signed_pdfs import sign

XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>'


@cache
def rich_page(*, packed: bool = False) -> bytes:
    """One page: content with an indirect length, a note, a text field, an empty signature field, tags, XMP, names.

    `packed`: with cross-reference and object streams.
    """
    with pikepdf.new() as pdf:
        font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        resources = pdf.make_indirect(Dictionary(Font=Dictionary(F1=font)))
        content = Stream(pdf, b"BT /F1 24 Tf 72 700 Td (Akta Uji) Tj ET\n")
        page = pdf.make_indirect(
            Dictionary(
                Type=Name.Page,
                MediaBox=Array([0, 0, 612, 792]),
                Resources=resources,
                Contents=pdf.make_indirect(content),
            )
        )
        pdf.Root.Pages = pdf.make_indirect(Dictionary(Type=Name.Pages, Kids=Array([page]), Count=1))
        page.Parent = pdf.Root.Pages
        drawn = pdf.make_indirect(_form(pdf, b"0 0 1 rg 0 0 80 20 re f\n"))
        note = _widget(pdf, "/Text", Contents=String("Catatan"), Rect=Array([10, 10, 30, 30]))
        entry = _widget(pdf, FT=Name.Tx, T=String("Catatan"), V=String("Semula"), Rect=Array([72, 500, 200, 520]))
        empty = _widget(
            pdf, FT=Name.Sig, T=String("Kosong"), Rect=Array([72, 100, 152, 120]), AP=Dictionary(N=drawn), P=page
        )
        page.Annots = pdf.make_indirect(Array([note, entry, empty]))
        pdf.Root.AcroForm = pdf.make_indirect(
            Dictionary(Fields=Array([entry, empty]), DR=Dictionary(Font=Dictionary()))
        )
        tree = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        paragraph = Dictionary(Type=Name.StructElem, S=Name.P, P=tree, Pg=page, K=0)
        tree.K = Array([pdf.make_indirect(paragraph)])
        tree.ParentTree = pdf.make_indirect(Dictionary(Nums=Array([0, Array([tree.K[0]])])))
        pdf.Root.StructTreeRoot = tree
        pdf.Root.Names = pdf.make_indirect(Dictionary(Dests=Dictionary(Names=Array([]))))
        pdf.Root.Metadata = pdf.make_indirect(Stream(pdf, XMP, Type=Name.Metadata, Subtype=Name.XML))
        pdf.trailer.Info = pdf.make_indirect(Dictionary(Title=String("Akta Uji")))
        out = io.BytesIO()
        mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
        pdf.save(
            out, object_stream_mode=mode, deterministic_id=True, compress_streams=False, fix_metadata_version=False
        )
    return out.getvalue()


def _form(pdf: pikepdf.Pdf, drawing: bytes) -> Stream:
    return Stream(pdf, drawing, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 80, 20]))


def _widget(pdf: pikepdf.Pdf, kind: str = "/Widget", **entries: object) -> pikepdf.Object:
    made = Dictionary(Type=Name.Annot, Subtype=Name(kind))
    for key, value in entries.items():
        made[f"/{key}"] = value
    return pdf.make_indirect(made)


@cache
def signed(*, packed: bool = False) -> bytes:
    """That document with an invisible approval signature in a field of its own, the last revision."""
    return sign(rich_page(packed=packed), certify=False)


class Numbers:
    """The numbers of the objects of a file by what they are, and their text."""

    def __init__(self, pdf: bytes) -> None:
        self._pdf = pikepdf.open(io.BytesIO(pdf))
        root = self._pdf.Root
        page = root.Pages.Kids[0]
        fields = root.AcroForm.Fields
        named = {
            "root": root,
            "pages": root.Pages,
            "page": page,
            "content": page.Contents,
            "resources": page.Resources,
            "font": page.Resources.Font.F1,
            "annotations": page.Annots,
            "note": page.Annots[0],
            "form": root.AcroForm,
            "entry": fields[0],
            "empty": fields[1],
            "drawn": fields[1].AP.N,
            "field": fields[2],
            "signature": fields[2].V,
            "names": root.Names,
            "metadata": root.Metadata,
            "tree": root.StructTreeRoot,
            "paragraph": root.StructTreeRoot.K[0],
            "info": self._pdf.trailer.Info,
        }
        self.of = {name: value.objgen[0] for name, value in named.items()}
        self.free = max(number for number, _ in self._pdf.get_xref_table()) + 5

    def text(self, name: str) -> bytes:
        """The object in PDF syntax; of a stream its dictionary."""
        value = self._pdf.get_object((self.of[name], 0))
        return value.stream_dict.unparse() if isinstance(value, Stream) else value.unparse(resolved=True)


@cache
def numbers(*, packed: bool = False) -> Numbers:
    """Those of `signed`."""
    return Numbers(signed(packed=packed))


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object's value."""
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(content), content)


def with_revision(
    pdf: bytes,
    objects: Mapping[int, bytes],
    *,
    freed: Sequence[int] = (),
    packed: Mapping[int, bytes] | None = None,
    packed_in: int = 0,
    as_stream: int = 0,
    trailer: Mapping[str, bytes] | None = None,
    generation: int = 0,
    before: bytes = b"",
) -> bytes:
    """`pdf` and one revision, right in itself, with these objects.

    `freed` are numbers taken out of use. `packed` are objects in an object stream numbered `packed_in`, and `as_stream`
    is the number of a cross-reference stream instead of a table. `trailer` replaces entries of the trailer; one that is
    empty is left out. `generation` is that of all `objects`. `before` is written first.
    """
    previous = int(pdf.rsplit(b"startxref", 1)[1].split()[0])
    out, places = pdf + before, dict[int, int]()
    for number, value in objects.items():
        places[number] = len(out)
        out += b"%d %d obj\n%s\nendobj\n" % (number, generation, value)
    inside: dict[int, int] = {}
    if packed:
        head, body = b"", b""
        for place, (number, value) in enumerate(packed.items()):
            head += b"%d %d " % (number, len(body))
            body += value + b" "
            inside[number] = place
        places[packed_in] = len(out)
        entries = b"/Type /ObjStm /N %d /First %d" % (len(packed), len(head))
        out += b"%d 0 obj\n%s\nendobj\n" % (packed_in, stream(head + body, entries))
    at = len(out)
    if as_stream:
        places[as_stream] = at
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        size = max(int(opened.trailer.Size), 1 + max([*places, *inside, *freed, 0]))
        said = {"Size": b"%d" % size, "Root": b"%d 0 R" % opened.Root.objgen[0], "Prev": b"%d" % previous}
        said["Info"] = opened.trailer.Info.unparse() if "/Info" in opened.trailer else b""
        said["ID"] = opened.trailer.ID.unparse()
    said |= trailer or {}
    text = b" ".join(b"/%s %s" % (key.encode(), value) for key, value in said.items() if value)
    if as_stream:
        rows = {number: (1, place, generation) for number, place in places.items()}
        rows |= {number: (2, packed_in, place) for number, place in inside.items()} | dict.fromkeys(freed, (0, 0, 1))
        index = b" ".join(b"%d 1" % number for number in sorted(rows))
        content = b"".join(
            bytes([kind]) + place.to_bytes(4, "big") + more.to_bytes(2, "big")
            for _, (kind, place, more) in sorted(rows.items())
        )
        entries = b"/Type /XRef /W [1 4 2] /Index [%s] %s /Filter /FlateDecode" % (index, text)
        out += b"%d 0 obj\n%s\nendobj\n" % (as_stream, stream(zlib.compress(content), entries))
    else:
        lines = {number: b"%010d %05d n \n" % (place, generation) for number, place in places.items()}
        lines |= dict.fromkeys(freed, b"0000000000 00001 f \n")
        table = b"".join(b"%d 1\n%s" % item for item in sorted(lines.items()))
        out += b"xref\n%strailer\n<< %s >>\n" % (table, text)
    return out + b"startxref\n%d\n%%%%EOF\n" % at


def replaced(text: bytes, pattern: bytes, value: bytes) -> bytes:
    """A dictionary's text with something in it replaced, which must be there."""
    found = re.sub(pattern, lambda _: value, text, count=1)
    assert found != text
    return found


def added(text: bytes, entries: bytes) -> bytes:
    """A dictionary's text with more entries."""
    assert text.startswith(b"<<")
    return b"<< " + entries + b" " + text[2:]
