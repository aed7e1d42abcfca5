"""Files as real writers write them, which must be read and not refused: cross-reference kinds, appended revisions."""

from __future__ import annotations

from tests.signed_pdfs import sign, world
from tests.vectors.changes import second
from tests.vectors.contents import two
from tests.vectors.sealing import plain, seal, sealed
from tests.vectors.vector import Vector, ok
from tests.vectors.writing import (
    CATALOG,
    FIELD,
    FORM,
    PAGE,
    SIGNATURE,
    appended,
    catalog,
    field,
    objects,
    page,
    signature,
    stream,
    written,
)
from tte.model import Level
from tte.validation.reasons import Reason

_TAGS = {CATALOG: catalog(b"/StructTreeRoot 12 0 R"), 12: b"<< /Type /StructTreeRoot >>"}
_SECOND = {
    20: signature(),
    21: field(b"Signature2", 20),
    FORM: b"<< /Fields [7 0 R 21 0 R] /SigFlags 3 >>",
    PAGE: page(b"7 0 R 21 0 R"),
}
_STORE = {CATALOG: catalog(b"/DSS 12 0 R"), 12: b"<< /Type /DSS /Certs [33 0 R] >>"}


def _of(style: str) -> bytes:
    return seal(written(objects(_TAGS if style == "hybrid" else None), style=style))


def _second(first: str, later: str) -> bytes:
    return seal(appended(_of(first), _SECOND, style=later))


def _with_store(pdf: bytes, *, style: str = "table", tags: bool = False) -> bytes:
    things = {**_STORE, 33: stream(world().authority.der)}
    if tags:
        things = {
            CATALOG: catalog(b"/StructTreeRoot 12 0 R /DSS 32 0 R"),
            32: b"<< /Type /DSS /Certs [33 0 R] >>",
            33: things[33],
        }
    return appended(pdf, things, style=style)


def _store_replaced() -> bytes:
    """The store of the first revision is written anew by the second, with another VRI entry."""
    first = _with_store(plain())
    return appended(first, {12: b"<< /Type /DSS /Certs [33 0 R] /VRI << /AB << /Cert [33 0 R] >> >> >>"})


def _like_itext() -> bytes:
    """As iText appends: comments before startxref, an object freed that only the form's old array used, unused ones."""
    first = sealed({FORM: b"<< /Fields 14 0 R /SigFlags 3 >>", 14: b"[7 0 R]"})
    things = {**_SECOND, FORM: b"<< /Fields 15 0 R /SigFlags 3 >>", 15: b"[7 0 R 21 0 R]", 16: b"<< /Unused true >>"}
    made = appended(first, things, free=[14])
    at = made.rindex(b"startxref")
    return seal(made[:at] + b"%iText-Core-9.9.9\n" + made[at:])


def _size_wrong(by_how: int) -> bytes:
    made = written(objects())
    return seal(made.replace(b"/Size 9 ", b"/Size %d " % (9 + by_how)))


def _line_ends(end: bytes) -> bytes:
    made = written(objects())
    at = made.rindex(b"startxref")
    return seal(made[:at] + made[at:].replace(b"\n", end))


def _prepared_by_office() -> bytes:
    """As Word exports: a file with both kinds of cross-references, signed by another program in a new revision."""
    things = objects({FORM: b"<< /Fields [] >>", FIELD: b"null", SIGNATURE: b"null", PAGE: page(b""), **_TAGS})
    base = written(things, style="hybrid")
    form = {FORM: b"<< /Fields [21 0 R] /SigFlags 3 >>", PAGE: page(b"21 0 R")}
    return seal(appended(base, {20: signature(), 21: field(b"Signature1", 20), **form}))


def _inline_form() -> bytes:
    return sealed({CATALOG: catalog(form=b"/AcroForm << /Fields [7 0 R] /SigFlags 3 >>"), FORM: b"null"})


def _third() -> bytes:
    things = {
        15: signature(),
        16: field(b"Signature3", 15),
        FORM: b"<< /Fields [7 0 R 11 0 R 16 0 R] /SigFlags 3 >>",
        PAGE: page(b"7 0 R 11 0 R 16 0 R"),
    }
    return seal(appended(two(), things))


VECTORS = [
    Vector("structure_table_ok", lambda: _of("table"), ok()),
    Vector("structure_stream_ok", lambda: _of("stream"), ok()),
    Vector("structure_object_streams_ok", lambda: _of("packed"), ok()),
    Vector("structure_hybrid_ok", lambda: _of("hybrid"), ok()),
    Vector("structure_hybrid_signed_later_ok", _prepared_by_office, ok()),
    Vector(
        "structure_hybrid_and_store_ok",
        lambda: _with_store(_of("hybrid"), tags=True),
        ok(Level.B_B, Reason.LONG_TERM_DATA),
    ),
    Vector("structure_hybrid_store_in_section_ok", lambda: _with_store(plain(), style="beside"), ok()),
    Vector("structure_hybrid_second_signature_ok", lambda: _second("table", "beside"), ok()),
    Vector("structure_table_then_stream_ok", lambda: _second("table", "stream"), ok()),
    Vector("structure_stream_then_table_ok", lambda: _second("stream", "table"), ok()),
    Vector("structure_object_streams_twice_ok", lambda: _second("packed", "packed"), ok()),
    Vector("structure_like_itext_ok", _like_itext, ok()),
    Vector("structure_store_in_stream_ok", lambda: _with_store(_of("stream"), style="packed"), ok()),
    Vector("structure_store_replaced_ok", _store_replaced, ok()),
    Vector("structure_size_one_high_ok", lambda: _size_wrong(1), ok()),
    Vector("structure_size_one_low_ok", lambda: _size_wrong(-1), ok()),
    Vector("structure_carriage_returns_at_end_ok", lambda: _line_ends(b"\r\n"), ok()),
    Vector("structure_no_line_end_after_eof_ok", lambda: seal(written(objects())[:-1]), ok()),
    Vector("structure_form_in_catalog_ok", _inline_form, ok()),
    Vector("structure_by_pyhanko_ok", lambda: sign(), ok()),
    Vector("structure_by_pyhanko_visible_ok", lambda: sign(box=(20, 20, 200, 60)), ok()),
    Vector("structure_three_signatures_ok", lambda: _third(), ok()),
    Vector(
        "structure_signed_then_long_term_then_signed_ok",
        lambda: second(_with_store(plain()), also={CATALOG: catalog(b"/DSS 12 0 R")}),
        ok(),
    ),
]
