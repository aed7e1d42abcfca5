"""Marks of later signatures: apart from all that stood there, over something, or nobody can tell (issue 8)."""

from __future__ import annotations

from functools import partial

from tests.vectors.changes import second
from tests.vectors.sealing import by, plain, seal, sealed, time_stamp
from tests.vectors.vector import CHANGES, Vector, broken, modified, ok, unsure
from tests.vectors.writing import FONT, FORM, PAGE, SPARE, WORDS, Objects, appended, field, page, signature, stream
from tte.model import Level, SubIndication
from tte.validation.reasons import Reason

__all__ = ["VECTORS"]

_APART = ok(Level.B_B, Reason.VISIBLE_APART)
_OPEN = unsure(Reason.VISIBLE_LATER)
_FREE = b"/Rect [72 100 272 160]"


def _form(content: bytes = b"0 0 1 rg 0 0 200 60 re f", more: bytes = b"/BBox [0 0 200 60]") -> bytes:
    return stream(content, b"/Type /XObject /Subtype /Form " + more)


def _marked(rect: bytes = _FREE, *, form: bytes | None = None, more: bytes = b"", before: bytes | None = None) -> bytes:
    pdf = plain() if before is None else before
    return second(pdf, rect + b" /AP << /N 14 0 R >> " + more, {14: form or _form()})


def _drawn(content: bytes, also: Objects | None = None, more: bytes = b"") -> bytes:
    """A mark on a page that drew this before."""
    return _kept(sealed({WORDS: stream(content), PAGE: page(more=more), **(also or {})}), more)


def _kept(before: bytes, more: bytes) -> bytes:
    things = {PAGE: page(b"7 0 R 11 0 R", more=more), 14: _form()}
    return second(before, _FREE + b" /AP << /N 14 0 R >>", things)


def _large() -> bytes:
    """All of a page that drew nothing."""
    first = sealed({WORDS: stream(b"")})
    return _marked(b"/Rect [0 0 595 842]", form=_form(more=b"/BBox [0 0 595 842]"), before=first)


def _flagged(flags: int, rect: bytes = _FREE) -> bytes:
    shown = field(b"Signature2", 10, rect + b" /AP << /N 14 0 R >>").replace(b"/F 132", b"/F %d" % flags)
    return second(plain(), also={11: shown, 14: _form()})


def _on_two_pages() -> bytes:
    """A widget that is listed twice."""
    return second(plain(), _FREE + b" /AP << /N 14 0 R >>", {PAGE: page(b"7 0 R 11 0 R 11 0 R"), 14: _form()})


def _of_another_page() -> bytes:
    """The widget says that it is on another page than the one that lists it."""
    shown = field(b"Signature2", 10, _FREE + b" /AP << /N 14 0 R >>").replace(b"/P 3 0 R", b"/P 4 0 R")
    return second(plain(), also={11: shown, 14: _form()})


def _by_a_stranger() -> bytes:
    """The mark's signer leads to no anchor."""
    things = {
        10: signature(),
        11: field(b"Signature2", 10, _FREE + b" /AP << /N 14 0 R >>"),
        FORM: b"<< /Fields [7 0 R 11 0 R] /SigFlags 3 >>",
        PAGE: page(b"7 0 R 11 0 R"),
        14: _form(),
    }
    return seal(appended(plain(), things), by(issuers=()))


def _broken() -> bytes:
    """One bit of the mark is another than its signer signed."""
    pdf = _marked()
    return pdf.replace(b"0 0 1 rg", b"0 0 0 rg")


def _by_a_stamp() -> bytes:
    """A document time-stamp that shows a mark."""
    things = {
        10: signature(kind=b"ETSI.RFC3161"),
        11: field(b"Signature2", 10, _FREE + b" /AP << /N 14 0 R >>"),
        FORM: b"<< /Fields [7 0 R 11 0 R] /SigFlags 3 >>",
        PAGE: page(b"7 0 R 11 0 R"),
        14: _form(),
    }
    return seal(appended(plain(), things), time_stamp)


def _redrawn() -> bytes:
    """The mark is drawn anew after its signer signed it."""
    return appended(_marked(), {14: _form(b"1 0 0 rg 0 0 200 60 re f")})


