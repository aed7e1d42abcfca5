"""What somebody may add to a signed file: later revisions of every kind, right in themselves, or wrong in one place."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable, Iterator
from functools import lru_cache

import pikepdf

from tests.later_revisions import stream, with_revision

_DRAWN = b"BT /F1 30 Tf 72 400 Td (Lain) Tj ET"
_ACTION = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
_VALUES = (b"null", b"1", b"-1", b"true", b"/X", b"(Lain)", b"[]", b"<< >>", b"[1 0 R]", b"<< /A 1 0 R >>")

_KEYS: dict[str, dict[str, tuple[bytes, ...]]] = {
    "page": {
        "Contents": (b"@drawn", b"[@drawn]", b"null"),
        "MediaBox": (b"[0 0 10 10]",),
        "CropBox": (b"[0 0 10 10]",),
        "Rotate": (b"90", b"180"),
        "UserUnit": (b"9",),
        "Resources": (b"<< >>", b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Symbol >> >> >>"),
        "Annots": (b"[@note]", b"[@widget]", b"[]"),
        "AA": (b"<< /O %b >>" % _ACTION,),
        "Parent": (b"null", b"<< /Type /Pages /Kids [] /Count 0 >>"),
        "Group": (b"<< /S /Transparency >>",),
        "Type": (b"/Template", b"/Pages"),
        "Tabs": (b"/S",),
        "Metadata": (b"@drawn",),
        "Thumb": (b"@image",),
        "PieceInfo": (b"<< /X << /Private 1 >> >>",),
        "StructParents": (b"7",),
        "Trans": (b"<< /S /Fade >>",),
    },
    "root": {
        "Pages": (b"@pages", b"@page"),
        "AcroForm": (b"null", b"<< /Fields [] >>", b"<< /Fields [@text] >>"),
        "OpenAction": (_ACTION,),
        "AA": (b"<< /WC %b >>" % _ACTION,),
        "Names": (
            b"<< /JavaScript << /Names [(a) %b] >> >>" % _ACTION,
            b"<< /EmbeddedFiles << /Names [(a) @file] >> >>",
        ),
        "OCProperties": (b"<< /OCGs [@group] /D << /OFF [@group] /Order [] >> >>",),
        "Outlines": (b"<< /Type /Outlines /First @text >>",),
        "PageLabels": (b"<< /Nums [0 << /S /r >>] >>",),
        "ViewerPreferences": (b"<< /HideToolbar true >>",),
        "PageMode": (b"/FullScreen",),
        "PageLayout": (b"/TwoColumnLeft",),
        "Perms": (b"<< >>", b"<< /DocMDP @text >>"),
        "Dests": (b"<< /a [1 0 R /Fit] >>",),
        "Collection": (b"<< /View /D >>",),
        "Lang": (b"(xx)",),
        "MarkInfo": (b"<< /Marked false >>",),
        "StructTreeRoot": (b"null", b"<< /Type /StructTreeRoot >>"),
        "OutputIntents": (b"[<< /S /GTS_PDFA1 >>]",),
        "AF": (b"[@file]",),
        "URI": (b"<< /Base (http://127.0.0.1/) >>",),
        "Requirements": (b"[<< /S /EnableJavaScripts >>]",),
        "NeedsRendering": (b"true",),
        "Legal": (b"<< /Attestation (x) >>",),
        "DSS": (b"<< /Certs [@drawn] >>", b"<< /Certs [@page] >>", b"@page", b"<< /VRI << /A @content >> >>"),
        "Metadata": (b"@drawn",),
        "Extensions": (b"<< /ADBE << /BaseVersion /1.7 /ExtensionLevel 8 >> >>", b"<< /X %b >>" % _ACTION),
        "Version": (b"/1.4", b"/2.0", b"/9.9"),
        "Type": (b"/X",),
    },
    "form": {
        "Fields": (b"[]", b"[@text]", b"[@field @text]", b"[@field @sig]", b"[@field @field]", b"[@empty @field]"),
        "NeedAppearances": (b"true",),
        "XFA": (b"@drawn", b"[(template) @drawn]"),
        "SigFlags": (b"0", b"1"),
        "DA": (b"(/Helv 0 Tf 1 g)",),
        "DR": (b"<< /Font << /Helv << /Type /Font /Subtype /Type1 /BaseFont /Symbol >> >> >>",),
        "Q": (b"2",),
        "CO": (b"[@text]",),
    },
    "field": {
        "V": (b"null", b"@sig", b"<< /Type /Sig >>", b"(x)"),
        "T": (b"(Lain)",),
        "FT": (b"/Tx", b"/Btn"),
        "Ff": (b"1",),
        "Rect": (b"[0 0 600 800]",),
        "AP": (b"<< /N @form >>",),
        "MK": (b"<< /BG [1 0 0] >>",),
        "AA": (b"<< /E %b >>" % _ACTION,),
        "A": (_ACTION,),
        "F": (b"2", b"0"),
        "P": (b"null",),
        "Kids": (b"[@text]", b"[@field]"),
        "Parent": (b"@text",),
        "Lock": (b"<< /Type /SigFieldLock /Action /All >>",),
        "SV": (b"<< /Type /SV /Ff 1 >>",),
        "TU": (b"(Lain)",),
        "Subtype": (b"/FreeText",),
    },
    "signature": {
        "Reason": (b"(Lain)",),
        "Name": (b"(Lain)",),
        "M": (b"(D:20300101000000Z)",),
        "Contents": (b"<00>",),
        "ByteRange": (b"[0 1 2 3]", b"[0 0 0 0]"),
        "SubFilter": (b"/adbe.pkcs7.detached",),
        "Filter": (b"/X",),
        "Reference": (b"[]",),
        "Type": (b"/DocTimeStamp",),
        "Location": (b"(Lain)",),
        "Cert": (b"<00>",),
        "Changes": (b"[1 1 1]",),
    },
    "pages": {
        "Kids": (b"[@page @page]", b"[]", b"[@new]", b"[@page @new]", b"[@new @page]"),
        "Count": (b"0", b"2"),
        "MediaBox": (b"[0 0 10 10]",),
        "Rotate": (b"90",),
        "Resources": (b"<< >>",),
        "CropBox": (b"[0 0 10 10]",),
        "Parent": (b"1 0 R",),
    },
    "font": {
        "BaseFont": (b"/Symbol",),
        "Encoding": (b"<< /Differences [65 /B] >>",),
        "ToUnicode": (b"@drawn",),
        "FirstChar": (b"99",),
        "Subtype": (b"/Type3",),
    },
}


class Document:
    """The numbers of what matters in a file, and the text of its objects."""

    def __init__(self, pdf: bytes) -> None:
        self.pdf = pdf
        opened = self._opened = pikepdf.open(io.BytesIO(pdf), inherit_page_attributes=False)
        root = opened.Root
        self.of: dict[str, int] = {}
        page = _first_page(root.get("/Pages"))
        form = root.get("/AcroForm")
        fields = list(form.get("/Fields") or []) if form is not None else []
        field = next((one for one in fields if "/V" in one), fields[0] if fields else None)
        resources = page.get("/Resources") if page is not None else None
        fonts = resources.get("/Font") if resources is not None else None
        found = {
            "root": root,
            "pages": root.get("/Pages"),
            "page": page,
            "form": form,
            "field": field,
            "signature": field.get("/V") if field is not None else None,
            "content": page.get("/Contents") if page is not None else None,
            "font": next(iter(dict(fonts).values()), None) if fonts is not None else None,
        }
        for name, value in found.items():
            if isinstance(value, pikepdf.Object) and value.is_indirect:
                self.of[name] = value.objgen[0]
        self.used = [number for number, _ in opened.get_xref_table()]
        self.free = max(self.used) + 3

    def text(self, number: int) -> bytes:
        value = self._opened.get_object((number, 0))
        if isinstance(value, pikepdf.Stream):
            return stream(value.read_raw_bytes(), value.stream_dict.unparse()[2:-2].replace(b"/Length", b"/Was"))
        return value.unparse(resolved=True)


def _first_page(node: pikepdf.Object | None) -> pikepdf.Object | None:
    for _ in range(20):
        if node is None or "/Kids" not in node or not len(node.Kids):
            return node
        node = node.Kids[0]
    return node


@lru_cache(maxsize=300)
def _document(pdf: bytes) -> Document:
    return Document(pdf)


def _filled(value: bytes, doc: Document) -> tuple[bytes, dict[int, bytes]]:
    """The value with each `@name` a reference, and the new objects that it needs."""
    new: dict[int, bytes] = {}
    made = {
        b"drawn": stream(_DRAWN),
        b"form": stream(b"1 0 0 rg 0 0 99 99 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 99 99]"),
        b"image": stream(
            b"\0", b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
        ),
        b"note": b"<< /Type /Annot /Subtype /FreeText /Rect [72 400 400 500] /Contents (Lain) /DA (/Helv 20 Tf) >>",
        b"widget": b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (Lain) /V (Lain) /Rect [72 400 400 500] >>",
        b"text": b"<< /FT /Tx /T (Teks) /V (Lain) >>",
        b"empty": b"<< /FT /Sig /T (Kosong2) >>",
        b"sig": b"<< /FT /Sig /T (Palsu) /V << /Type /Sig /ByteRange [0 1 2 3] /Contents <00> >> >>",
        b"new": b"<< /Type /Page /MediaBox [0 0 99 99] /Parent %d 0 R >>" % doc.of.get("pages", 1),
        b"file": b"<< /Type /Filespec /F (a.exe) >>",
        b"group": b"<< /Type /OCG /Name (x) >>",
    }

    def put(hit: re.Match[bytes]) -> bytes:
        name = hit[1]
        if name.decode() in doc.of:
            return b"%d 0 R" % doc.of[name.decode()]
        number = doc.free + list(made).index(name) if name in made else doc.free + 50
        if name in made:
            new[number] = made[name]
        return b"%d 0 R" % number

    return re.sub(rb"@([a-z]+)", put, value), new


def _with_key(text: bytes, key: str, value: bytes) -> bytes:
    """A dictionary with an entry before all others."""
    return re.sub(rb"^<<", b"<< /%b %b " % (key.encode(), value), text, count=1)


def _without(text: bytes, key: str) -> bytes:
    return re.sub(rb"/%b(?![A-Za-z])" % re.escape(key.encode()), b"/Lama", text, count=1)


def _revise(doc: Document, objects: dict[int, bytes], rng: random.Random, **more: object) -> bytes:
    """The file and one revision with these objects: with a table, a cross-reference stream, or packed."""
    match rng.randrange(4):
        case 0:
            more |= {"as_stream": doc.free + 60}
        case 1 if not any(b"stream" in text for text in objects.values()):
            packed = dict(objects)
            more |= {"as_stream": doc.free + 60, "packed_in": doc.free + 61, "packed": packed}
            objects = {}
    return with_revision(doc.pdf, objects, **more)  # type: ignore[arg-type]


def _key(doc: Document, rng: random.Random, what: str, key: str, value: bytes) -> bytes:
    number = doc.of[what]
    value, new = _filled(value, doc)
    text = doc.text(number)
    if rng.random() < 0.9:
        text = _without(text, key)
    return _revise(doc, {number: _with_key(text, key, value), **new}, rng)


Update = Callable[[Document, random.Random], bytes]


def _freed(doc: Document, rng: random.Random) -> bytes:
    return with_revision(doc.pdf, {}, freed=[rng.choice(doc.used)])


def _drawn(doc: Document, rng: random.Random) -> bytes:
    return _revise(doc, {doc.of["content"]: stream(_DRAWN)}, rng)


def _again(doc: Document, rng: random.Random) -> bytes:
    number = rng.choice(doc.used)
    return _revise(doc, {number: doc.text(number)}, rng)


def _exchanged(doc: Document, rng: random.Random) -> bytes:
    one, two = rng.choice(doc.used), rng.choice(doc.used)
    return _revise(doc, {one: doc.text(two), two: doc.text(one)}, rng)


def _any_key(doc: Document, rng: random.Random) -> bytes:
    number = rng.choice(doc.used)
    text = doc.text(number)
    keys = re.findall(rb"/([A-Za-z]{1,20})", text) or [b"X"]
    key = rng.choice(keys).decode()
    return _revise(doc, {number: _with_key(_without(text, key), key, rng.choice(_VALUES))}, rng)


def _generation(doc: Document, rng: random.Random) -> bytes:
    number = doc.of.get("content", doc.of["root"])
    return with_revision(doc.pdf, {number: stream(_DRAWN)}, generation=rng.choice((1, 2, 65535)))


def _shadow(doc: Document, rng: random.Random) -> bytes:
    """An object in the later bytes that no cross-reference names."""
    number = rng.choice([*doc.of.values()])
    hidden = b"%d 0 obj\n%b\nendobj\n" % (number, rng.choice((stream(_DRAWN), doc.text(number))))
    return with_revision(doc.pdf, {doc.free: b"<< >>"}, before=hidden)


def _previous(doc: Document, rng: random.Random) -> bytes:
    ends = [int(found) for found in re.findall(rb"startxref\s+(\d+)", doc.pdf)]
    to = rng.choice((*ends, 0, len(doc.pdf), len(doc.pdf) + 100))
    return with_revision(doc.pdf, {doc.free: b"<< >>"}, trailer={"Prev": b"%d" % to})


def _hybrid(doc: Document, rng: random.Random) -> bytes:
    """A table whose XRefStm points at an older section, or at one with other objects."""
    ends = [int(found) for found in re.findall(rb"startxref\s+(\d+)", doc.pdf)]
    if rng.random() < 0.5:
        return with_revision(doc.pdf, {doc.free: b"<< >>"}, trailer={"XRefStm": b"%d" % rng.choice(ends)})
    number = doc.of.get("content", doc.of["root"])
    first = with_revision(doc.pdf, {number: stream(_DRAWN)}, as_stream=doc.free + 60)
    at = int(re.findall(rb"startxref\s+(\d+)", first)[-1])
    cut = first[: first.rindex(b"startxref")]
    return with_revision(
        cut + b"startxref\n%d\n%%%%EOF\n" % ends[-1], {doc.free: b"<< >>"}, trailer={"XRefStm": b"%d" % at}
    )


def _root(doc: Document, rng: random.Random) -> bytes:
    """Another catalog: a copy, or one of other pages."""
    number = doc.free + 70
    text = doc.text(doc.of["root"])
    if rng.random() < 0.7:
        value, new = _filled(b"<< /Type /Pages /Kids [@new] /Count 1 >>", doc)
        text = _with_key(_without(text, "Pages"), "Pages", b"%d 0 R" % (number + 1))
        return with_revision(doc.pdf, {number: text, number + 1: value, **new}, trailer={"Root": b"%d 0 R" % number})
    return with_revision(doc.pdf, {number: text}, trailer={"Root": b"%d 0 R" % number})


def _trailer(doc: Document, rng: random.Random) -> bytes:
    key, value = rng.choice(
        (
            ("Size", b"1"),
            ("Size", b"2147483647"),
            ("ID", b"[<00> <00>]"),
            ("Encrypt", b"<< /Filter /Standard /V 1 /R 2 /O (x) /U (x) /P -4 >>"),
            ("Info", b"<< /Title (Lain) >>"),
            ("Root", b"%d 0 R" % doc.of.get("page", 1)),
            ("Root", b"null"),
            ("Root", b""),
            ("Prev", b""),
            ("X", b"1"),
        )
    )
    return with_revision(doc.pdf, {doc.free: b"<< >>"}, trailer={key: value})


def _loop(doc: Document, _: random.Random) -> bytes:
    made = with_revision(doc.pdf, {doc.free: b"<< >>"}, trailer={"Prev": b"0000000000"})
    at = re.findall(rb"startxref\s+(\d+)", made)[-1]
    return made.replace(b"/Prev 0000000000", b"/Prev " + at.rjust(10, b"0"))


def _revived(doc: Document, rng: random.Random) -> bytes:
    """A cross-reference to an older place in the file for an object."""
    number = rng.choice([*doc.of.values()])
    places = [hit.start() for hit in re.finditer(rb"\d+ 0 obj", doc.pdf)] or [9]
    made = with_revision(doc.pdf, {number: b"<< >>"})
    at = made.rfind(b"%d 0 obj\n<< >>" % number)
    return made.replace(b"%010d 00000 n" % at, b"%010d 00000 n" % rng.choice(places))


def _twice(doc: Document, rng: random.Random) -> bytes:
    """Two revisions: something is changed, and then put back."""
    number = doc.of.get("content", doc.of["root"])
    changed = with_revision(doc.pdf, {number: stream(_DRAWN)})
    return with_revision(changed, {number: doc.text(number)})


def _unused(doc: Document, rng: random.Random) -> bytes:
    return _revise(
        doc, {doc.free: rng.choice((b"<< /A 1 >>", b"null", b"[1 0 R]", doc.text(rng.choice(doc.used))))}, rng
    )


def _nothing(doc: Document, _: random.Random) -> bytes:
    return with_revision(doc.pdf, {})


def _comment(doc: Document, rng: random.Random) -> bytes:
    more = rng.choice(
        (b"% comment\n", b"%%EOF\n", b"1 0 obj\n<< >>\nendobj\n", b"<</A 1>>", b"startxref\n0\n%%EOF\n", b"\0" * 99)
    )
    return doc.pdf + more


def _length(doc: Document, _: random.Random) -> bytes:
    number = doc.of["content"]
    made = stream(_DRAWN).replace(b"/Length %d" % len(_DRAWN), b"/Length %d 0 R" % (doc.free + 1))
    return with_revision(doc.pdf, {number: made, doc.free + 1: b"%d" % len(_DRAWN)})


STRUCTURAL: dict[str, Update] = {
    "an object is freed": _freed,
    "the content is drawn anew": _drawn,
    "an object as it was": _again,
    "two objects exchanged": _exchanged,
    "any key of any object": _any_key,
    "another generation": _generation,
    "an object in no table": _shadow,
    "another /Prev": _previous,
    "a hybrid table": _hybrid,
    "another catalog": _root,
    "another trailer": _trailer,
    "/Prev in a loop": _loop,
    "an older object comes back": _revived,
    "changed and put back": _twice,
    "an object that nothing uses": _unused,
    "a revision of nothing": _nothing,
    "something at the end": _comment,
    "a length elsewhere": _length,
}


def kinds() -> Iterator[str]:
    """The names of all kinds of updates."""
    yield from STRUCTURAL
    for what, keys in _KEYS.items():
        yield from (f"/{key} of the {what}" for key in keys)


def updated(pdf: bytes, rng: random.Random) -> tuple[str, bytes] | None:
    """The file with one revision more, and its kind; None if this file has no place for that kind."""
    doc = _document(pdf)
    try:
        if rng.random() < 0.4:
            name = rng.choice(list(STRUCTURAL))
            return name, STRUCTURAL[name](doc, rng)
        what = rng.choice(list(_KEYS))
        key = rng.choice(list(_KEYS[what]))
        value = rng.choice((*_KEYS[what][key], *_KEYS[what][key], rng.choice(_VALUES)))
        return f"/{key} of the {what}", _key(doc, rng, what, key, value)
    except (KeyError, AttributeError, ValueError, pikepdf.PdfError):
        return None
