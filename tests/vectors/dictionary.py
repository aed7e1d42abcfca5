"""The signature dictionary (safety.md 7.3 clause 3; B3, B4, B6): where it stands, and that the form shows this one."""

from __future__ import annotations

import re

from tests.vectors.contents import two
from tests.vectors.sealing import certified, patched, plain, seal, sealed
from tests.vectors.vector import UNSIGNED, Vector, broken, modified, ok
from tests.vectors.writing import (
    CATALOG,
    FIELD,
    FORM,
    PAGE,
    SIGNATURE,
    SPARE,
    WORDS,
    Objects,
    appended,
    catalog,
    field,
    objects,
    page,
    signature,
    stream,
    words,
    written,
)
from tte.validation.reasons import Reason

_CLEAR = broken(Reason.BAD_DICTIONARY, Reason.TWO_READINGS, Reason.UNREADABLE)
_GUESSED = modified(Reason.TRAILING)
_STRIPPED = modified(Reason.STRIPPED)


def dictionary_of(pdf: bytes) -> bytes:
    """The finished signature dictionary of the plain file."""
    return re.findall(rb"\n8 0 obj\n(.*?)\nendobj", pdf, re.DOTALL)[0]  # type: ignore[no-any-return]


def _in_object_stream() -> bytes:
    """A later object stream holds the same dictionary again, and the table leads there."""
    body = dictionary_of(plain())
    packed = stream(b"8 0 " + body, b"/Type /ObjStm /N 1 /First 4")
    size = len(appended(plain(), {SPARE: packed}, style="stream"))
    made = appended(plain(), {SPARE: packed, SIGNATURE: b"null"}, style="stream")
    assert size
    rows = re.search(rb"/Type /XRef.*?stream\n(.*?)\nendstream", made[len(plain()) :], re.DOTALL)
    assert rows
    start = len(plain()) + rows.start(1)
    return made[:start] + b"\x02" + SPARE.to_bytes(4, "big") + b"\0\0" + made[start + 7 :]


def _signed_in_object_stream() -> bytes:
    """The field's value never stood anywhere else: the signed bytes go around a hex string in an object stream."""
    things = objects()
    body = things.pop(SIGNATURE)
    made = written({**things, SPARE: stream(b"8 0 " + body, b"/Type /ObjStm /N 1 /First 4")}, style="stream")
    start = re.search(rb"/Type /XRef.*?/Index \[([^\]]*)\].*?stream\n", made, re.DOTALL)
    assert start
    # the row of object 9 is followed by that of the section itself: make it object 8's, and keep 9's before it
    index = start[1]
    made = made.replace(index, index.replace(b"9 1 10 1", b"8 1  9 1"))
    at = made.index(b"stream\n", start.start()) + 7
    rows = made[at : made.index(b"\nendstream", at)]
    nine = rows[-14:-7]
    return seal(
        made[: at + len(rows) - 14] + b"\x02" + SPARE.to_bytes(4, "big") + b"\0\0" + nine + made[at + len(rows) :]
    )


def _table(old: bytes, new: bytes) -> bytes:
    """The plain file with another line in its table, signed so."""
    made = written(objects())
    line = re.search(rb"\n8 1\n(\d{10} 00000 n )\n", made)
    assert line
    start, end = line.span(1)
    text = line[1].replace(old, new) if old else b"%010d 00000 n " % (int(line[1][:10]) + int(new))
    return seal(made[:start] + text + made[end:])


def _again_outside() -> bytes:
    """The same dictionary written again after the signed bytes; the field now leads there."""
    return appended(plain(), {SIGNATURE: dictionary_of(plain())})


def _again_as_another_object() -> bytes:
    things = {SPARE: dictionary_of(plain()), FIELD: field(b"Signature1", SPARE)}
    return appended(plain(), things)


def _two_fields() -> bytes:
    things = {
        FORM: b"<< /Fields [7 0 R 9 0 R] /SigFlags 3 >>",
        SPARE: field(b"Signature2", SIGNATURE),
        PAGE: page(b"7 0 R 9 0 R"),
    }
    return sealed(things)


def _direct() -> bytes:
    things = objects({FIELD: field(b"Signature1", None, b"/Rect [0 0 0 0] /V " + signature())})
    del things[SIGNATURE]
    return seal(written(things))


def _part(stop: int) -> bytes:
    """The signed bytes end `stop` bytes after the gap: inside the dictionary, or at its end."""
    return seal(
        written(objects()),
        stated=lambda a, b, c: b"[0 %d %d %d]" % (a, b, stop),
        covers=lambda a, b, c: [(0, a), (b, stop)],
    )


def _no_form() -> Objects:
    return objects({CATALOG: catalog(form=b""), FIELD: b"null", SIGNATURE: b"null", PAGE: page(b"")})


def _with_rights(key: bytes, name: bytes, things: Objects) -> bytes:
    """What looks like a signature stands in the catalog itself, as the rights of a Reader-enabled form do."""
    value = b"%b << %b << /Type /Sig /ByteRange [0 %%05d 00090 00005] /Contents <3030> >> >>" % (key, name)
    form = b"" if things[SIGNATURE] == b"null" else b"/AcroForm 6 0 R"
    made = written({**things, CATALOG: catalog(value, form=form)})
    return made.replace(b"%05d", b"%05d" % made.index(b"<"))


