"""Files that want to cost too much or lead a reader in circles: a report in time, and never "ok" (validation.md 8).

A signature inside may hold; where the trap lies in bytes that were signed and that nobody must unpack, it does.
"""

from __future__ import annotations

import zlib

from tests.vectors.sealing import Value, plain, seal, sealed
from tests.vectors.vector import CHANGES, Vector, broken, modified, ok, unsure
from tests.vectors.writing import (
    CATALOG,
    FORM,
    PAGES,
    SPARE,
    WORDS,
    appended,
    catalog,
    field,
    objects,
    stream,
    written,
)
from tte.validation.reasons import Reason

_TAIL = modified(*CHANGES, Reason.TRAILING)
_MIB = 1024 * 1024
_DAMAGED = unsure(Reason.DAMAGED, Reason.TOO_COMPLEX)


def _bomb(times: int) -> bytes:
    """A stream of a few kB that unpacks to `times` 16 MB."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(_MIB)) for _ in range(16 * times)) + packer.flush()
    return stream(packed, b"/Filter /FlateDecode")


def _object_stream_bomb() -> bytes:
    """The object stream that a later revision brings unpacks to a lot."""
    packer = zlib.compressobj(9)
    body = b"12 0 << /Type /DSS >> "
    packed = packer.compress(body) + b"".join(packer.compress(b" " * _MIB) for _ in range(1024)) + packer.flush()
    things = {
        SPARE: stream(packed, b"/Type /ObjStm /N 1 /First 5 /Filter /FlateDecode"),
        CATALOG: catalog(b"/DSS 12 0 R"),
    }
    made = appended(plain(), things, style="stream")
    start = made.rindex(b"/Type /XRef")
    head, rest = made[:start], made[start:]
    for old, new in ((b"/Index [", b"/Index [12 1 "), (b"/Length 21", b"/Length 28"), (b"/Size 11", b"/Size 13")):
        rest = rest.replace(old, new)
    return head + rest.replace(b"stream\n", b"stream\n\x02" + SPARE.to_bytes(4, "big") + b"\0\0", 1)


def _pages_loop() -> bytes:
    return sealed({PAGES: b"<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 2 >>"})


def _fields_loop() -> bytes:
    return sealed({FORM: b"<< /Fields [9 0 R 7 0 R] /SigFlags 3 >>", SPARE: b"<< /T (a) /Kids [9 0 R] >>"})


def _fields_many() -> bytes:
    kids = b" ".join([b"9 0 R"] * 50_000)
    return sealed({FORM: b"<< /Fields [7 0 R 9 0 R] /SigFlags 3 >>", SPARE: b"<< /T (a) /Kids [%b] >>" % kids})


def _deep(open_: bytes, close: bytes, depth: int) -> bytes:
    return appended(plain(), {SPARE: open_ * depth + close * depth})


def _prev_chain() -> bytes:
    pdf = plain()
    for _ in range(40):
        pdf = appended(pdf, {SPARE: b"<< >>"})
    return pdf


def _many_signatures(count: int) -> bytes:
    fields = range(20, 20 + count)
    things = objects()
    value = b"<< /Type /Sig /Filter /A /SubFilter /ETSI.CAdES.detached /ByteRange [0 1 3 1] /Contents <00> >>"
    for number in fields:
        things[number + count] = value
        things[number] = field(b"F%d" % number, number + count)
    refs = b" ".join(b"%d 0 R" % number for number in fields)
    return seal(written({**things, FORM: b"<< /Fields [7 0 R %b] >>" % refs}))


def _many_certificates() -> Value:
    """A CMS that is one long set of empty values."""
    body = b"\x30\x00" * 4000
    return lambda _: b"\x30\x82" + len(body).to_bytes(2, "big") + body


def _size(number: int) -> bytes:
    made = appended(plain(), {SPARE: b"<< >>"}, style="stream")
    start = made.rindex(b"/Type /XRef")
    return made[:start] + made[start:].replace(b"/Size 11", b"/Size %d" % number)


def _index(count: int) -> bytes:
    made = appended(plain(), {SPARE: b"<< >>"}, style="stream")
    start = made.rindex(b"/Type /XRef")
    return made[:start] + made[start:].replace(b"/Index [9 1 10 1]", b"/Index [9 %d]" % count)


VECTORS = [
    Vector("hostile_empty_error", lambda: b"", broken(Reason.NOT_A_PDF)),
    Vector("hostile_header_only_error", lambda: b"%PDF-1.7\n", broken(Reason.UNREADABLE)),
    Vector("hostile_nothing_but_blanks_error", lambda: b"%PDF-1.7\n" + b" " * (8 * _MIB), broken(Reason.UNREADABLE)),
    Vector("hostile_nothing_but_digits_error", lambda: b"%PDF-1.7\n" + b"1" * (8 * _MIB), broken(Reason.UNREADABLE)),
    Vector(
        "hostile_nothing_but_comments_error", lambda: b"%PDF-1.7\n" + b"%\n" * (2 * _MIB), broken(Reason.UNREADABLE)
    ),
    Vector("hostile_too_large_error", lambda: plain() + bytes(64 * _MIB), unsure(Reason.TOO_LARGE)),
    Vector("hostile_signatures_too_many_error", lambda: _many_signatures(70), unsure(Reason.TOO_MANY_SIGNATURES)),
    Vector("hostile_size_of_section_huge_ok", lambda: _size(2_000_000_000), ok()),
    Vector("hostile_index_of_section_huge_error", lambda: _index(500_000_000), _DAMAGED),
    Vector(
        "hostile_prev_far_outside_error", lambda: appended(plain(), {SPARE: b"<< >>"}, previous=4_000_000_000), _DAMAGED
    ),
    Vector("hostile_arrays_deep_modified", lambda: _deep(b"[", b"]", 100_000), _TAIL),
    Vector("hostile_dictionaries_deep_modified", lambda: _deep(b"<< /A ", b">>", 50_000), _TAIL),
    Vector("hostile_bomb_in_object_stream_error", _object_stream_bomb, _DAMAGED),
    Vector("hostile_bomb_in_page_ok", lambda: sealed({WORDS: _bomb(16)}), ok()),
    Vector("hostile_fields_in_a_loop_ok", _fields_loop, ok()),
    Vector("hostile_fields_shared_many_times_ok", _fields_many, ok()),
    Vector("hostile_forty_revisions_ok", _prev_chain, ok()),
    Vector("hostile_pages_in_a_loop_error", _pages_loop, broken(Reason.UNREADABLE)),
    Vector("hostile_cms_of_many_values_broken", lambda: sealed(None, _many_certificates()), broken(Reason.BAD_CMS)),
]
