"""Numbers and dates in words, held against num2words where it knows the language."""

from __future__ import annotations

from datetime import date

import pytest
from num2words import num2words

from tte import words

NUMBERS = [*range(2200), *range(2_190, 120_000, 37), *range(99_990, 101_200), 199_999, 200_000, 999_999]


def test_every_number_reads_in_indonesian_as_num2words_has_it() -> None:
    assert [words.terbilang(n) for n in NUMBERS] == [num2words(n, lang="id") for n in NUMBERS]


def test_every_number_reads_in_english_as_num2words_has_it_without_its_commas() -> None:
    assert [words.spelled(n) for n in NUMBERS] == [num2words(n).replace(",", "") for n in NUMBERS]


def test_every_ordinal_reads_as_num2words_has_it_without_its_commas() -> None:
    ours = [words.ordinal(n) for n in NUMBERS]
    assert ours == [num2words(n, to="ordinal").replace(",", "") for n in NUMBERS]


@pytest.mark.parametrize("n", [-1, 1_000_000])
@pytest.mark.parametrize("put", [words.terbilang, words.spelled, words.ordinal])
def test_a_number_out_of_range_is_refused(put: type, n: int) -> None:
    with pytest.raises(ValueError, match="999999"):
        put(n)


def test_a_date_is_written_as_the_pages_have_it() -> None:
    day = date(2026, 8, 17)
    assert words.tanggal(day) == "17 Agustus 2026"
    assert words.date_english(day) == "August 17, 2026"
    assert words.tanggal_angka(date(2026, 3, 5)) == "05-03-2026"
    assert (words.bulan(day), words.month(day)) == ("Agustus", "August")
    assert len({words.bulan(date(2026, n, 1)) for n in range(1, 13)}) == 12


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2026, 1, 31), -2, date(2025, 11, 30)),
        (date(2026, 5, 17), 6, date(2026, 11, 17)),
        (date(2026, 6, 30), 6, date(2026, 12, 30)),
        (date(2026, 12, 1), 0, date(2026, 12, 1)),
    ],
)
def test_months_are_added_and_stop_at_the_end_of_a_shorter_month(day: date, months: int, then: date) -> None:
    assert words.add_months(day, months) == then
