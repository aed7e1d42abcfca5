"""Small files that cost much to whoever reads them without a limit. Made here, so that none lies about."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from tests.signed_pdfs import sign, with_table

_CHUNK = 1 << 24


def zeros(size: int) -> bytes:
    """A zlib stream (RFC 1950) that unpacks to at least so many zeros, a thousandth of that long; quick to make."""
    packer = zlib.compressobj(9)
    head = packer.compress(bytes(_CHUNK)) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(_CHUNK)) + packer.flush(zlib.Z_FULL_FLUSH)
    more = max(0, -(-size // _CHUNK) - 1)
    whole = (more + 1) * _CHUNK
    return head + block * more + b"\x03\x00" + struct.pack(">I", (whole % 65521) << 16 | 1)


def stream(content: bytes, entries: bytes = b"/Filter /FlateDecode") -> bytes:
    """A PDF stream object."""
    return b"<< %b /Length %d >>\nstream\n%b\nendstream" % (entries, len(content), content)


def pdf(objects: dict[int, bytes], trailer: bytes = b"/Root 1 0 R") -> bytes:
    """A file with these objects and a table."""
    out, places = b"%PDF-1.7\n", {}
    for number, value in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, value)
    table = b"0 1\n0000000000 65535 f \n" + b"".join(b"%d 1\n%010d 00000 n \n" % item for item in places.items())
    return out + b"xref\n%btrailer\n<< /Size %d %b >>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        max(objects) + 1,
        trailer,
        len(out),
    )


def _xref_stream(content: bytes, entries: bytes) -> bytes:
    head = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
    body = stream(content, b"/Type /XRef /Root 1 0 R " + entries)
    return head + b"2 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (body, len(head))


def _form(fields: bytes) -> dict[int, bytes]:
    return {1: b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [%b] /SigFlags 3 >> >>" % fields}


def bombs() -> Iterator[tuple[str, bytes]]:
    """Each by its name."""
    big = zeros(4 << 30)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>"
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    yield "content of 4 GB", pdf({**_form(b""), 2: pages, 3: page, 4: stream(big)})
    packed = stream(zlib.compress(zlib.compress(big)), b"/Filter [/FlateDecode /FlateDecode /FlateDecode]")
    yield "content packed three times", pdf({**_form(b""), 2: pages, 3: page, 4: packed})
    signed = sign()
    yield "content of 4 GB after signing", with_table(signed, {4: stream(big), 5: stream(big)})
    yield "cross-reference stream of 4 GB", _xref_stream(big, b"/Size 99 /W [1 4 2] /Filter /FlateDecode")
    yield (
        "cross-reference stream with predictor",
        _xref_stream(
            big,
            b"/Size 99 /W [1 4 2] /Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 1000000000 >>",
        ),
    )
    index = b"/Size 2147483647 /Index [0 2147483647] /W [0 0 0] /Filter /FlateDecode"
    yield "two thousand million entries of no bytes", _xref_stream(zlib.compress(b""), index)
    yield "wide entries", _xref_stream(big, b"/Size 9 /W [1 2147483647 1] /Filter /FlateDecode")
    yield "table of a million entries", _long_table()
    yield "object stream of 4 GB", _object_stream(big)
    yield "arrays a million deep", pdf({1: b"[" * 1_000_000})
    yield "dictionaries 100,000 deep", pdf({1: b"<</A" * 100_000 + b" 1 " + b">>" * 100_000})
    yield "one array of 10 MB", pdf({1: b"[" + b"1 " * 5_000_000 + b"]"})
    yield "a name of 20 MB", pdf({1: b"<< /" + b"A" * 20_000_000 + b" 1 >>"})
    loop = {2: b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 9 >>", 3: b"<< /Type /Pages /Kids [2 0 R] /Parent 2 0 R >>"}
    yield "pages in a loop", pdf({**_form(b""), **loop})
    yield "pages in a loop after signing", with_table(signed, {2: b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"})
    fields = {4: b"<< /T (a) /Kids [5 0 R 5 0 R] >>", 5: b"<< /T (b) /Kids [4 0 R 4 0 R] /Parent 4 0 R >>"}
    yield "fields in a loop", pdf({**_form(b"4 0 R"), 2: b"<< /Type /Pages /Kids [] /Count 0 >>", **fields})
    wide = {number: b"<< /T (x) /Kids [%b] >>" % (b"%d 0 R " % (number + 1) * 10) for number in range(10, 30)}
    yield "fields that multiply", pdf({**_form(b"10 0 R"), **wide, 30: b"<< /T (end) >>"})
    refs = {number: b"%d 0 R" % (number % 9 + 1) for number in range(1, 10)}
    yield "references in a circle", pdf(refs)
    yield "/Prev to itself", _previous(b"9")
    length = b"<< /Length 4 0 R >>\nstream\nx\nendstream"
    yield "a length that is its own stream", pdf({**_form(b""), 2: pages, 3: page, 4: length})
    yield "arrays 100,000 deep", pdf({1: b"[" * 100_000 + b"]" * 100_000})
    yield "one dictionary of 50 MB", pdf({1: b"<< %b >>" % (b"/A 1 " * 10_000_000)})
    yield (
        "twenty filters",
        pdf({**_form(b""), 2: pages, 3: page, 4: stream(big, b"/Filter [%b]" % (b"/FlateDecode " * 20))}),
    )
    yield "a tree of 100,000 pages", pdf(_many_pages(100_000))
    yield "5,000 signatures", _many_signatures(5000)
    yield "object streams that extend each other", _extending()
    yield "a long circle of /Prev", _circle()
    table = b"0000000000 65535 f \n"
    huge = b"xref\n0 1\n%btrailer\n<< /Size 2147483647 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    head = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
    yield "a table of a huge size", head + huge % (table, len(head))
    yield "a table that says more rows", head + huge.replace(b"0 1\n", b"0 2147483647\n") % (table, len(head))
    yield "20 MB of signatures", (b"%PDF-1.7\n" + b"/ByteRange [0 1 2 3] /Contents <00> " * 600_000)[: 20 << 20]
    yield "20 MB of ends", (b"%PDF-1.7\n" + b"startxref\n9\n%%EOF\n" * 1_200_000)[: 20 << 20]
    yield "20 MB of objects", (b"%PDF-1.7\n" + b"1 0 obj\n<<\n" * 2_000_000)[: 20 << 20]
    yield "20 MB of comments", b"%PDF-1.7\n" + b"%" * (20 << 20) + b"\nstartxref\n9\n%%EOF\n"


def _long_table() -> bytes:
    head = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
    rows = b"0000000000 65535 f \n" * 1_000_000
    tail = b"trailer\n<< /Size 1000000 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(head)
    return head + b"xref\n0 1000000\n" + rows + tail


def _many_pages(count: int) -> dict[int, bytes]:
    """All of them children of one node."""
    kids = b" ".join(b"%d 0 R" % number for number in range(3, count + 3))
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"
    tree = b"<< /Type /Pages /Count %d /Kids [%b] >>" % (count, kids)
    return {**_form(b""), 2: tree, **dict.fromkeys(range(3, count + 3), page)}


def _many_signatures(count: int) -> bytes:
    fields = b" ".join(b"%d 0 R" % number for number in range(3, count + 3))
    value = b"<< /FT /Sig /T (a) /V << /Type /Sig /ByteRange [0 1 3 9] /Contents <00> >> >>"
    return pdf(
        {**_form(fields), 2: b"<< /Type /Pages /Kids [] /Count 0 >>", **dict.fromkeys(range(3, count + 3), value)}
    )


def _extending() -> bytes:
    """Two streams of objects, each the one that the other extends (ISO 32000-2 §7.5.7)."""
    out, places = b"%PDF-1.7\n", []
    for number, other in ((2, 3), (3, 2)):
        places.append(len(out))
        held = stream(b"1 0 << >>", b"/Type /ObjStm /N 1 /First 4 /Extends %d 0 R" % other)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, held)
    rows = struct.pack(">BIBBIBBIBBIBBIB", 0, 0, 0, 2, 2, 0, 1, places[0], 0, 1, places[1], 0, 1, len(out), 0)
    table = stream(rows, b"/Type /XRef /Root 1 0 R /Size 5 /W [1 4 1]")
    return out + b"4 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, len(out))


def _circle() -> bytes:
    """Fifty tables, each the one before the next, and the last before the first."""
    part = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 1 /Root 1 0 R /Prev %010d >>\n"
    size = len(part % 0)
    places = [9 + size * number for number in range(50)]
    return b"%%PDF-1.7\n%bstartxref\n%d\n%%%%EOF\n" % (b"".join(part % places[number - 1] for number in range(50)), 9)


def _object_stream(big: bytes) -> bytes:
    """The catalog is in a stream that unpacks to 4 GB."""
    head = b"%PDF-1.7\n"
    held = b"2 0 obj\n%b\nendobj\n" % stream(big, b"/Type /ObjStm /N 1 /First 5 /Filter /FlateDecode")
    places = len(head), len(head) + len(held)
    rows = struct.pack(">BIBBIBBIBBIB", 0, 0, 0, 2, 2, 0, 1, places[0], 0, 1, places[1], 0)
    table = stream(rows, b"/Type /XRef /Root 1 0 R /Size 4 /W [1 4 1]")
    return head + held + b"3 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, places[1])


def _previous(place: bytes) -> bytes:
    head = b"%PDF-1.7\n"
    rows = b"xref\n0 1\n0000000000 65535 f \n"
    return head + rows + b"trailer\n<< /Size 1 /Root 1 0 R /Prev %b >>\nstartxref\n9\n%%%%EOF\n" % place
