"""NIK, KK, NIP and document numbers: exact where exactness is possible, a warning where it is not."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tte.template import numbers

BIRTHDAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))


@given(BIRTHDAYS, st.booleans(), st.integers(1, 9999))
def test_a_nik_made_from_a_birthday_is_read_and_agrees_with_it(born: date, female: bool, serial: int) -> None:
    nik = f"317101{born.day + 40 * female:02d}{born:%m%y}{serial:04d}"
    if nik[6:12] in ("290200", "690200"):
        return  # 1900 had no such day, 2000 had; the century is not in a NIK
    assert numbers.read_nik(nik) == (nik, "", "")
    assert numbers.nik_is_of(nik, born)
    assert numbers.nik_is_female(nik) is female


@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99), BIRTHDAYS)
def test_a_nik_is_of_a_day_only_if_its_digits_say_that_day(day: int, month: int, year: int, born: date) -> None:
    same = (born.day, born.month, born.year % 100) == (day - 40 if day > 40 else day, month, year)
    assert numbers.nik_is_of(f"317101{day:02d}{month:02d}{year:02d}0001", born) is same
    same = (born.month, born.year % 100) == (month, year)
    assert numbers.nik_is_of(f"317101{born.day:02d}{month:02d}{year:02d}0001", born) is same


@pytest.mark.parametrize(
    ("nik", "said"),
    [
        ("317101310290000", "15 digits"),
        ("31710131029000011", "17 digits"),
        ("3171013102900001", "no date of birth"),
        ("3171017202900001", "no date of birth"),
        ("3171013201900001", "no date of birth"),
        ("3171010001900001", "no date of birth"),
        ("3171014000900001", "no date of birth"),
        ("3171010113900001", "no date of birth"),
        ("3171012902010001", "no date of birth"),
        ("3171010101900000", "0000"),
        ("3.17101E+15", "spreadsheet"),
        ("3,17101E+15", "spreadsheet"),
        ("3.17101e15", "spreadsheet"),
        ("3171010101900001.0", "spreadsheet"),
        ("'3171010101900001", "nothing else"),
        ("3171 0101 0190 0001", "nothing else"),
        ("３１７１０１０１０１９００００１", "nothing else"),
    ],
)
def test_a_wrong_nik_is_refused_and_not_repeated(nik: str, said: str) -> None:
    problem = numbers.read_nik(nik).problem
    assert said in problem
    assert nik not in problem


def test_a_leap_day_is_good_in_a_nik_if_one_century_has_it() -> None:
    assert not numbers.read_nik("3171012902000001").problem
    assert not numbers.read_nik("3171016902040001").problem


def test_an_unknown_region_is_only_a_warning() -> None:
    verdict = numbers.read_nik("9901010101900001")
    assert not verdict.problem
    assert "region" in verdict.warning
    assert numbers.read_kk("9901010101200001").warning
    assert not numbers.read_nik("9971010101900001").warning


def test_a_family_card_has_no_forty_added_to_its_day() -> None:
    assert numbers.read_kk("3171013112200001") == ("3171013112200001", "", "")
    assert "NIK" in numbers.read_kk("3171017112200001").problem
    assert "no date" in numbers.read_kk("3171013113200001").problem
    assert "0000" in numbers.read_kk("3171013112200000").problem
    assert "spreadsheet" in numbers.read_kk("3.17101E+15").problem


def test_a_nip_loses_its_blanks() -> None:
    assert numbers.read_nip("19800418 200604 2 015") == ("198004182006042015", "", "")


@pytest.mark.parametrize(
    ("nip", "said"),
    [
        ("19801318 200604 2 015", "date of birth"),
        ("19800418 200613 2 015", "appointment"),
        ("19800418 197604 2 015", "appointment"),
        ("19800418 200604 3 015", "digit 15"),
        ("1980041820060420", "16 digits"),
    ],
)
def test_a_wrong_nip_is_refused(nip: str, said: str) -> None:
    assert said in numbers.read_nip(nip).problem


@pytest.mark.parametrize("number", ["3304-LT-12052010-0012", "3507-LT-02022015-0190", "9971-LU-29022024-0001"])
def test_a_modern_akta_number_is_accepted_without_a_warning(number: str) -> None:
    assert numbers.read_number(number, "akta:LU,LT") == (number, "", "")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("3304-LT-31022010-0012", "calendar"),
        ("3304-LT-12051710-0012", "calendar"),
        ("3304-KM-12052010-0012", "LU or LT"),
        ("3304-LT-12052010-0000", "0001"),
        ("3304-LT-12052010-12", "looks like"),
        ("3304-lt-12052010-0012", "looks like"),
        ("3304-LT-120510-0012", "looks like"),
        ("3304 - LT - 12052010 - 0012", "looks like"),
        ("3304–LT–12052010–0012", "looks like"),
        ("330-LT-12052010-0012", "looks like"),
    ],
)
def test_a_number_that_looks_modern_and_is_not_is_refused(number: str, said: str) -> None:
    problem = numbers.read_number(number, "akta:LU,LT").problem
    assert said in problem
    assert number not in problem


@pytest.mark.parametrize("number", ["123/IST/2005", "3205.LT.0412013-0168", "477/12 DISP/1998", "AL 123"])
def test_an_older_akta_number_is_kept_with_a_warning(number: str) -> None:
    verdict = numbers.read_number(number, "akta:LU,LT")
    assert (verdict.value, verdict.problem) == (number, "")
    assert "older" in verdict.warning


@pytest.mark.parametrize("number", ["12", "1" * 41, "IST/X", "123/IST_2005", "12<b>", "123/É/2005", "1  2/3"])
def test_a_free_number_has_a_small_alphabet_and_a_length(number: str) -> None:
    assert numbers.read_number(number, "akta:LU,LT").problem
    assert numbers.read_number(number, "surat").problem


def test_a_letter_number_is_free_and_not_warned_of() -> None:
    assert numbers.read_number("470/0412/KTP-EL/2026", "surat") == ("470/0412/KTP-EL/2026", "", "")


def test_a_move_number_is_exact_and_its_older_spellings_warn() -> None:
    assert numbers.read_number("SKPWNI/3506/22032021/0101", "suket:SKPWNI") == ("SKPWNI/3506/22032021/0101", "", "")
    short = numbers.read_number("SKPWNI/6303/220822/0010", "suket:SKPWNI")
    spaced = numbers.read_number("SKPWNI / 3507 / 23042021 / 0070", "suket:SKPWNI")
    assert (short.value, short.problem, bool(short.warning)) == ("SKPWNI/6303/220822/0010", "", True)
    assert (spaced.value, spaced.problem, bool(spaced.warning)) == ("SKPWNI/3507/23042021/0070", "", True)


@pytest.mark.parametrize(
    "number",
    [
        "SKPWNI/3506/31022021/0101",
        "SKPWNI/3506/310221/0101",
        "SKPWNI/3506/22032021/0000",
        "skpwni/3506/22032021/0101",
        "SKPWNI/3506/22032021",
        "SKPLN/3506/22032021/0101",
        "470/12/2020",
    ],
)
def test_a_wrong_move_number_is_refused(number: str) -> None:
    assert numbers.read_number(number, "suket:SKPWNI").problem


def test_letters_of_other_kinds_have_codes_of_their_own() -> None:
    number = numbers.made_number("suket:SKPLN", "3506", date(2021, 3, 22), 101)
    assert numbers.read_number(number, "suket:SKPLN") == ("SKPLN/3506/22032021/0101", "", "")
    assert numbers.read_number("SKPWNI/3506/22032021/0101", "suket:SKPLN").problem
    assert not numbers.known_pattern("suket:")


def test_a_number_can_be_that_of_a_family_card() -> None:
    assert numbers.read_number("3171013112200001", "kk").value == "3171013112200001"
    assert numbers.read_number("123/IST/2005", "kk").problem


@given(st.text(max_size=60), st.sampled_from(["akta:LU,LT", "suket:SKPWNI", "surat", "kk"]))
def test_any_text_gets_a_verdict_and_is_not_repeated(text: str, pattern: str) -> None:
    verdict = numbers.read_number(text, pattern)
    assert verdict.value or verdict.problem
    assert len(text) < 8 or text not in verdict.problem
