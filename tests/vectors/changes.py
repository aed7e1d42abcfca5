"""What later revisions change (safety.md 7.3 clauses 6, 7; validation.md 4.4): each correct in itself, none allowed."""

from __future__ import annotations

from tests.vectors.contents import two
from tests.vectors.sealing import certified, plain, seal, sealed
from tests.vectors.vector import CHANGES, Vector, broken, modified, ok
from tests.vectors.writing import (
    CATALOG,
    FIELD,
    FONT,
    FORM,
    PAGE,
    PAGES,
    SIGNATURE,
    SPARE,
    WORDS,
    Objects,
    appended,
    catalog,
    certifying,
    field,
    objects,
    page,
    section,
    signature,
    stream,
    words,
    written,
)
from tte.validation.reasons import Reason

_PAGES = modified(Reason.CHANGED_PAGES, Reason.CHANGED_OBJECTS)
_NOTES = modified(Reason.CHANGED_ANNOTATIONS, Reason.CHANGED_PAGES)
_FIELDS = modified(Reason.CHANGED_FIELDS)
_CATALOG = modified(Reason.CHANGED_CATALOG)
_ANY = modified(*CHANGES, Reason.TRAILING)
_FORBIDDEN = modified(Reason.FORBIDDEN)

_NOTE = b"<< /Type /Annot /Subtype /FreeText /Rect [72 700 400 760] /Contents (Lain) /DA (/F1 12 Tf) %b >>"
_OVER = stream(b"1 g 0 0 400 60 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 400 60]")
_TEXT = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (Catatan) /V (%b) /Rect [72 500 200 520] /P 3 0 R >>"
_MARKED = b"<< /Type /Pages /Kids [3 0 R] /Count 1 /ITXT %b >>"
_SHOWN = b"/Rect [72 700 400 760] /AP << /N 14 0 R >>"


def _later(things: Objects, pdf: bytes | None = None) -> bytes:
    return appended(plain() if pdf is None else pdf, things)


def _with_text_field(permission: int) -> bytes:
    """A file with a text field, certified so that the field may be filled."""
    return sealed(
        {
            FORM: b"<< /Fields [7 0 R 12 0 R] /SigFlags 3 >>",
            12: _TEXT % b"Semula",
            PAGE: page(b"7 0 R 12 0 R"),
            CATALOG: catalog(b"/Perms << /DocMDP 8 0 R >>"),
        },
        permission=permission,
    )


def second(
    pdf: bytes, more: bytes = b"/Rect [0 0 0 0]", also: Objects | None = None, *, dictionary: bytes = b""
) -> bytes:
    """A second signature in a new field, with `also` changed in the same revision."""
    things = {
        10: signature(dictionary),
        11: field(b"Signature2", 10, more),
        FORM: b"<< /Fields [7 0 R 11 0 R] /SigFlags 3 >>",
        PAGE: page(b"7 0 R 11 0 R"),
    }
    return seal(appended(pdf, {**things, **(also or {})}))


def _prepared() -> bytes:
    """A certified file (P=2) with an empty field for a second signature, which is then filled."""
    first = sealed(
        {
            FORM: b"<< /Fields [7 0 R 11 0 R] /SigFlags 3 >>",
            11: field(b"Signature2", None),
            PAGE: page(b"7 0 R 11 0 R"),
            CATALOG: catalog(b"/Perms << /DocMDP 8 0 R >>"),
        },
        permission=2,
    )
    return seal(appended(first, {10: signature(), 11: field(b"Signature2", 10)}))


def _dss_takes_over() -> bytes:
    """The page's words become part of the store, and are other words."""
    return _later({CATALOG: catalog(b"/DSS 12 0 R"), 12: b"<< /Type /DSS /Certs [4 0 R] >>", WORDS: words(b"LAIN")})


