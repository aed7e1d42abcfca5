"""The published attacks by name: USF, ISA, SWA (Mladenov et al. 2019), shadow attacks, EAA/SSA (Mainka et al. 2021)."""

from __future__ import annotations

import re

from tests.vectors.changes import second
from tests.vectors.sealing import certified, plain, seal, sealed
from tests.vectors.vector import CHANGES, Vector, broken, modified
from tests.vectors.writing import (
    CATALOG,
    FORM,
    PAGE,
    SIGNATURE,
    SPARE,
    WORDS,
    appended,
    catalog,
    field,
    objects,
    page,
    stream,
    words,
    written,
)
from tte.validation.reasons import Reason

_TAIL = modified(Reason.TRAILING)
_ANY = modified(*CHANGES, Reason.TRAILING)
_CMS = broken(Reason.BAD_CMS)
_GAP = broken(Reason.BAD_GAP, Reason.BAD_BYTE_RANGE, Reason.OUTSIDE, Reason.NOT_AT_OFFSET)
_FALSE = words(b"KUTIPAN PALSU")
_COVER = stream(b"1 g 0 0 400 60 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 400 60]")


def _usf(ranges: bytes, contents: bytes) -> bytes:
    """The dictionary written again at the end, with these entries; the first bytes are the signed ones."""
    body = b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached %b %b >>" % (ranges, contents)
    return appended(plain(), {SIGNATURE: body, WORDS: _FALSE})


def _contents() -> bytes:
    start, end = plain().index(b"/Contents <"), plain().index(b"> >>\nendobj")
    return plain()[start : end + 1]


def _ranges() -> bytes:
    found = re.search(rb"/ByteRange \[[^\]]*\]", plain())
    assert found
    return found[0]


def _isa(rest: bytes) -> bytes:
    return plain() + b"4 0 obj\n" + _FALSE + b"\nendobj\n" + rest


def _swa(*, wrapped: bool = False) -> bytes:
    """The second signed part is moved to the end; where it was stand a false page and a table for it.

    `wrapped`: the moved part is the content of a stream, and another end follows.
    """
    things = objects()
    pdf = seal(written({SIGNATURE: things.pop(SIGNATURE), **things}))
    found = re.search(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]", pdf)
    assert found
    a, b, c = map(int, found.groups())
    false = pdf[b:].replace(b"KUTIPAN AKTA (contoh)", b"KUTIPAN PALSU (bukan)")
    if wrapped:
        false = false[: false.rindex(b"startxref")] + b"99 0 obj\n<< /Length %d >>\nstream\n" % c
    text = b"/ByteRange [0 %d %d %d]" % (a, b + len(false), c)
    if len(text) != len(found[0]):
        raise ValueError("the byte range does not fit")
    made = pdf[: found.start()] + text + pdf[found.end() : b]
    end = b"\nendstream\nendobj\n" + pdf[pdf.rindex(b"startxref") :] if wrapped else b""
    return made + false + pdf[b:] + end


def _hiding() -> bytes:
    """A picture lies over the words when the file is signed; it is freed later."""
    return sealed(
        {
            PAGE: page(more=b"/Group 9 0 R", contents=b"[4 0 R 12 0 R]"),
            12: stream(b"1 g 72 700 400 60 re f"),
            SPARE: b"<< >>",
        }
    )


def _two_faces() -> bytes:
    """Two sets of pages in the signed bytes, one of them reached by nothing."""
    return sealed(
        {
            10: b"<< /Type /Pages /Kids [11 0 R] /Count 1 >>",
            11: page(contents=b"12 0 R").replace(b"/Parent 2", b"/Parent 10"),
            12: _FALSE,
        }
    )


def _with_value_field() -> bytes:
    return sealed(
        {
            FORM: b"<< /Fields [7 0 R 12 0 R] /SigFlags 3 /DR << /Font << /F1 5 0 R >> >> /DA (/F1 12 Tf) >>",
            12: b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (Nilai) /V (100)"
            b" /Rect [72 500 200 520] /P 3 0 R /AP << /N 14 0 R >> >>",
            14: stream(b"BT /F1 12 Tf (100) Tj ET", b"/Type /XObject /Subtype /Form /BBox [0 0 99 20]"),
            PAGE: page(b"7 0 R 12 0 R"),
            CATALOG: catalog(b"/Perms << /DocMDP 8 0 R >>"),
        },
        permission=2,
    )


