"""Each later revision is told of, with what it adds or changes, allowed or not."""

from __future__ import annotations

import pytest

from tests.vectors import changes, structures
from tests.vectors.families import VECTORS
from tests.vectors.sealing import plain
from tests.vectors.writing import SPARE, WORDS, appended, words
from tte.model import Added
from tte.validation.examining import examine

_OF = {vector.name: vector for vector in VECTORS}


@pytest.mark.parametrize(
    ("name", "adds"),
    [
        ("structure_store_in_stream_ok", (Added.LONG_TERM_DATA,)),
        ("two_signatures_ok", (Added.SIGNATURE,)),
        ("document_stamp_of_type_sig_ok", (Added.LONG_TERM_DATA,)),
        ("changed_metadata_only_ok", (Added.METADATA,)),
        ("changed_field_filled_with_p2_modified", (Added.FORM_FIELD,)),
        ("eaa_free_text_with_p3_modified", (Added.ANNOTATION,)),
        ("changed_nothing_ok", ()),
        ("tail_junk_modified", (Added.UNKNOWN,)),
        ("changed_open_action_modified", (Added.UNKNOWN,)),
    ],
)
def test_a_later_revision_says_what_it_adds(name: str, adds: tuple[Added, ...]) -> None:
    [later] = examine(_OF[name].make()).later
    assert later.adds == adds


def test_a_second_signature_that_shows_something_is_a_signature_and_visible() -> None:
    [later] = examine(changes.second(plain(), b"/Rect [72 700 400 760] /AP << /N 14 0 R >>")).later
    assert later.adds == (Added.SIGNATURE, Added.VISIBLE)


def test_later_revisions_follow_each_other_to_the_end_of_the_file() -> None:
    pdf = appended(appended(plain(), {SPARE: b"<< >>"}), {WORDS: words(b"LAIN")})
    first, last = examine(pdf).later
    assert (first.start, first.end, last.end) == (len(plain()), last.start, len(pdf))
    assert (first.adds, last.adds) == ((), (Added.UNKNOWN,))


def test_a_file_of_one_revision_has_none_later() -> None:
    assert examine(plain()).later == ()
    assert examine(structures.VECTORS[0].make()).later == ()