def _shared_appearance() -> bytes:
    """An empty signature field whose appearance is also the page's picture; signing replaces it."""
    picture = stream(b"0 0 9 9 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]")
    first = sealed(
        {
            FORM: b"<< /Fields [7 0 R 11 0 R] /SigFlags 3 >>",
            11: field(b"Signature2", None, b"/Rect [0 0 99 99] /AP << /N 14 0 R >>"),
            14: picture,
            PAGE: page(b"7 0 R 11 0 R", more=b"/Thumb 14 0 R"),
        }
    )
    things = {10: signature(), 11: field(b"Signature2", 10, b"/Rect [0 0 99 99] /AP << /N 14 0 R >>"), 14: _OVER}
    return seal(appended(first, things))


def _forged_second() -> bytes:
    """A second field shows a signature dictionary that signs nothing: its value is that of the first."""
    things = {
        FORM: b"<< /Fields [7 0 R 11 0 R] /SigFlags 3 >>",
        11: field(b"Signature2", SIGNATURE),
        PAGE: page(b"7 0 R 11 0 R"),
    }
    return _later(things)


_OTHER_PAGES = {
    10: b"<< /Type /Pages /Kids [11 0 R] /Count 1 >>",
    11: page(contents=b"12 0 R").replace(b"/Parent 2", b"/Parent 10"),
    12: words(b"LAIN"),
}


def _two_pages() -> bytes:
    return sealed({PAGES: b"<< /Type /Pages /Kids [3 0 R 9 0 R] /Count 2 >>", SPARE: page(b"")})


def _two_rows() -> bytes:
    """A cross-reference stream tells of the words twice: where they were, and where others are."""
    made = appended(plain(), {WORDS: words(b"LAIN")}, style="stream")
    signed = plain().index(b"\n4 0 obj") + 1
    row = b"\x01" + signed.to_bytes(4, "big") + b"\0\0"
    start = made.rindex(b"/Type /XRef")
    head, rest = made[:start], made[start:]
    at = rest.index(b"stream\n") + 7
    rest = rest[:at] + row + rest[at:]
    return head + rest.replace(b"/Index [", b"/Index [4 1 ").replace(b"/Length 14", b"/Length 21")


def _hybrid_disagrees() -> bytes:
    """The table leads to a page, the hidden section to another."""
    made = appended(plain(), {PAGE: page(more=b"/Rotate 90")}, style="hidden")
    signed = plain().index(b"\n3 0 obj") + 1
    start = made.rindex(b"\nxref\n")
    return made[:start] + made[start:].replace(b"3 1\n0000000000 65535 f", b"3 1\n%010d 00000 n" % signed)


def _hybrid_leads_back() -> bytes:
    """The table leads to the words as they were signed, the section beside it to those of an earlier revision."""
    first = written(objects({SIGNATURE: b"null", WORDS: words(b"LAIN")}))
    signed = seal(appended(first, {SIGNATURE: signature(), WORDS: words(b"SAH")}))
    old, new = signed.index(b"\n4 0 obj") + 1, signed.rindex(b"\n4 0 obj") + 1
    before = int(signed[signed.rindex(b"startxref") + 9 :].split()[0])
    made = signed + section({WORDS: (1, old, 0)}, 12, b"")
    lines = b"4 1\n%010d 00000 n \n11 1\n%010d 00000 n \n" % (new, len(signed))
    trailer = b"trailer\n<< /Size 12 /Root 1 0 R /Prev %d /XRefStm %d >>\n" % (before, len(signed))
    return made + b"xref\n%b%bstartxref\n%d\n%%%%EOF\n" % (lines, trailer, len(made))


def _unlisted_in_stream() -> bytes:
    """An object stream holds another page, which no section mentions; who looks for objects finds it."""
    return appended(plain(), {SPARE: stream(b"3 0 " + page(more=b"/Rotate 90"), b"/Type /ObjStm /N 1 /First 4")})


def _twice_in_stream() -> bytes:
    """An object stream holds the page twice; the section means the first, which is as it was signed."""
    made = appended(plain(), {PAGE: page(), SPARE: page(more=b"/Rotate 90")}, style="packed")
    start = made.rindex(b"/Type /ObjStm")
    return made[:start] + made[start:].replace(b"stream\n3 0 9 ", b"stream\n3 0 3 ", 1)