def _third() -> bytes:
    """A third signature, whose mark touches that of the second."""
    things = {
        20: signature(),
        21: field(b"Signature3", 20, b"/Rect [200 100 400 160] /AP << /N 24 0 R >>"),
        24: _form(),
        FORM: b"<< /Fields [7 0 R 11 0 R 21 0 R] /SigFlags 3 >>",
        PAGE: page(b"7 0 R 11 0 R 21 0 R"),
    }
    return seal(appended(_marked(), things))


def _split() -> bytes:
    """A string begins in one stream of the page and ends in the next."""
    first = sealed({WORDS: stream(b"BT (lain"), SPARE: stream(b") Tj ET"), PAGE: page(contents=b"[4 0 R 9 0 R]")})
    things = {PAGE: page(b"7 0 R 11 0 R", contents=b"[4 0 R 9 0 R]"), 14: _form()}
    return second(first, _FREE + b" /AP << /N 14 0 R >>", things)


_IMAGE = stream(b"\0", b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray")
_WITH_IMAGE = b"/Resources << /XObject << /Im0 9 0 R >> /Font << /F1 5 0 R >> >>"
_SHADED = b"/Resources << /Shading << /S0 9 0 R >> >>"
_SHADING = (
    b"<< /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 1 1] /Function << /FunctionType 2 /Domain [0 1] /N 1 >> >>"
)
_TYPE_3 = (
    b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 0 0 1 0 0]"
    b" /FirstChar 65 /LastChar 65 /Widths [1] >>"
)
_FILL = b"i" * 60
_FAR = b"BT /F1 12 Tf 72 720 Td (AA) Tj ET"
_WIDTHS = b"/FirstChar 65 /LastChar 65 /Widths [667]"
_PROGRAM = b"/FontDescriptor << /Type /FontDescriptor /FontName /Helvetica /FontFile3 9 0 R /FontBBox [0 0 999 999] >>"
_COMPOSITE = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /Helvetica /Encoding /Identity-H /DescendantFonts"
    b" [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Helvetica /DW 1000 >>] >>"
)


def _standard(more: bytes, name: bytes = b"Helvetica") -> bytes:
    return b"<< /Type /Font /Subtype /Type1 /BaseFont /%b %b >>" % (name, more)


def _page_of(resources: bytes, annotations: bytes) -> bytes:
    return b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] %b /Contents 4 0 R /Annots [%b] >>" % (
        resources,
        annotations,
    )


def _with(resources: bytes, content: bytes, things: Objects) -> bytes:
    first = sealed({WORDS: stream(content), PAGE: _page_of(resources, b"7 0 R"), **things})
    also = {PAGE: _page_of(resources, b"7 0 R 11 0 R"), 14: _form()}
    return second(first, _FREE + b" /AP << /N 14 0 R >>", also)


