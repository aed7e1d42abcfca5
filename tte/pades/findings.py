"""Walks over an open PDF for lint: forbidden things, fonts, the archive claim, the signature field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf

from tte.errors import Problem

FORBIDDEN_KEYS = {
    "/AA": "an automatic action",
    "/AF": "an associated file",
    "/Alternates": "an alternate image",
    "/ByteRange": "a signature",
    "/Collection": "a portfolio",
    "/DSS": "validation data of a signature",
    "/EF": "an embedded file",
    "/EmbeddedFiles": "an embedded file",
    "/JS": "a script",
    "/JavaScript": "a script",
    "/OC": "optional content",
    "/OCGs": "optional content",
    "/OCProperties": "optional content",
    "/OPI": "an external image",
    "/OpenAction": "an action at opening",
    "/PS": "PostScript",
    "/Perms": "a certification",
    "/PresSteps": "a presentation",
    "/Ref": "a page of another file",
    "/RichMediaContent": "rich media",
    "/URI": "a link",
    "/XFA": "an XFA form",
}
FORBIDDEN_TYPES = frozenset({"/EmbeddedFile", "/Filespec", "/OCG", "/OCMD", "/Sig", "/DocTimeStamp"})
FORBIDDEN_SUBTYPES = frozenset({"/PS", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D", "/FileAttachment", "/Link"})
ACTIONS = frozenset(
    {
        "/GoTo3DView", "/GoToE", "/GoToR", "/Hide", "/ImportData", "/JavaScript", "/Launch", "/Movie", "/Named",
        "/Rendition", "/ResetForm", "/RichMediaExecute", "/SetOCGState", "/Sound", "/SubmitForm", "/Thread", "/Trans",
        "/URI",
    }
)  # fmt: skip
DEEPEST = 50


def forbidden(pdf: pikepdf.Pdf) -> Iterator[Problem]:
    """All that could act, hide, fetch or carry something else (ISO 32000-1 §12.6, §8.11, §7.11), reachable or not."""
    seen = set()
    for where, node in _dictionaries(pdf):
        for key in node.keys() & FORBIDDEN_KEYS.keys():
            seen.add((where, f"{key}: {FORBIDDEN_KEYS[key]}"))
        if str(node.get("/Type", "")) in FORBIDDEN_TYPES:
            seen.add((where, f"an object of type {node.Type}"))
        if str(node.get("/Subtype", "")) in FORBIDDEN_SUBTYPES:
            seen.add((where, f"an object of subtype {node.Subtype}"))
        if str(node.get("/S", "")) in ACTIONS:
            seen.add((where, f"an action {node.S}"))
        if isinstance(node, pikepdf.Stream) and "/F" in node:
            seen.add((where, "a stream kept in another file"))
    return (Problem(where, f"holds {what}") for where, what in sorted(seen))


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[tuple[str, pikepdf.Object]]:
    """Every dictionary and stream with the indirect object it is in; indirect references are not followed twice."""
    for item in pdf.objects:
        where = f"object {item.objgen[0]}" if item is not None else ""
        yield from ((where, node) for node in _within(item, 0))
    yield from (("trailer", node) for node in _within(pdf.trailer, 0))


def _within(item: object, depth: int) -> Iterator[pikepdf.Object]:
    if depth > DEEPEST:
        raise ValueError("nested too deeply")
    if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        yield item
        children = [child for _, child in item.items()]
    elif isinstance(item, pikepdf.Array):
        children = list(item)
    else:
        return
    for child in children:
        if isinstance(child, pikepdf.Object) and not child.is_indirect:
            yield from _within(child, depth + 1)


def fonts(pdf: pikepdf.Pdf) -> Iterator[Problem]:
    """Every font has its program in the file (ISO 19005-2 §6.2.11.4)."""
    for where, node in _dictionaries(pdf):
        if str(node.get("/Type", "")) == "/Font":
            yield from _font(where, node)
        for font in _resources(node):
            if str(font.get("/Type", "")) != "/Font":
                yield Problem(where, "a font that does not say it is one")


def _resources(node: pikepdf.Object) -> list[pikepdf.Object]:
    table = node.get("/Font")
    return [font for _, font in table.items()] if isinstance(table, pikepdf.Dictionary) else []


def _font(where: str, font: pikepdf.Object) -> Iterator[Problem]:
    if str(font.get("/Subtype", "")) in {"/Type0", "/Type3"}:
        return  # the first has its program in its descendant, a font of its own; the second draws its glyphs here
    descriptor: Any = font.get("/FontDescriptor", {})
    if not any(isinstance(descriptor.get(key), pikepdf.Stream) for key in ("/FontFile", "/FontFile2", "/FontFile3")):
        yield Problem(where, f"the font {font.get('/BaseFont', 'without a name')} is not embedded")


def archive(pdf: pikepdf.Pdf) -> Iterator[Problem]:
    """It says it is PDF/A-2b and brings the colour profile that this asks for (ISO 19005-2 §6.6.4, §6.2.3)."""
    if "/Metadata" not in pdf.Root or pdf.open_metadata(strict=True).pdfa_status != "2B":
        yield Problem("metadata", "do not say that it is PDF/A-2b")
    intents: Any = pdf.Root.get("/OutputIntents", [])
    if not any(
        str(intent.get("/S", "")) == "/GTS_PDFA1" and isinstance(intent.get("/DestOutputProfile"), pikepdf.Stream)
        for intent in intents
    ):
        yield Problem("catalog", "has no PDF/A output intent with its colour profile")


def field(pdf: pikepdf.Pdf, name: str) -> Iterator[Problem]:
    """One form field, an empty signature called `name`, whose widget is the only annotation and lies on its page."""
    form: Any = pdf.Root.get("/AcroForm", {})
    fields = list(form.get("/Fields", []))
    annotations = [(page, item) for page in pdf.pages for item in page.obj.get("/Annots", [])]
    if form.get("/NeedAppearances", False):
        yield Problem("form", "asks the viewer to draw it")
    if len(fields) != 1 or str(fields[0].get("/T", "")) != name or str(fields[0].get("/FT", "")) != "/Sig":
        yield Problem("form", f"its only field must be an empty signature called {name}")
        return
    (widget,) = fields
    if "/V" in widget or "/Kids" in widget or "/A" in widget:
        yield Problem("form", f"{name} is not an empty signature field without actions or parts")
    if len(annotations) != 1 or annotations[0][1].objgen != widget.objgen or widget.objgen == (0, 0):
        yield Problem("pages", f"the only annotation must be the widget of {name}")
        return
    yield from _widget(annotations[0][0], widget, name)


PRINT, UNSEEN = 1 << 2, (1 << 0) | (1 << 1) | (1 << 5)
"""Bits of an annotation's /F (ISO 32000-1 table 165): printed; invisible, hidden or not viewed."""


def _widget(page: pikepdf.Page, widget: pikepdf.Object, name: str) -> Iterator[Problem]:
    if str(widget.get("/Subtype", "")) != "/Widget":
        yield Problem(name, "is not a widget")
    flags = int(widget.get("/F", 0))
    if not flags & PRINT or flags & UNSEEN:
        yield Problem(name, "must be seen and printed")
    appearance: Any = widget.get("/AP", {})
    if not isinstance(appearance.get("/N"), pikepdf.Stream):
        yield Problem(name, "has no appearance")
    box, rect = [float(side) for side in page.cropbox], [float(side) for side in widget.get("/Rect", [])]
    if len(rect) != 4 or not (box[0] <= rect[0] < rect[2] <= box[2] and box[1] <= rect[1] < rect[3] <= box[3]):
        yield Problem(name, "does not lie on the page")