def _described() -> bytes:
    first = seal(written(objects({12: b"<< /Title (satu) >>"}), trailer=b"/Info 12 0 R"))
    return appended(first, {12: b"<< /Title (dua) >>"}, trailer=b"/Info 12 0 R")


def _back_again() -> bytes:
    """Other words in one revision, the old ones again in the next; the last state is the signed one."""
    return _later({WORDS: words(b"KUTIPAN AKTA (contoh)")}, _later({WORDS: words(b"LAIN")}))


VECTORS = [
    Vector("changed_words_modified", lambda: _later({WORDS: words(b"LAIN")}), _PAGES),
    Vector(
        "changed_words_by_new_stream_modified",
        lambda: _later({PAGE: page(contents=b"[4 0 R 9 0 R]"), SPARE: words(b"LAIN", 600)}),
        _PAGES,
    ),
    Vector(
        "changed_font_modified", lambda: _later({FONT: b"<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>"}), _PAGES
    ),
    Vector("changed_page_size_modified", lambda: _later({PAGE: page(more=b"/CropBox [0 0 10 10]")}), _PAGES),
    Vector("changed_page_turned_modified", lambda: _later({PAGE: page(more=b"/Rotate 180")}), _PAGES),
    Vector(
        "changed_page_added_modified",
        lambda: _later({PAGES: b"<< /Type /Pages /Kids [3 0 R 9 0 R] /Count 2 >>", SPARE: page(b"")}),
        _PAGES,
    ),
    Vector(
        "changed_page_twice_modified",
        lambda: _later({PAGES: b"<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 2 >>"}),
        _PAGES,
    ),
    Vector(  # no reader shows it: that it was signed once is not worth a word
        "changed_no_page_left_error",
        lambda: _later({PAGES: b"<< /Type /Pages /Kids [] /Count 0 >>"}),
        broken(Reason.UNREADABLE),
    ),
    Vector("changed_mark_on_page_tree_ok", lambda: _later({PAGES: _MARKED % b"(5.0.0)"}), ok()),
    Vector("changed_mark_on_page_tree_leads_on_modified", lambda: _later({PAGES: _MARKED % b"[4 0 R]"}), _PAGES),
    Vector(
        "changed_page_tree_modified",
        lambda: _later(
            {
                CATALOG: catalog(pages=9),
                SPARE: b"<< /Type /Pages /Kids [10 0 R] /Count 1 >>",
                10: page(contents=b"12 0 R").replace(b"/Parent 2", b"/Parent 9"),
                12: words(b"LAIN"),
            }
        ),
        _ANY,
    ),
    Vector("changed_back_again_modified", _back_again, _PAGES),
    Vector(
        "changed_by_whole_new_catalog_modified",
        lambda: appended(
            plain(),
            {
                SPARE: catalog(pages=10),
                10: b"<< /Type /Pages /Kids [11 0 R] /Count 1 >>",
                11: page(contents=b"12 0 R").replace(b"/Parent 2", b"/Parent 10"),
                12: words(b"LAIN"),
            },
            root=b"9 0 R",
        ),
        _ANY,
    ),
    Vector(
        "changed_last_page_removed_modified",
        lambda: _later({PAGES: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"}, _two_pages()),
        _PAGES,
    ),
    Vector(
        "changed_page_with_two_contents_modified",
        lambda: _later({PAGE: page().replace(b"/Contents", b"/Contents 9 0 R /Contents"), SPARE: words(b"LAIN")}),
        _ANY,
    ),
    Vector(
        "changed_page_with_two_contents_last_modified",
        lambda: _later({PAGE: page(more=b"/Contents 9 0 R"), SPARE: words(b"LAIN")}),
        _ANY,
    ),
    Vector(
        "changed_page_with_contents_in_two_spellings_modified",
        lambda: _later({PAGE: page().replace(b"/Contents", b"/Cont#65nts 9 0 R /Contents"), SPARE: words(b"LAIN")}),
        _ANY,
    ),
    Vector(
        "changed_catalog_with_two_page_trees_modified",
        lambda: _later({CATALOG: catalog().replace(b"/Pages", b"/Pages 10 0 R /Pages"), **_OTHER_PAGES}),
        _ANY,
    ),
    Vector(
        "changed_trailer_with_two_roots_modified",
        lambda: appended(plain(), {SPARE: catalog(pages=10), **_OTHER_PAGES}, root=b"9 0 R /Root 1 0 R"),
        _ANY,
    ),
    Vector(
        "changed_field_with_two_values_modified",
        lambda: _later(
            {FIELD: field(b"Signature1", SIGNATURE, b"/Rect [0 0 0 0] /V 9 0 R"), SPARE: b"<< /Type /Sig >>"}
        ),
        _ANY,
    ),
    Vector(
        "changed_stream_with_two_lengths_modified",
        lambda: _later({WORDS: b"<< /Length 99 " + words(b"KUTIPAN AKTA (contoh)")[2:]}),
        _ANY,
    ),
    Vector(
        "changed_stream_in_another_file_modified",
        lambda: _later({WORDS: words(b"KUTIPAN AKTA (contoh)").replace(b"<< ", b"<< /F (lain.pdf) ")}),
        _ANY,
    ),
    Vector("changed_section_with_two_rows_modified", _two_rows, _ANY),
    Vector("changed_hybrid_section_disagrees_modified", _hybrid_disagrees, _ANY),
    Vector("changed_hybrid_section_leads_back_modified", _hybrid_leads_back, modified(Reason.TRAILING)),
    Vector(
        "changed_page_in_hybrid_section_modified",
        lambda: appended(plain(), {PAGE: page(more=b"/Rotate 90")}, style="beside"),
        _PAGES,
    ),
    Vector("changed_object_stream_with_one_number_twice_modified", _twice_in_stream, _ANY),
    Vector("changed_object_stream_with_unlisted_page_modified", _unlisted_in_stream, _ANY),
    Vector(
        "changed_open_action_modified",
        lambda: _later({CATALOG: catalog(b"/OpenAction << /S /JavaScript /JS (1) >>")}),
        _CATALOG,
    ),
    Vector(
        "changed_additional_actions_modified",
        lambda: _later({CATALOG: catalog(b"/AA << /WP << /S /JavaScript /JS (1) >> >>")}),
        _CATALOG,
    ),
    Vector(
        "changed_names_javascript_modified",
        lambda: _later({CATALOG: catalog(b"/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (1) >>] >> >>")}),
        _CATALOG,
    ),
    Vector(
        "changed_embedded_file_modified",
        lambda: _later({CATALOG: catalog(b"/Names << /EmbeddedFiles << /Names [] >> >>")}),
        _CATALOG,
    ),
    Vector(
        "changed_layers_modified",
        lambda: _later({CATALOG: catalog(b"/OCProperties << /OCGs [] /D << >> >>")}),
        _CATALOG,
    ),
    Vector(
        "changed_xfa_modified",
        lambda: _later({FORM: b"<< /Fields [7 0 R] /SigFlags 3 /XFA 9 0 R >>", SPARE: stream(b"<x/>")}),
        modified(Reason.CHANGED_FIELDS, Reason.CHANGED_CATALOG),
    ),
    Vector(
        "changed_need_appearances_modified",
        lambda: _later({FORM: b"<< /Fields [7 0 R] /SigFlags 3 /NeedAppearances true >>"}),
        modified(Reason.CHANGED_FIELDS, Reason.CHANGED_CATALOG),
    ),
    Vector(
        "changed_text_field_added_modified",
        lambda: _later(
            {FORM: b"<< /Fields [7 0 R 12 0 R] /SigFlags 3 >>", 12: _TEXT % b"Lain", PAGE: page(b"7 0 R 12 0 R")}
        ),
        _ANY,
    ),
    Vector(
        "changed_field_filled_with_p1_modified", lambda: _later({12: _TEXT % b"Lain"}, _with_text_field(1)), _FIELDS
    ),
    Vector(
        "changed_field_filled_with_p2_modified", lambda: _later({12: _TEXT % b"Lain"}, _with_text_field(2)), _FIELDS
    ),
    Vector(
        "changed_field_filled_with_p3_modified", lambda: _later({12: _TEXT % b"Lain"}, _with_text_field(3)), _FIELDS
    ),
    Vector(
        "changed_note_with_p1_modified",
        lambda: _later({PAGE: page(b"7 0 R 9 0 R"), SPARE: _NOTE % b""}, certified()),
        _NOTES,
    ),
    Vector(
        "changed_note_with_p3_modified",
        lambda: _later({PAGE: page(b"7 0 R 9 0 R"), SPARE: _NOTE % b""}, sealed(permission=3)),
        _NOTES,
    ),
    Vector(
        "changed_link_modified",
        lambda: _later(
            {
                PAGE: page(b"7 0 R 9 0 R"),
                SPARE: b"<< /Type /Annot /Subtype /Link /Rect [0 0 99 99] /A << /S /URI /URI (http://x.example/) >> >>",
            }
        ),
        _NOTES,
    ),
    Vector(
        "changed_signature_emptied_broken",
        lambda: _later({SIGNATURE: b"<< /Type /Sig >>"}),
        broken(Reason.BAD_BYTE_RANGE),
    ),
    Vector("changed_store_takes_over_words_modified", _dss_takes_over, _ANY),
    Vector("changed_words_freed_modified", lambda: appended(plain(), {}, free=[WORDS]), _ANY),
    Vector("changed_font_freed_modified", lambda: appended(plain(), {}, free=[FONT]), _ANY),
    Vector(
        "changed_in_same_revision_as_second_signature_modified",
        lambda: second(plain(), also={WORDS: words(b"LAIN")}),
        _PAGES,
    ),
    Vector("changed_shared_appearance_modified", _shared_appearance, _ANY),
    Vector(
        "changed_field_of_first_signature_modified",
        lambda: _later({FIELD: field(b"Signature1", SIGNATURE, b"/Rect [0 0 400 60]")}),
        _FIELDS,
    ),
    Vector("changed_second_field_same_value_modified", _forged_second, broken(Reason.SHARED)),
    Vector(
        "changed_by_object_stream_modified",
        lambda: appended(plain(), {PAGE: page(more=b"/Rotate 90")}, style="packed"),
        _PAGES,
    ),
    Vector(
        "changed_by_hidden_objects_error",
        lambda: appended(plain(), {PAGE: page(more=b"/Rotate 90")}, style="hidden"),
        broken(Reason.UNREADABLE),
    ),
    Vector(
        "changed_structure_tree_modified",
        lambda: _later(
            {
                CATALOG: catalog(b"/StructTreeRoot 9 0 R /MarkInfo << /Marked true >>"),
                SPARE: b"<< /Type /StructTreeRoot >>",
            }
        ),
        modified(Reason.CHANGED_STRUCTURE, Reason.CHANGED_CATALOG),
    ),
    Vector("changed_metadata_only_ok", lambda: _described(), ok()),
    Vector("changed_nothing_ok", lambda: _later({WORDS: words(b"KUTIPAN AKTA (contoh)")}), ok()),
    Vector("second_signature_with_p1_modified", lambda: second(certified()), _FORBIDDEN),
    Vector("second_certification_modified", lambda: second(certified(), dictionary=certifying(1)), modified(*CHANGES)),
    Vector("second_signature_with_p2_ok", lambda: second(sealed(permission=2)), ok()),
    Vector("second_signature_in_prepared_field_ok", _prepared, ok()),
    Vector("second_signature_then_words_modified", lambda: _later({WORDS: words(b"LAIN")}, two()), _PAGES),
    Vector(
        "second_empty_field_visible_modified",
        lambda: _later(
            {
                11: field(b"Signature2", None, _SHOWN),
                14: _OVER,
                FORM: b"<< /Fields [7 0 R 11 0 R] /SigFlags 3 >>",
                PAGE: page(b"7 0 R 11 0 R"),
            }
        ),
        _ANY,
    ),
    Vector(
        "second_field_with_action_modified",
        lambda: second(plain(), b"/Rect [0 0 0 0] /AA << /U << /S /JavaScript /JS (1) >> >>"),
        _ANY,
    ),
]
