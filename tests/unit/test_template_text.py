"""Texts with values in them: what is filled in, and what is refused before anything is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from tte.errors import Problem
from tte.template.filters import FILTERS, Filter, Kind, translation
from tte.template.letters import ACCENTED, COMMON, LETTERS
from tte.template.text import Expression, parse
from tte.words import LARGEST

SCOPE = {"nama": Kind.TEXT, "lahir": Kind.DATE, "anak_ke": Kind.INTEGER, "anggota": Kind.ROWS, "sah": Kind.FLAG}
NAMES = {
    "nama": "siti d'angelo",
    "lahir": date(2026, 8, 17),
    "anak_ke": 2,
    "anggota": ({}, {}),
    "nip": "197903122005012004",
    "kosong": "",
    "id": "7k3m9qxt2r",
    "whole": "7k3m9qxt2r8c5v6w4abcdefgh2",
}


def read(source: str, filters: dict[str, Filter] | None = None) -> Expression:
    problems: list[Problem] = []
    expression = parse(source, filters or dict(FILTERS), "here", problems)
    assert not problems
    return expression


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Nama: {nama}", "Nama: siti d'angelo"),
        ("{nama|upper}", "SITI D'ANGELO"),
        ("{nama|upper|title}", "Siti D'angelo"),
        ("{lahir|tanggal} = {lahir|date}", "17 Agustus 2026 = August 17, 2026"),
        ("{lahir|tanggal_angka}", "17-08-2026"),
        ("{lahir|hari|terbilang} {lahir|bulan} {lahir|tahun|terbilang}", "tujuh belas Agustus dua ribu dua puluh enam"),
        ("the {lahir|hari|ordinal} of {lahir|month}", "the seventeenth of August"),
        ("{lahir|tahun|spelled}", "two thousand and twenty-six"),
        ("{lahir|enam_bulan_lagi|tanggal}", "17 Februari 2027"),
        ("{anak_ke}, {anak_ke|terbilang|upper}", "2, DUA"),
        ("{anggota|count} ORANG", "2 ORANG"),
        ("{nip|nip}", "19790312 200501 2 004"),
        ("{id|groups}", "7k3m 9qxt 2r"),
        ("{id|halves}", "7k3m\n9qxt 2r"),
        ("{whole|halves}", "7k3m 9qxt 2r8c\n5v6w 4abc defg h2"),
        ("{whole|upper|halves}", "7K3M 9QXT 2R8C\n5V6W 4ABC DEFG H2"),
        ("{kosong|upper|or_dash}", "–"),
        ("{kosong|terbilang}", ""),
        ("{{nama}} }} {{", "{nama} } {"),
        ("{ nama | upper }", "SITI D'ANGELO"),
    ],
)
def test_a_text_is_filled(source: str, text: str) -> None:
    assert read(source).fill(NAMES) == text


@pytest.mark.parametrize("value", ["{nik}", "{{", "<b>x</b>", "%s %(nama)s", "{nama.__class__}", "a\\b (c) /JS"])
def test_what_looks_like_an_expression_in_a_value_is_text(value: str) -> None:
    assert read("{nama}|{nama|or_dash}").fill({"nama": value}) == f"{value}|{value}"


def test_a_word_list_of_the_template_is_a_filter() -> None:
    sex = translation("sex", {"LAKI-LAKI": "male"})
    expression = read("{nama|words.sex}", {sex.name: sex})
    assert expression.fill({"nama": "LAKI-LAKI"}) == "male"
    assert expression.fill({"nama": "?"}) == ""


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("{tiada}", "tiada is not a declared field"),
        ("{lahir}", "lahir is date and cannot stand in a text as it is"),
        ("{anggota}", "anggota is rows"),
        ("{sah}", "sah is flag"),
        ("{nama|tanggal}", "nama: tanggal takes date, not text"),
        ("{lahir|upper}", "lahir: upper takes text, not date"),
        ("{anak_ke|upper}", "anak_ke: upper takes text, not integer"),
        ("{lahir|hari|bulan}", "lahir: bulan takes date, not integer"),
        ("印", "holds a letter that the faces do not have"),
    ],
)
def test_a_text_that_could_not_be_filled_is_found_out(source: str, fault: str) -> None:
    assert any(found.startswith(fault) for found in read(source).faults(SCOPE))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{nama|teriak}", "unknown filter teriak; there are bulan, count"),
        ("a { b", "a lone {"),
        ("a } b", "a lone }"),
        ("{nama", "a lone {"),
        ("{nama!r}", ""),
        ("{nama:>10}", ""),
    ],
)
def test_a_text_that_cannot_be_read_is_a_problem(source: str, message: str) -> None:
    problems: list[Problem] = []
    expression = parse(source, FILTERS, "here", problems)
    said = [problem.message for problem in problems] + expression.faults(SCOPE)
    assert any(each.startswith(message) for each in said)


def test_the_letters_of_a_text_are_known_before_it_is_filled() -> None:
    assert read("No. {nik}").letters({"nik": "0123456789"}) == set("No. 0123456789")
    assert read("{nama}").letters({}) == set(LETTERS)
    assert "a" not in read("{nama|upper}").letters({})
    assert "é" not in read("{nama|upper}").letters({})
    assert read("{lahir|tanggal_angka}").letters({}) == set("0123456789-")


NUMBERS = (*range(2200), *range(9_000, LARGEST, 977), 100_000, 111_111, LARGEST)
DAYS = tuple(date(1900, 1, 1) + timedelta(days=days) for days in range(0, 73_000, 11))


@pytest.mark.parametrize("last", ["", "|or_dash"])
@pytest.mark.parametrize("name", sorted(FILTERS))
def test_no_filter_gives_a_letter_that_it_does_not_announce(name: str, last: str) -> None:
    """What it does not announce is not embedded, and the record would be refused."""
    values: dict[Kind, Sequence[object]] = {
        Kind.INTEGER: NUMBERS,
        Kind.DATE: DAYS,
        Kind.ROWS: [({},) * count for count in range(30)],
        Kind.TEXT: ["", *LETTERS, LETTERS, "197903122005012004", NAMES["whole"], "dan Di KE dari"],
    }
    given = values[FILTERS[name].takes]
    further = {Kind.DATE: "|tanggal" + last, Kind.TEXT: last}.get(FILTERS[name].gives, "")
    text = read(f"{{x|{name}{further}}}")
    assert not text.faults({"x": FILTERS[name].takes})
    filled = {text.fill({"x": value}) for value in (*given, "")}
    assert set("".join(filled)) - {"\n"} <= text.letters({})


def test_what_is_not_there_is_a_dash_whatever_it_would_have_been() -> None:
    known = {"nik": "0123456789", "nama": ""}
    for chain in (
        "{nik|or_dash}",
        "{nama|upper|or_dash}",
        "{lahir|tanggal_angka|or_dash}",
        "{anak_ke|terbilang|or_dash}",
    ):
        assert "–" in read(chain).letters(known), chain


def test_every_letter_has_its_capital_among_the_letters() -> None:
    assert len(LETTERS) == len(set(LETTERS)) <= 223
    assert all(set(letter.upper()) <= set(LETTERS) for letter in LETTERS)


def test_the_common_letters_are_letters_and_have_their_capitals_among_them() -> None:
    assert set(COMMON) < set(LETTERS)
    assert set(COMMON.upper()) <= set(COMMON)
    assert set("AISYAH Siti d'Angelo, 470/0412/KTP-EL/2026 (RT 01 – “A”)") <= set(COMMON)
    assert not set(COMMON) & set(ACCENTED)
