"""The byte range (safety.md 7.3 clause 1; B1): four direct numbers, in order, inside the file. USF in its many forms.

Each value does hold for the bytes that a lenient reader would take.
"""

from __future__ import annotations

from tests.vectors.sealing import Stated, seal
from tests.vectors.vector import Vector, broken, ok
from tests.vectors.writing import PLACE, SIGNATURE, SPARE, objects, signature, written
from tte.validation.reasons import Reason

_BAD = broken(Reason.BAD_BYTE_RANGE)
_GAP = broken(Reason.BAD_GAP)
_TWICE = broken(Reason.BAD_DICTIONARY, Reason.TWO_READINGS)


def _stated(text: Stated) -> bytes:
    return seal(written(objects()), stated=text)


def _with(ranges: bytes, stated: Stated | None = None) -> bytes:
    """`ranges` stands where the key and its value should."""
    made = written(objects({SIGNATURE: signature(ranges=ranges)}))
    return seal(made, stated=stated) if stated else seal(made)


def _moved(before: int, after: int) -> bytes:
    """The gap begins `before` bytes earlier and ends `after` bytes later than the value does, and is signed so."""
    return seal(
        written(objects()),
        stated=lambda a, b, c: b"[0 %d %d %d]" % (a - before, b + after, c - after),
        covers=lambda a, b, c: [(0, a - before), (b + after, c - after)],
    )


def _indirect_all() -> bytes:
    made = written(objects({SIGNATURE: signature(ranges=b"/ByteRange 9 0 R"), SPARE: PLACE}))
    return seal(made)


def _indirect_one() -> bytes:
    made = written(objects({SPARE: b"%010d" % 0}))
    return seal(made, stated=lambda a, b, c: b"[9 0 R %d %d %d]" % (a, b, c))


VECTORS = [
    Vector("byte_range_missing_broken", lambda: _with(b""), _BAD),
    Vector("byte_range_null_broken", lambda: _with(b"/ByteRange null"), _BAD),
    Vector("byte_range_is_a_string_broken", lambda: _with(b"/ByteRange (0 10 20 30)"), _BAD),
    Vector("byte_range_is_a_dictionary_broken", lambda: _with(b"/ByteRange << >>"), _BAD),
    Vector("byte_range_empty_broken", lambda: _stated(lambda a, b, c: b"[]"), _BAD),
    Vector("byte_range_two_numbers_broken", lambda: _stated(lambda a, b, c: b"[0 %d]" % a), _BAD),
    Vector("byte_range_three_numbers_broken", lambda: _stated(lambda a, b, c: b"[0 %d %d]" % (a, b)), _BAD),
    Vector("byte_range_five_numbers_broken", lambda: _stated(lambda a, b, c: b"[0 %d %d %d 0]" % (a, b, c)), _BAD),
    Vector("byte_range_six_numbers_broken", lambda: _stated(lambda a, b, c: b"[0 9 9 %d %d %d]" % (a - 9, b, c)), _BAD),
    Vector("byte_range_with_null_broken", lambda: _stated(lambda a, b, c: b"[0 %d null %d]" % (a, c)), _BAD),
    Vector("byte_range_negative_start_broken", lambda: _stated(lambda a, b, c: b"[-1 %d %d %d]" % (a, b, c)), _BAD),
    Vector("byte_range_negative_length_broken", lambda: _stated(lambda a, b, c: b"[0 -%d %d %d]" % (a, b, c)), _BAD),
    Vector("byte_range_negative_second_broken", lambda: _stated(lambda a, b, c: b"[0 %d -%d %d]" % (a, b, c)), _BAD),
    Vector("byte_range_negative_count_broken", lambda: _stated(lambda a, b, c: b"[0 %d %d -%d]" % (a, b, c)), _BAD),
    Vector("byte_range_begins_late_broken", lambda: _stated(lambda a, b, c: b"[9 %d %d %d]" % (a - 9, b, c)), _BAD),
    Vector("byte_range_overlapping_broken", lambda: _stated(lambda a, b, c: b"[0 %d %d %d]" % (b, a, c)), _BAD),
    Vector("byte_range_no_gap_broken", lambda: _stated(lambda a, b, c: b"[0 %d %d %d]" % (a, a, b - a + c)), _BAD),
    Vector("byte_range_swapped_broken", lambda: _stated(lambda a, b, c: b"[%d %d 0 %d]" % (b, c, a)), _BAD),
    Vector("byte_range_empty_first_broken", lambda: _stated(lambda a, b, c: b"[0 0 %d %d]" % (b, c)), _BAD),
    Vector("byte_range_empty_second_broken", lambda: _stated(lambda a, b, c: b"[0 %d %d 0]" % (a, b)), _BAD),
    Vector("byte_range_past_the_end_broken", lambda: _stated(lambda a, b, c: b"[0 %d %d %d]" % (a, b, c + 1)), _BAD),
    Vector("byte_range_huge_broken", lambda: _stated(lambda a, b, c: b"[0 %d %d 99999999999]" % (a, b)), _BAD),
    Vector("byte_range_reals_broken", lambda: _stated(lambda a, b, c: b"[0 %d.0 %d.0 %d.0]" % (a, b, c)), _BAD),
    Vector("byte_range_plus_signs_broken", lambda: _stated(lambda a, b, c: b"[0 +%d +%d +%d]" % (a, b, c)), _BAD),
    Vector("byte_range_indirect_broken", _indirect_all, _BAD),
    Vector("byte_range_indirect_number_broken", _indirect_one, _BAD),
    Vector(
        "byte_range_twice_right_last_modified",
        lambda: _with(b"/ByteRange [0 1 2 3] /ByteRange " + PLACE),
        _TWICE,
    ),
    Vector(
        "byte_range_twice_right_first_modified",
        lambda: _with(b"/ByteRange " + PLACE + b" /ByteRange [0 1 2 3]"),
        _TWICE,
    ),
    Vector(
        "byte_range_twice_in_two_spellings_modified",
        lambda: _with(b"/Byte#52ange [0 1 2 3] /ByteRange " + PLACE),
        _TWICE,
    ),
    Vector("byte_range_spelled_with_escape_ok", lambda: _with(b"/Byte#52ange " + PLACE), ok()),
    Vector("byte_range_gap_one_too_long_before_modified", lambda: _moved(1, 0), _GAP),
    Vector("byte_range_gap_one_too_long_after_modified", lambda: _moved(0, 1), _GAP),
    Vector("byte_range_gap_without_brackets_modified", lambda: _moved(-1, -1), _GAP),
    Vector("byte_range_gap_leaves_out_the_name_of_the_key_modified", lambda: _moved(len(b"/Contents "), 0), _GAP),
    Vector(
        "byte_range_gap_leaves_out_the_page_modified",
        lambda: _moved(600, 0),
        _GAP,
    ),
]