def _overlay_value() -> bytes:
    """The value stays, what the field shows is another (the shadow attack "replace" by overlay)."""
    return appended(
        _with_value_field(),
        {14: stream(b"BT /F1 12 Tf (999) Tj ET", b"/Type /XObject /Subtype /Form /BBox [0 0 99 20]")},
    )


def _freed_table() -> bytes:
    """A free entry brings an object of an older generation into question."""
    return appended(plain(), {WORDS: _FALSE}, generations={WORDS: 1})


def _dangling() -> bytes:
    """The signed page refers to an object that is not there; it is added later."""
    first = sealed({PAGE: page(contents=b"[4 0 R 15 0 R]")})
    return appended(first, {15: _FALSE})


def _annotated(permission: int, what: bytes, *, appearance: bool = True) -> bytes:
    things = {PAGE: page(b"7 0 R 12 0 R"), 12: what}
    return appended(sealed(permission=permission), {**things, 14: _COVER} if appearance else things)


_STAMP = b"<< /Type /Annot /Subtype /Stamp /Rect [72 700 472 760] /F 4 /AP << /N 14 0 R >> >>"
_REDACTION = b"<< /Type /Annot /Subtype /Redact /Rect [72 700 472 760] /OverlayText (PALSU) >>"
_FREE_TEXT = b"<< /Type /Annot /Subtype /FreeText /Rect [72 700 472 760] /F 4 /DA (1 g) /Contents (PALSU) >>"
_SNEAKY = b"/Rect [72 700 472 760] /AP << /N 14 0 R >>"


def _sneaky(permission: int, value: bool) -> bytes:
    """A signature field that hides the words. Signed by nobody: its value is null or a dictionary without signature."""
    things = {
        11: field(b"Signature2", 10 if value else None, _SNEAKY),
        14: _COVER,
        FORM: b"<< /Fields [7 0 R 11 0 R] /SigFlags 3 >>",
        PAGE: page(b"7 0 R 11 0 R"),
    }
    if value:
        things[10] = b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached >>"
    return appended(sealed(permission=permission), things)


def _dictionary() -> bytes:
    found = re.search(rb"\n8 0 obj\n(.*?)\nendobj", plain(), re.DOTALL)
    assert found
    return found[1]


def _table_only() -> bytes:
    """A later table alone leads object 2 to the other pages, which were signed and not shown."""
    pdf = _two_faces()
    made = appended(pdf, {})
    other = pdf.index(b"10 0 obj\n")
    return pdf + made[len(pdf) :].replace(b"xref\ntrailer", b"xref\n2 1\n%010d 00000 n \ntrailer" % other)


