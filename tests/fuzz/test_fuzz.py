"""Some three hundred altered files of our own, always the same ones; `make fuzz` does many thousand."""

from __future__ import annotations

import pytest

from tests.fuzz.campaign import run
from tests.fuzz.seeds import own
from tests.fuzz.updates import kinds

_PARTS, _EACH = 8, 40


@pytest.mark.parametrize("part", range(_PARTS))
def test_no_altered_file_is_in_order_unless_it_shows_the_same(part: int) -> None:
    tally = run(dict(own()), range(part * _EACH, (part + 1) * _EACH))
    assert tally.wrong == []
    assert tally.mutants == _EACH


def test_there_are_many_kinds_of_later_revisions() -> None:
    assert len(list(kinds())) >= 77
