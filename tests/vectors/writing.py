"""PDFs written by hand, byte by byte, so that each may be wrong in exactly one place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

ROOM = 8192
PLACE = b"[0 " + b" ".join([b"*" * 10] * 3) + b"]"
"""Where `seal` writes the byte range."""
EMPTY = b"<" + b"0" * (2 * ROOM) + b">"
"""Where `seal` writes the signature value."""

CATALOG, PAGES, PAGE, WORDS, FONT, FORM, FIELD, SIGNATURE, SPARE = range(1, 10)
"""The object numbers of `objects`; SPARE is free."""
Objects = dict[int, bytes]


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<< %b /Length %d >>\nstream\n%b\nendstream" % (entries, len(content), content)


def words(text: bytes, height: int = 720) -> bytes:
    return stream(b"BT /F1 14 Tf 72 %d Td (%b) Tj ET" % (height, text))


def signature(
    more: bytes = b"", *, kind: bytes = b"ETSI.CAdES.detached", ranges: bytes = b"/ByteRange " + PLACE
) -> bytes:
    """A signature dictionary, not yet signed."""
    head = b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /%b /M (D:20261124030000Z) %b" % (kind, more)
    return b"%b %b /Contents %b >>" % (head, ranges, EMPTY)


def certifying(permission: int) -> bytes:
    """What makes a signature dictionary certify, with this DocMDP permission."""
    return (
        b"/Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams"
        b" << /Type /TransformParams /V /1.2 /P %d >> >>]" % permission
    )


def field(name: bytes, value: int | None, more: bytes = b"/Rect [0 0 0 0]") -> bytes:
    of = b"" if value is None else b"/V %d 0 R" % value
    return b"<< /Type /Annot /Subtype /Widget /FT /Sig /F 132 /P 3 0 R /T (%b) %b %b >>" % (name, more, of)


def page(annotations: bytes = b"7 0 R", contents: bytes = b"4 0 R", more: bytes = b"") -> bytes:
    return (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >>"
        b" /Contents %b /Annots [%b] %b >>" % (contents, annotations, more)
    )


def catalog(more: bytes = b"", form: bytes = b"/AcroForm 6 0 R", pages: int = 2) -> bytes:
    return b"<< /Type /Catalog /Pages %d 0 R %b %b >>" % (pages, form, more)


def objects(changed: Mapping[int, bytes] | None = None, *, permission: int | None = None) -> Objects:
    """One page with words and one signature field; `changed` are put in their place."""
    perms = b"" if permission is None else b"/Perms << /DocMDP 8 0 R >>"
    return {
        CATALOG: catalog(perms),
        PAGES: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        PAGE: page(),
        WORDS: words(b"KUTIPAN AKTA (contoh)"),
        FONT: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        FORM: b"<< /Fields [7 0 R] /SigFlags 3 >>",
        FIELD: field(b"Signature1", SIGNATURE),
        SIGNATURE: signature(b"" if permission is None else certifying(permission)),
        **(changed or {}),
    }


def written(
    things: Objects, *, style: str = "table", trailer: bytes = b"", header: bytes = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
) -> bytes:
    """A whole file. `style`: table, stream (cross-reference stream), packed (object stream too), hybrid.

    In a hybrid file old readers see a table, and newer ones objects besides, here from SPARE on; hidden: nearly all;
    beside: the same, and the table is silent about them, as iText's.
    """
    return _revision(header, things, style, b"/Root 1 0 R /ID [<%b> <%b>] %b" % (b"ab" * 16, b"ab" * 16, trailer), None)


def appended(
    pdf: bytes,
    things: Objects,
    *,
    style: str = "table",
    free: Sequence[int] = (),
    generations: Mapping[int, int] | None = None,
    root: bytes = b"1 0 R",
    previous: int | None = None,
    trailer: bytes = b"",
) -> bytes:
    """A later revision with these objects, correct in itself unless told otherwise."""
    keys = b"/Root %b /ID [<%b> <%b>] %b" % (root, b"ab" * 16, b"cd" * 16, trailer)
    last = int(pdf[pdf.rindex(b"startxref") + 9 :].split()[0]) if previous is None else previous
    return _revision(pdf, things, style, keys, last, free=free, generations=generations or {})


def _revision(
    out: bytes,
    things: Objects,
    style: str,
    keys: bytes,
    previous: int | None,
    *,
    free: Sequence[int] = (),
    generations: Mapping[int, int] | None = None,
) -> bytes:
    generations = generations or {}
    packed = [number for number, value in things.items() if _is_packed(number, value, style)]
    places: dict[int, int] = {}
    for number, value in things.items():
        if number not in packed:
            places[number] = len(out)
            out += b"%d %d obj\n%b\nendobj\n" % (number, generations.get(number, 0), value)
    most = [*things, *free, *(int(size) - 1 for size in re.findall(rb"/Size (\d+)", out))]
    container = max(most) + 1
    size = container + bool(packed) + (style in ("stream", "packed") or (bool(packed) and style != "packed"))
    if previous is not None:
        keys += b" /Prev %d" % previous
    rows = {number: (1, place, generations.get(number, 0)) for number, place in places.items()}
    rows |= {number: (0, 0, generations.get(number, 1)) for number in free}
    if packed:
        rows[container] = (1, len(out), 0)
        places[container] = len(out)
        rows |= {number: (2, container, index) for index, number in enumerate(packed)}
        out += b"%d 0 obj\n%b\nendobj\n" % (container, _object_stream({number: things[number] for number in packed}))
    if style in ("hybrid", "hidden", "beside") and packed:
        keys += b" /XRefStm %d" % len(out)
        rows[size - 1] = (1, len(out), 0)
        out += section({number: row for number, row in rows.items() if row[0] == 2}, size, b"")
    start = len(out)
    if style in ("table", "hybrid", "hidden", "beside"):
        lines = {0: b"0000000000 65535 f \n"} if previous is None else {}
        lines |= {
            n: b"%010d %05d %b \n" % (at, of, b"fn"[kind : kind + 1]) for n, (kind, at, of) in rows.items() if kind < 2
        }
        lines |= {} if style == "beside" else dict.fromkeys(packed, b"0000000000 65535 f \n")
        out += b"xref\n" + b"".join(b"%d 1\n%b" % line for line in sorted(lines.items()))
        out += b"trailer\n<< /Size %d %b >>\n" % (size, keys)
    else:
        out += section({size - 1: (1, start, 0), **rows}, size, keys)
    return out + b"startxref\n%d\n%%%%EOF\n" % start


def _is_packed(number: int, value: bytes, style: str) -> bool:
    if style not in ("packed", "hidden", "beside") and not (style == "hybrid" and number >= SPARE):
        return False
    return b"stream\n" not in value and b"/Contents <" not in value and b"/Type /Sig " not in value


def _object_stream(things: Objects) -> bytes:
    head, body = b"", b""
    for number, value in things.items():
        head += b"%d %d " % (number, len(body))
        body += value + b"\n"
    return stream(head + body, b"/Type /ObjStm /N %d /First %d" % (len(things), len(head)))


def section(rows: Mapping[int, tuple[int, int, int]], size: int, keys: bytes) -> bytes:
    """A cross-reference stream as object `size` - 1."""
    index = b" ".join(b"%d 1" % number for number in sorted(rows))
    table = b"".join(
        bytes([kind]) + at.to_bytes(4, "big") + of.to_bytes(2, "big") for _, (kind, at, of) in sorted(rows.items())
    )
    body = stream(table, b"/Type /XRef /Size %d /W [1 4 2] /Index [%b] %b" % (size, index, keys))
    return b"%d 0 obj\n%b\nendobj\n" % (size - 1, body)