VECTORS = [
    Vector("dictionary_in_object_stream_modified", _signed_in_object_stream, broken(Reason.NOT_INDIRECT)),
    Vector("dictionary_moved_to_object_stream_modified", _in_object_stream, broken(Reason.NOT_INDIRECT)),
    Vector("dictionary_direct_in_field_ok", _direct, ok()),
    Vector("dictionary_offset_of_the_blank_before_ok", lambda: _table(b"", b"-1"), ok()),
    Vector("dictionary_offset_one_high_ok", lambda: _table(b"", b"1"), ok()),
    Vector(
        "dictionary_offset_one_high_and_a_store_modified",
        lambda: appended(_table(b"", b"1"), {SPARE: b"<< /Type /DSS >>", CATALOG: catalog(b"/DSS 9 0 R")}),
        _GUESSED,
    ),
    Vector(
        "dictionary_offset_one_high_and_words_modified",
        lambda: appended(_table(b"", b"1"), {WORDS: words(b"LAIN")}),
        _GUESSED,
    ),
    Vector("dictionary_two_types_modified", lambda: sealed({SIGNATURE: signature(b"/Type /Page")}), _CLEAR),
    Vector("rights_in_catalog_ok", lambda: seal(_with_rights(b"/Perms", b"/UR3", objects())), ok()),
    Vector("rights_in_catalog_unsigned", lambda: _with_rights(b"/Perms", b"/UR3", _no_form()), UNSIGNED),
    Vector(
        "rights_elsewhere_in_catalog_modified", lambda: _with_rights(b"/PieceInfo", b"/Lama", _no_form()), _STRIPPED
    ),
    Vector("dictionary_other_generation_modified", lambda: _table(b"00000 n", b"00001 n"), _STRIPPED),
    Vector("dictionary_written_again_after_modified", _again_outside, broken(Reason.OUTSIDE, Reason.BAD_GAP)),
    Vector("dictionary_copied_to_new_object_modified", _again_as_another_object, _STRIPPED),
    Vector("dictionary_half_signed_modified", lambda: _part(1), broken(Reason.OUTSIDE)),
    Vector("dictionary_signed_and_nothing_more_modified", lambda: _part(3), broken(Reason.NO_END)),
    Vector("dictionary_without_endobj_modified", lambda: sealed({SIGNATURE: signature() + b"\n9"}), _CLEAR),
    Vector(
        "dictionary_is_a_stream_modified",
        lambda: sealed({SIGNATURE: signature(b"/Length 1") + b"\nstream\nx\nendstream"}),
        _CLEAR,
    ),
    Vector(
        "dictionary_two_subfilters_modified",
        lambda: sealed({SIGNATURE: signature(b"/SubFilter /adbe.x509.rsa_sha1")}),
        _CLEAR,
    ),
    Vector("dictionary_two_filters_modified", lambda: sealed({SIGNATURE: signature(b"/Filter /Other")}), _CLEAR),
    Vector(
        "dictionary_two_values_in_field_modified",
        lambda: sealed({FIELD: field(b"Signature1", 8, b"/Rect [0 0 0 0] /V 9 0 R"), SPARE: b"<< >>"}),
        _CLEAR,
    ),
    Vector("dictionary_in_an_array_modified", lambda: sealed({SIGNATURE: b"[ " + signature() + b" ]"}), _CLEAR),
    Vector("dictionary_shown_by_two_fields_modified", _two_fields, broken(Reason.SHARED)),
    Vector("stripped_form_emptied_modified", lambda: appended(plain(), {FORM: b"<< /Fields [] >>"}), _STRIPPED),
    Vector("stripped_no_form_modified", lambda: appended(plain(), {CATALOG: catalog(form=b"")}), _STRIPPED),
    Vector(
        "stripped_value_removed_modified", lambda: appended(plain(), {FIELD: field(b"Signature1", None)}), _STRIPPED
    ),
    Vector("stripped_field_freed_modified", lambda: appended(plain(), {}, free=[FIELD]), _STRIPPED),
    Vector("stripped_signature_freed_modified", lambda: appended(plain(), {}, free=[SIGNATURE]), _STRIPPED),
    Vector(
        "stripped_field_becomes_text_modified",
        lambda: appended(plain(), {FIELD: patched(field(b"Signature1", 8), b"/FT /Sig", b"/FT /Tx")}),
        _STRIPPED,
    ),
    Vector(
        "stripped_second_of_two_modified",
        lambda: appended(two(), {FORM: b"<< /Fields [7 0 R] /SigFlags 3 >>"}),
        _STRIPPED,
    ),
    Vector("stripped_certification_modified", lambda: appended(certified(), {CATALOG: catalog()}), modified()),
    Vector("stripped_by_name_of_form_modified", lambda: patched(plain(), b"/AcroForm", b"/AcroForn"), _STRIPPED),
    Vector(
        "field_deep_in_the_form_ok",
        lambda: sealed(
            {
                FORM: b"<< /Fields [9 0 R] /SigFlags 3 >>",
                SPARE: b"<< /T (Atas) /Kids [7 0 R] >>",
                FIELD: field(b"Bawah", 8, b"/Parent 9 0 R /Rect [0 0 0 0]"),
            }
        ),
        ok(),
    ),
    Vector(
        "field_empty_unsigned",
        lambda: written(objects({FIELD: field(b"Signature1", None), SIGNATURE: b"null"})),
        UNSIGNED,
    ),
    Vector(
        "no_form_unsigned",
        lambda: written(objects({CATALOG: catalog(form=b""), FIELD: b"null", SIGNATURE: b"null", PAGE: page(b"")})),
        UNSIGNED,
    ),
]
