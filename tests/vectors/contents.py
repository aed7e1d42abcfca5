"""The signature value in its place (safety.md 7.3 clause 2; B2): hex digits, then zeros, and the value of /Contents."""

from __future__ import annotations

from tests.vectors.sealing import digits, gap, patched, plain, seal, with_value
from tests.vectors.vector import Vector, broken, ok
from tests.vectors.writing import (
    EMPTY,
    FORM,
    PAGE,
    SIGNATURE,
    appended,
    field,
    objects,
    page,
    signature,
    written,
)
from tte.model import SubIndication
from tte.validation.reasons import Reason

_GAP = broken(Reason.BAD_GAP)
_CMS = broken(Reason.BAD_CMS)
_TWICE = broken(Reason.BAD_DICTIONARY, Reason.TWO_READINGS)


def _instead(value: bytes) -> bytes:
    """`value`, filled up with blanks, where < and > and all between stood."""
    start, end = gap(plain())
    return plain()[:start] + value.ljust(end - start) + plain()[end:]


def _ending(last: bytes) -> bytes:
    """The last digits of the padding replaced."""
    return with_value(plain(), digits(plain())[: -len(last)] + last)


def _dictionary(old: bytes, new: bytes) -> bytes:
    """The signature dictionary with other text in it, signed so."""
    return seal(written(objects({SIGNATURE: patched(signature(), old, new, fit=False)})))


def two() -> bytes:
    """Two signatures, one after the other, each in order."""
    things = {
        SIGNATURE + 2: signature(),
        SIGNATURE + 3: field(b"Signature2", SIGNATURE + 2),
        FORM: b"<< /Fields [7 0 R 11 0 R] /SigFlags 3 >>",
        PAGE: page(b"7 0 R 11 0 R"),
    }
    return seal(appended(plain(), things))


def _exchanged() -> bytes:
    pdf = two()
    first, second = digits(pdf, 0), digits(pdf, 1)
    return with_value(with_value(pdf, second, 0), first, 1)


def _of_another_file() -> bytes:
    return with_value(plain(), digits(seal(written(objects({4: b"<< /Length 0 >>\nstream\n\nendstream"})))))


VECTORS = [
    Vector("contents_null_broken", lambda: _instead(b"null"), _CMS),
    Vector("contents_empty_broken", lambda: _instead(b"<>"), _CMS),
    Vector("contents_literal_string_modified", lambda: _instead(b"(abc)"), _GAP),
    Vector("contents_indirect_modified", lambda: _instead(b"9 0 R"), _GAP),
    Vector("contents_all_zero_broken", lambda: with_value(plain(), b""), broken(Reason.BAD_CMS, Reason.BAD_GAP)),
    Vector("contents_cut_short_broken", lambda: with_value(plain(), digits(plain())[:400]), broken()),
    Vector(
        "contents_not_hex_in_padding_modified", lambda: _ending(b"0G"), broken(Reason.BAD_GAP, Reason.BAD_DICTIONARY)
    ),
    Vector("contents_blank_in_padding_modified", lambda: _ending(b" 0"), _GAP),
    Vector("contents_odd_digits_modified", lambda: _dictionary(EMPTY, EMPTY[:-1] + b"0>"), _GAP),
    Vector("contents_padding_not_zero_modified", lambda: _ending(b"01"), broken(Reason.BAD_PADDING)),
    Vector(
        "contents_object_in_padding_modified",
        lambda: _ending(b"9 0 obj << >> endobj".hex().encode()),
        broken(Reason.BAD_PADDING),
    ),
    Vector("contents_ends_in_comment_modified", lambda: _ending(b"%0>"), broken(Reason.BAD_GAP, Reason.BAD_DICTIONARY)),
    Vector("contents_capital_digits_ok", lambda: with_value(plain(), digits(plain()).upper()), ok()),
    Vector("contents_missing_broken", lambda: _dictionary(b"/Contents", b"/Contants"), _CMS),
    Vector(
        "contents_twice_right_last_modified", lambda: _dictionary(b"/Contents", b"/Contents <30> /Contents"), _TWICE
    ),
    Vector("contents_twice_right_first_modified", lambda: _dictionary(EMPTY, EMPTY + b" /Contents <30>"), _TWICE),
    Vector(
        "contents_twice_in_two_spellings_modified",
        lambda: _dictionary(b"/Contents", b"/Cont#65nts <30> /Contents"),
        _TWICE,
    ),
    Vector("contents_spelled_with_escape_ok", lambda: _dictionary(b"/Contents", b"/Cont#65nts"), ok()),
    Vector("contents_gap_is_another_key_modified", lambda: _dictionary(b"/Contents", b"/Contents <30> /Reason"), _GAP),
    Vector("contents_exchanged_broken", _exchanged, broken(Reason.HASH, sub=SubIndication.HASH_FAILURE)),
    Vector("contents_of_another_file_broken", _of_another_file, broken(Reason.HASH, sub=SubIndication.HASH_FAILURE)),
    Vector("two_signatures_ok", two, ok()),
]
