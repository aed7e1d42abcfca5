"""From the page reportlab wrote to a frame: a PDF/A-2b file that lacks nothing but a record's words."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from typing import Final

import pikepdf

from tte.frame import HEADER, Frame
from tte.rendering.metadata import OUTPUT_CONDITION, srgb_profile, xmp
from tte.rendering.pen import number
from tte.rendering.units import MM
from tte.template.extents import Box

FIELD: Final = "TandaTangan"
"""The name of the signature field."""

_PRINT_AND_LOCKED: Final = 132
_LEVEL: Final = 9


def skeleton(
    page: bytes, title: str, *, field: Box | None, appearance: bytes, following: Sequence[bytes] = ()
) -> Frame:
    """Turn reportlab's file into a frame, which lacks the words of the first page.

    `field` is where the signature field lies on it, in mm from the top left corner, and `appearance` the operators that
    are seen there, in the page's own coordinates; None leaves the field out. `following`: the words of further pages.
    """
    with pikepdf.open(io.BytesIO(page)) as pdf:
        _tidy(pdf, following)
        _declare(pdf, title)
        if field is not None:
            _add_field(pdf, field, appearance)
        written = io.BytesIO()
        pdf.save(
            written,
            static_id=True,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return _cut(written)


def _tidy(pdf: pikepdf.Pdf, following: Sequence[bytes]) -> None:
    """Drop what reportlab writes and PDF/A or privacy does not want, and give every form only what it uses."""
    del pdf.docinfo
    for entry in ("/Outlines", "/PageMode"):
        if entry in pdf.Root:
            del pdf.Root[entry]
    for stream in pdf.objects:
        if isinstance(stream, pikepdf.Stream) and stream.get("/Subtype") == pikepdf.Name.Form:
            _prune(stream)
    for page, words in zip(pdf.pages, (b"", *following), strict=True):
        if "/Trans" in page:
            del page["/Trans"]
        fonts = page.Resources.Font
        page.Resources.Font = pikepdf.Dictionary({name: pdf.make_indirect(font) for name, font in fonts.items()})
        artwork = b"/Artifact BMC q\n%s\nQ EMC" % page.Contents.read_bytes()
        page.Contents = pikepdf.Array([pdf.make_stream(artwork), pdf.make_stream(words)])


def _prune(form: pikepdf.Stream) -> None:
    """reportlab lets every form use all fonts and forms of the document."""
    used = {str(each.operands[0]) for each in pikepdf.parse_content_stream(form) if str(each.operator) == "Do"}
    forms = form.get("/Resources", pikepdf.Dictionary()).get("/XObject", pikepdf.Dictionary())
    kept = pikepdf.Dictionary({name: forms[name] for name in sorted(used)})
    form.Resources = pikepdf.Dictionary(XObject=kept) if used else pikepdf.Dictionary()


def _declare(pdf: pikepdf.Pdf, title: str) -> None:
    """Say that this is PDF/A-2b, in Indonesian, in sRGB."""
    metadata = pdf.make_stream(xmp(title), Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
    profile = pdf.make_stream(srgb_profile(), N=3, Alternate=pikepdf.Name.DeviceRGB)
    intent = pikepdf.Dictionary(
        Type=pikepdf.Name.OutputIntent,
        S=pikepdf.Name.GTS_PDFA1,
        OutputConditionIdentifier=pikepdf.String(OUTPUT_CONDITION),
        Info=pikepdf.String(OUTPUT_CONDITION),
        DestOutputProfile=profile,
    )
    pdf.Root.Metadata = metadata
    pdf.Root.OutputIntents = pikepdf.Array([intent])
    pdf.Root.Lang = pikepdf.String("id-ID")
    pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)


def _add_field(pdf: pikepdf.Pdf, field: Box, appearance: bytes) -> None:
    """One empty signature field. Its appearance is drawn where it is seen, so the box needs no transformation."""
    page = pdf.pages[0]
    height = float(page.MediaBox[3])
    corners = (field.left * MM, height - field.bottom * MM, field.right * MM, height - field.top * MM)
    box = pikepdf.Array([pikepdf.Object.parse(number(corner)) for corner in corners])
    seen = pdf.make_stream(
        appearance,
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Form,
        FormType=1,
        BBox=box,
        Resources=pikepdf.Dictionary(Font=page.Resources.Font),
    )
    widget = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Sig,
            T=pikepdf.String(FIELD),
            F=_PRINT_AND_LOCKED,
            Rect=box,
            P=page.obj,
            AP=pikepdf.Dictionary(N=seen),
        )
    )
    page.Annots = pikepdf.Array([widget])
    pdf.Root.AcroForm = pdf.make_indirect(pikepdf.Dictionary(Fields=pikepdf.Array([widget])))


def _cut(written: io.BytesIO) -> Frame:
    """Write every object but the hole, packed, and remember where it begins."""
    with pikepdf.open(written) as pdf:
        hole, root = pdf.pages[0].Contents[1].objgen[0], pdf.Root.objgen[0]
        out, offsets = bytearray(HEADER), {}
        for object_ in pdf.objects:
            each = object_.objgen[0]
            if each == hole:
                continue
            offsets[each] = len(out)
            out += b"%d 0 obj\n%s\nendobj\n" % (each, _body(object_))
    return Frame(bytes(out), offsets, hole, root)


def _body(object_: pikepdf.Object) -> bytes:
    if not isinstance(object_, pikepdf.Stream):
        return object_.unparse(resolved=True)
    content = object_.read_bytes()
    entries = pikepdf.Dictionary({key: value for key, value in object_.stream_dict.items() if key != "/Length"})
    if entries.get("/Type") != pikepdf.Name.Metadata:  # readers that know no PDF must find the metadata
        content = zlib.compress(content, _LEVEL)
        entries.Filter = pikepdf.Name.FlateDecode
    entries.Length = len(content)
    return b"%s\nstream\n%s\nendstream" % (entries.unparse(), content)