VECTORS = [
    Vector("mark_apart_ok", _marked, _APART),
    Vector(
        "mark_turned_upright_ok",
        lambda: _marked(form=_form(more=b"/BBox [0 0 60 200] /Matrix [0 1 -1 0 60 0]")),
        _APART,
    ),
    Vector(
        "mark_far_from_an_image_ok",
        lambda: _with(_WITH_IMAGE, b"q 90 0 0 90 72 400 cm /Im0 Do Q", {SPARE: _IMAGE}),
        _APART,
    ),
    Vector(
        "mark_over_an_image_ok", lambda: _with(_WITH_IMAGE, b"q 300 0 0 300 72 72 cm /Im0 Do Q", {SPARE: _IMAGE}), _OPEN
    ),
    Vector("mark_over_words_ok", lambda: _marked(b"/Rect [72 700 272 760]"), _OPEN),
    Vector("mark_near_words_ok", lambda: _drawn(b"BT /F1 14 Tf 72 168 Td (Rp 000) Tj ET"), _OPEN),
    Vector(
        "mark_over_words_moved_by_a_form_ok",
        lambda: _with(
            _WITH_IMAGE,
            b"q 1 0 0 1 0 -600 cm /Im0 Do Q",
            {
                SPARE: stream(
                    b"BT /F1 14 Tf 72 720 Td (KUTIPAN) Tj ET", b"/Type /XObject /Subtype /Form /BBox [0 0 595 842]"
                )
            },
        ),
        _OPEN,
    ),
    Vector("mark_over_a_hidden_layer_ok", lambda: _drawn(b"/OC /L BDC 100 110 20 20 re f EMC"), _OPEN),
    Vector("mark_over_white_ok", lambda: _drawn(b"1 g 0 0 595 842 re f"), _OPEN),
    Vector("mark_by_a_thick_line_ok", lambda: _drawn(b"80 w 72 180 m 500 180 l S"), _OPEN),
    Vector("mark_by_thick_letters_ok", lambda: _drawn(b"BT 1 Tr 90 w /F1 14 Tf 72 230 Td (KUTIPAN) Tj ET"), _OPEN),
    Vector(
        "mark_after_long_words_ok",
        lambda: _drawn(b"BT /F1 40 Tf -900 120 Td [(MMMMMMMMMMMMMMMM) -9000 (M)] TJ ET"),
        _OPEN,
    ),
    *(
        Vector(f"mark_on_words_moved_by_{name}_ok", partial(_drawn, content), _OPEN)
        for name, content in {
            "a_list": b"BT /F1 12 Tf 3 Tr 650 120 Td (%b) Tj 0 Tr [60000 (Rp 1.000.000)] TJ ET" % _FILL,
            "narrow_letters": b"BT /F1 12 Tf -8 Tc 3 Tr 390 120 Td (%b) Tj 0 Tr 0 Tc (Rp 1.000.000) Tj ET" % _FILL,
            "mirrored_letters": b"BT /F1 12 Tf -100 Tz 900 120 Td (Rp 1.000.000) Tj ET",
            "a_state_within": b"BT /F1 12 Tf 72 120 Td q 0 400 Td Q (Rp 1.000.000) Tj ET",
            "no_text": b"/F1 12 Tf 72 720 Td (Rp 1.000.000) Tj",
            "far_and_back": b"BT /F1 12 Tf 72 1000000000 Td 0 -999999500 Td (Rp 1.000.000) Tj ET",
            "many_small_steps": b"BT /F1 12 Tf 72 720 Td %b (Rp 1.000.000) Tj ET" % (b"0 0.0001 Td " * 600),
        }.items()
    ),
    Vector("mark_below_a_path_moved_late_ok", lambda: _drawn(b"72 700 m 300 700 l 1 0 0 1 0 -570 cm S"), _OPEN),
    Vector("mark_below_slanted_words_ok", lambda: _drawn(b"BT /F1 9 Tf 1 .1 0 1 72 720 Tm (Rp 1) Tj ET"), _OPEN),
    Vector("mark_left_of_upright_words_ok", lambda: _drawn(b"BT /F1 9 Tf 0 1 -1 0 500 72 Tm (Rp 1) Tj ET"), _APART),
    Vector("mark_below_words_whose_widths_are_told_ok", lambda: _drawn(_FAR, {FONT: _standard(_WIDTHS)}), _APART),
    Vector("mark_below_words_of_a_described_face_ok", lambda: _drawn(_FAR, {FONT: _standard(_PROGRAM)}), _OPEN),
    Vector("mark_below_words_of_another_face_ok", lambda: _drawn(_FAR, {FONT: _standard(b"", b"Zapfino")}), _OPEN),
    Vector("mark_below_words_of_a_composite_face_ok", lambda: _drawn(_FAR, {FONT: _COMPOSITE}), _OPEN),
    Vector("mark_over_all_that_is_seen_ok", lambda: _drawn(b"", more=b"/CropBox [72 100 272 160]"), _OPEN),
    Vector("mark_on_a_part_of_what_is_seen_ok", lambda: _drawn(b"", more=b"/CropBox [9 9 9999 400]"), _APART),
    Vector("mark_where_nothing_is_seen_ok", lambda: _drawn(b"", more=b"/CropBox [900 900 999 999]"), _OPEN),
    Vector("mark_on_a_shading_ok", lambda: _with(_SHADED, b"q 0 0 9 9 re W n /S0 sh Q", {SPARE: _SHADING}), _OPEN),
    Vector("mark_beside_a_drawn_face_ok", lambda: _drawn(b"BT /F1 1 Tf (A) Tj ET", {FONT: _TYPE_3}), _OPEN),
    Vector("mark_on_unknown_operators_ok", lambda: _drawn(b"BX /Lain xyz EX"), _OPEN),
    *(
        Vector(f"mark_on_words_after_{name}_ok", partial(_drawn, content), _OPEN)
        for name, content in {
            "an_open_string": b"(lain BT /F1 14 Tf 72 120 Td <4142> Tj ET",
            "a_false_end": b"/T MP (lain BT /F1 14 Tf 72 120 Td <4142> Tj ET",
            "an_open_list": b"[1 2 BT /F1 14 Tf 72 120 Td (KUTIPAN) Tj ET",
            "an_open_dictionary": b"<< /A BT /F1 14 Tf 72 120 Td (KUTIPAN) Tj ET",
            "an_open_picture": b"BI /W 1 /H 1 ID x BT /F1 14 Tf 72 120 Td (KUTIPAN) Tj ET",
            "a_picture_in_line": b"BI /W 1 /H 1 /BPC 8 /CS /G ID x EI BT /F1 14 Tf 72 720 Td (KUTIPAN) Tj ET",
            "a_stray_end": b">> Q 100 110 20 20 re f",
        }.items()
    ),
    Vector("mark_on_words_split_over_streams_ok", _split, _OPEN),
    Vector("mark_on_unbalanced_states_ok", lambda: _drawn(b"Q BT /F1 14 Tf 72 720 Td (KUTIPAN) Tj ET"), _OPEN),
    Vector(
        "mark_over_the_whole_page_ok",
        lambda: _marked(b"/Rect [0 0 595 842]", form=_form(more=b"/BBox [0 0 595 842]")),
        _OPEN,
    ),
    Vector("mark_over_a_whole_blank_page_ok", _large, _OPEN),
    Vector("mark_with_a_large_box_ok", lambda: _marked(form=_form(more=b"/BBox [0 0 595 842]")), _OPEN),
    Vector("mark_with_a_small_box_ok", lambda: _marked(form=_form(more=b"/BBox [0 0 2 1]")), _OPEN),
    Vector("mark_stretched_ok", lambda: _marked(form=_form(more=b"/BBox [0 0 200 60] /Matrix [9 0 0 9 0 0]")), _OPEN),
    Vector("mark_sheared_ok", lambda: _marked(form=_form(more=b"/BBox [0 0 200 60] /Matrix [1 1 0 1 0 0]")), _OPEN),
    Vector(
        "mark_of_many_states_ok",
        lambda: second(plain(), _FREE + b" /AP << /N << /A 14 0 R >> >>", {14: _form()}),
        _OPEN,
    ),
    Vector(
        "mark_with_a_second_face_ok",
        lambda: second(plain(), _FREE + b" /AP << /N 14 0 R /D 14 0 R >>", {14: _form()}),
        _OPEN,
    ),
    Vector("mark_in_a_layer_ok", lambda: _marked(more=b"/OC << /Type /OCG /Name (L) >>"), _OPEN),
    Vector("mark_printed_only_ok", lambda: _flagged(4 | 32, b"/Rect [72 700 272 760]"), _OPEN),
    Vector("mark_toggled_ok", lambda: _flagged(32 | 256, b"/Rect [72 700 272 760]"), _OPEN),
    Vector("mark_not_turned_with_the_page_ok", lambda: _flagged(4 | 16), _OPEN),
    Vector("mark_not_enlarged_with_the_page_ok", lambda: _flagged(4 | 8), _OPEN),
    Vector("mark_listed_twice_ok", _on_two_pages, _OPEN),
    Vector("mark_of_another_page_ok", _of_another_page, _OPEN),
    Vector(
        "mark_by_a_stranger_untrusted",
        _by_a_stranger,
        _OPEN,
    ),
    Vector("mark_of_a_time_stamp_ok", _by_a_stamp, _OPEN),
    Vector("mark_whose_signature_is_broken_broken", _broken, broken(Reason.HASH, sub=SubIndication.HASH_FAILURE)),
    Vector("mark_drawn_anew_modified", _redrawn, modified(*CHANGES)),
    Vector("mark_over_an_earlier_mark_ok", _third, _OPEN),
]