VECTORS = [
    Vector("usf_no_byte_range_broken", lambda: _usf(b"", _contents()), _GAP),
    Vector("usf_null_byte_range_broken", lambda: _usf(b"/ByteRange null", _contents()), _GAP),
    Vector("usf_zero_byte_range_broken", lambda: _usf(b"/ByteRange [0 0 0 0]", _contents()), _GAP),
    Vector("usf_negative_byte_range_broken", lambda: _usf(b"/ByteRange [0 -1 -1 -1]", _contents()), _GAP),
    Vector("usf_no_contents_broken", lambda: _usf(_ranges(), b""), _CMS),
    Vector("usf_null_contents_broken", lambda: _usf(_ranges(), b"/Contents null"), _CMS),
    Vector("usf_zero_contents_broken", lambda: _usf(_ranges(), b"/Contents <00>"), _CMS),
    Vector("usf_contents_without_range_broken", lambda: _usf(b"", b""), _GAP),
    Vector("isa_with_table_modified", lambda: appended(plain(), {WORDS: _FALSE}), _ANY),
    Vector("isa_with_stream_modified", lambda: appended(plain(), {WORDS: _FALSE}, style="stream"), _ANY),
    Vector("isa_without_table_modified", lambda: _isa(b""), _TAIL),
    Vector("isa_with_trailer_only_modified", lambda: _isa(b"trailer\n<< /Size 10 /Root 1 0 R >>\n"), _TAIL),
    Vector(
        "isa_with_empty_table_modified",
        lambda: _isa(b"xref\n0 0\ntrailer\n<< /Size 10 /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"),
        _TAIL,
    ),
    Vector("isa_with_copied_trailer_modified", lambda: _isa(plain()[plain().rindex(b"xref\n0 1") :]), _TAIL),
    Vector(
        "isa_with_copied_signature_modified",
        lambda: appended(plain(), {WORDS: _FALSE, 10: _dictionary()}),
        modified(*CHANGES, Reason.STRIPPED),
    ),
    Vector("isa_higher_generation_modified", _freed_table, _ANY),
    Vector("isa_dangling_reference_modified", _dangling, _ANY),
    Vector("isa_certified_modified", lambda: appended(certified(), {WORDS: _FALSE}), _ANY),
    Vector("swa_second_part_moved_modified", lambda: _swa(), _GAP),
    Vector("swa_second_part_in_a_stream_modified", lambda: _swa(wrapped=True), _GAP),
    Vector("shadow_hide_overlay_freed_modified", lambda: appended(_hiding(), {}, free=[12]), _ANY),
    Vector("shadow_hide_overlay_emptied_modified", lambda: appended(_hiding(), {12: stream(b"")}), _ANY),
    Vector(
        "shadow_hide_page_without_overlay_modified",
        lambda: appended(_hiding(), {PAGE: page(more=b"/Group 9 0 R")}),
        _ANY,
    ),
    Vector("shadow_replace_field_appearance_modified", _overlay_value, modified(*CHANGES)),
    Vector(
        "shadow_replace_font_modified",
        lambda: appended(_with_value_field(), {5: b"<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>"}),
        _ANY,
    ),
    Vector(
        "shadow_replace_field_font_modified",
        lambda: appended(
            _with_value_field(),
            {
                FORM: b"<< /Fields [7 0 R 12 0 R] /SigFlags 3 /DR << /Font << /F1 9 0 R >> >> /DA (/F1 12 Tf) >>",
                SPARE: b"<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>",
            },
        ),
        _ANY,
    ),
    Vector(
        "shadow_hide_and_replace_catalog_modified", lambda: appended(_two_faces(), {CATALOG: catalog(pages=10)}), _ANY
    ),
    Vector(
        "shadow_hide_and_replace_root_modified",
        lambda: appended(_two_faces(), {SPARE: catalog(pages=10)}, root=b"9 0 R"),
        _ANY,
    ),
    Vector("shadow_hide_and_replace_table_modified", lambda: _table_only(), _ANY),
    Vector("eaa_stamp_with_p3_modified", lambda: _annotated(3, _STAMP), _ANY),
    Vector("eaa_free_text_with_p3_modified", lambda: _annotated(3, _FREE_TEXT, appearance=False), _ANY),
    Vector("eaa_redaction_with_p3_modified", lambda: _annotated(3, _REDACTION, appearance=False), _ANY),
    Vector("eaa_stamp_with_p2_modified", lambda: _annotated(2, _STAMP), _ANY),
    Vector("eaa_widget_disguise_modified", lambda: _annotated(2, _STAMP.replace(b"/Stamp", b"/Widget")), _ANY),
    Vector("ssa_unsigned_field_with_p3_modified", lambda: _sneaky(3, value=False), _ANY),
    Vector("ssa_unsigned_field_with_p2_modified", lambda: _sneaky(2, value=False), _ANY),
    Vector("ssa_empty_dictionary_broken", lambda: _sneaky(2, value=True), broken(Reason.BAD_BYTE_RANGE)),
    Vector("ssa_signed_with_p1_modified", lambda: second(certified(), _SNEAKY, {14: _COVER}), modified(*CHANGES)),
]
