"""Rows against fields: what an office writes is understood, what could deceive is refused, and no value is repeated.

Every row here is checked in both ways, the quick and the explaining one, and must come to the same.
"""

from __future__ import annotations

import copy
import json
import pickle
import random
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tte.errors import RecordError
from tte.model import Raw, Row, Value
from tte.template import load, numbers
from tte.template.checks import Checked, check_row, rules_of
from tte.template.fields import Field, FieldType, parse_fields
from tte.template.style import Ink
from tte.template.template import Template, _today, unprintable
from tte.template.values import plain_form

TODAY = date(2026, 8, 17)


def fields_of(tables: Mapping[str, object]) -> Mapping[str, Field]:
    fields, problems = parse_fields(tables)
    assert problems == ()
    return fields


MEMBER = {
    "nik": {"type": "nik", "born": "tanggal_lahir", "sex": "jenis_kelamin"},
    "nama": {"type": "name"},
    "jenis_kelamin": {
        "type": "choice",
        "choices": ["LAKI-LAKI", "PEREMPUAN"],
        "aliases": {"L": "LAKI-LAKI", "P": "PEREMPUAN"},
    },
    "tanggal_lahir": {"type": "date", "not_after": "tanggal_terbit"},
}
BIRTH = fields_of(
    {
        "nomor_akta": {"type": "number", "pattern": "akta:LU,LT"},
        **MEMBER,
        "alamat": {"type": "text"},
        "anak_ke": {"type": "integer", "min": 1, "max": 30},
        "nama_ayah": {"type": "name", "required": False},
        "stbld": {"type": "text", "default": "–"},
        "tanggal_terbit": {"type": "date", "not_before": "tanggal_lahir", "not_after": "today"},
    }
)
CARD = fields_of(
    {
        "nomor_kk": {"type": "kk"},
        "tanggal_terbit": {"type": "date"},
        "anggota": {"type": "rows", "max": 10, "fields": MEMBER},
    }
)
GOOD: dict[str, Raw] = {
    "nomor_akta": "3171-LU-17082026-0012",
    "nik": "3171014512900003",
    "nama": "SITI NUR'AINI",
    "jenis_kelamin": "P",
    "tanggal_lahir": "05-12-1990",
    "alamat": "JL. MELATI NO. 3",
    "anak_ke": "2",
    "nama_ayah": "",
    "stbld": "",
    "tanggal_terbit": "2026-08-17",
}
PERSON: dict[str, Raw] = {name: GOOD[name] for name in MEMBER}


RULES = {id(fields): rules_of(fields) for fields in (BIRTH, CARD)}


def both_ways(fields: Mapping[str, Field], row: Mapping[str, Raw], today: date | None = TODAY) -> Checked:
    """What the row comes to, which must be the same to the letter with the quick way and without."""
    given_row = copy.deepcopy(row)
    explained = check_row(fields, row, today=today)
    quick = check_row(fields, row, today=today, rules=RULES.get(id(fields)) or rules_of(fields))
    assert row == given_row
    assert quick == explained
    assert repr(list(quick.values.items())) == repr(list(explained.values.items()))
    if quick.plain:
        assert quick.warnings == ()
        assert list(unprintable(quick.values)) == []
    return quick


def birth(**changes: Raw) -> Checked:
    return both_ways(BIRTH, {**GOOD, **changes})


def problem(name: str, value: Raw) -> str:
    """What is said of this value of this field; nothing else may be wrong."""
    found = birth(**{name: value}).problems
    assert {each.field for each in found} <= {name}
    return found[0].message if found else ""


def value(name: str, given_value: Raw) -> Value:
    checked = birth(**{name: given_value})
    assert checked.problems == ()
    return checked.values[name]


def test_a_good_row_becomes_values_of_their_types() -> None:
    checked = birth()
    assert (checked.problems, checked.warnings) == ((), ())
    assert checked.values == {
        "nomor_akta": "3171-LU-17082026-0012",
        "nik": "3171014512900003",
        "nama": "SITI NUR'AINI",
        "jenis_kelamin": "PEREMPUAN",
        "tanggal_lahir": date(1990, 12, 5),
        "alamat": "JL. MELATI NO. 3",
        "anak_ke": 2,
        "nama_ayah": "",
        "stbld": "–",
        "tanggal_terbit": date(2026, 8, 17),
    }


def test_all_problems_come_at_once_and_no_value_is_repeated() -> None:
    row: dict[str, Raw] = {"nik": "317101451290AAAA", "nama": "R2D2", "tanggal_lahir": "1990-13-45", "anak_ke": "99"}
    checked = both_ways(BIRTH, row)
    assert {each.field for each in checked.problems} == BIRTH.keys() - {"nama_ayah", "stbld"}
    said = "; ".join(map(str, checked.problems))
    assert not any(str(each) in said for each in row.values())


def test_missing_and_empty_are_told_apart() -> None:
    row = {name: given_value for name, given_value in GOOD.items() if name != "nama"}
    assert both_ways(BIRTH, row, None).problems[0].message == "is missing"
    assert problem("nama", "  ") == problem("nama", None) == "is empty"


@pytest.mark.parametrize("absent", ["", " ", "\u00a0", "-", "–", None])
def test_an_optional_field_that_is_blank_or_a_dash_gets_its_default(absent: Raw) -> None:
    assert value("nama_ayah", absent) == ""
    assert value("stbld", absent) == "–"


@pytest.mark.parametrize("text", ["1990-12-05", "05-12-1990", "05/12/1990", " 05-12-1990 "])
def test_a_date_is_understood_in_three_forms(text: str) -> None:
    assert value("tanggal_lahir", text) == date(1990, 12, 5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("5-12-1990", "YYYY-MM-DD, DD-MM-YYYY or DD/MM/YYYY"),
        ("05-12/1990", "is not a date"),
        ("05-12-90", "is not a date"),
        ("1990-12-05T00:00:00", "is not a date"),
        ("45678", "is not a date"),
        ("12/31/1990", "no day of the calendar"),
        ("29-02-1990", "no day of the calendar"),
        ("05-12-1790", "1850"),
        (19901205, "number"),
    ],
)
def test_another_date_is_refused_with_the_forms(text: Raw, said: str) -> None:
    assert said in problem("tanggal_lahir", text)


def test_dates_are_held_against_each_other_and_against_the_day_of_issue() -> None:
    assert problem("tanggal_terbit", "2026-08-18") == "lies in the future"
    assert problem("tanggal_terbit", "2026-08-17") == ""
    early = birth(tanggal_terbit="1990-12-04").problems
    assert [str(each) for each in early] == [
        "tanggal_lahir: lies after tanggal_terbit",
        "tanggal_terbit: lies before tanggal_lahir",
    ]
    assert both_ways(BIRTH, {**GOOD, "tanggal_terbit": "2199-01-01"}, None).problems == ()


def test_a_nik_must_agree_with_the_date_of_birth_and_the_sex() -> None:
    assert "tanggal_lahir" in problem("nik", "3171014612900003")
    assert [each.field for each in birth(tanggal_lahir="1990-12-06").problems] == ["nik"]
    assert "jenis_kelamin" in problem("nik", "3171010512900003")
    assert [each.field for each in birth(jenis_kelamin="L").problems] == ["nik"]


def test_a_nik_agrees_with_a_date_that_was_refused() -> None:
    assert [each.field for each in birth(tanggal_lahir="x").problems] == ["tanggal_lahir"]


@pytest.mark.parametrize("text", ["laki-laki", "LAKI-LAKI", "l", " L "])
def test_a_choice_is_understood_by_its_aliases_and_in_any_case(text: str) -> None:
    checked = birth(jenis_kelamin=text, nik="3171010512900003")
    assert (checked.values["jenis_kelamin"], checked.problems) == ("LAKI-LAKI", ())


def test_another_choice_is_refused_with_the_choices() -> None:
    assert problem("jenis_kelamin", "PRIA") == "is one of LAKI-LAKI, PEREMPUAN"


@pytest.mark.parametrize("name", ["nik", "nomor_akta"])
@pytest.mark.parametrize("number", [3171014512900003, 3171014512900003.0, 10**5000], ids=["whole", "float", "huge"])
def test_a_number_without_quotes_is_refused_where_digits_count(name: str, number: Raw) -> None:
    assert "in quotes" in problem(name, number)


def test_a_number_without_quotes_is_text_only_where_nothing_gets_lost() -> None:
    assert value("alamat", 17) == "17"
    assert value("anak_ke", 3) == 3
    assert "in quotes" in problem("alamat", 10**15)
    assert "in quotes" in problem("alamat", 1.5)
    assert problem("anak_ke", 1.0)
    assert problem("anak_ke", -1)
    assert problem("anak_ke", True)
    assert problem("alamat", False)
    assert problem("nama", 7)


@pytest.mark.parametrize("nested", [["a"], {"a": "b"}])
def test_a_list_or_an_object_is_no_text(nested: Raw) -> None:
    assert "should be text" in problem("alamat", nested)


@pytest.mark.parametrize("text", ["0", "31", "1.0", "-1", "satu", "1" * 5000, "١"])
def test_a_whole_number_is_digits_within_its_bounds(text: str) -> None:
    assert problem("anak_ke", text)


@pytest.mark.parametrize(
    "name", ["SUHARTI", "Nur'aini", "Ma’ruf", "Ma`ruf", "RENÉE ZOË", "H. M. Yusuf, S.H.", "A", "Anne-Marie", "A" * 60]
)
def test_a_name_of_latin_letters_is_kept_as_given(name: str) -> None:
    assert value("nama", name) == name


@pytest.mark.parametrize("name", ["<b>SITI</b>", "%s", "SITI (ANI)", "SITI\\", "SITI 2", "Сити", "ست", "-", ".", "A/B"])
def test_what_is_no_part_of_a_name_is_refused(name: str) -> None:
    assert problem("nama", name)


@pytest.mark.parametrize("text", [r"<b>%s(\)&amp;</b>", "RT 01/RW 02 (50%) #3", "JL. É NO. ½ – “A”", "'; DROP--"])
def test_markup_in_an_address_is_text_like_any_other(text: str) -> None:
    assert value("alamat", text) == text


def test_text_is_one_form_of_unicode_with_single_blanks() -> None:
    assert value("nama", "  RENE\u0301E \u00a0 ZOE\u0308 ") == "RENÉE ZOË"
    assert value("alamat", "JL.\u2003A") == "JL. A"


@pytest.mark.parametrize("name", ["nama", "alamat"])
@pytest.mark.parametrize("hidden", [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])
def test_a_character_that_turns_the_direction_is_refused(name: str, hidden: int) -> None:
    said = problem(name, f"SITI{chr(hidden)}A")
    assert "direction" in said
    assert f"U+{hidden:04X}" in said


@pytest.mark.parametrize("name", ["nama", "alamat", "nik", "nomor_akta", "tanggal_lahir", "jenis_kelamin"])
@pytest.mark.parametrize(
    "hidden",
    [*range(0x200B, 0x200E), 0x2060, 0xFEFF, 0xAD, 0x00, 0x07, 0x7F, 0x9B, 0xE000, 0xD800, 0x0378, 0xFFFF, 0xE0041],
)
def test_an_invisible_or_undefined_character_is_refused(name: str, hidden: int) -> None:
    assert f"U+{hidden:04X}" in problem(name, f"{GOOD[name]}{chr(hidden)}")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\u2028", "\u2029", "\x85", "\v"])
def test_a_line_break_is_refused_even_at_the_end(ending: str) -> None:
    assert "line break" in problem("alamat", f"JL. A{ending}")
    assert "line break" in problem("nama", f"SITI{ending}ANI")


def test_marks_piled_on_a_letter_are_refused() -> None:
    assert "combining" in problem("nama", "A\u0301\u0302\u0303\u0304")


def test_a_text_that_is_too_long_is_refused_with_its_length() -> None:
    assert "61 letters" in problem("nama", "A" * 61)
    assert "121 letters" in problem("alamat", "A" * 121)
    assert problem("nama", "A" * 10_000)
    assert problem("alamat", "é" * 10_000_000)


def test_an_unknown_column_is_a_problem_with_a_hint() -> None:
    assert str(birth(nama_aya="X").problems[0]) == "nama_aya: is not a field here: did you mean nama_ayah?"
    assert str(birth(NIK="X").problems[0]) == "NIK: is not a field here: did you mean nik?"


def test_a_column_whose_name_may_be_somebodys_number_is_not_repeated() -> None:
    found = birth(**{"3171014512900003": "X"}).problems
    assert [each.field for each in found] == [""]
    assert "3171" not in str(found[0])


def test_a_thousand_unknown_columns_are_not_a_thousand_problems() -> None:
    assert len(birth(**{f"x{n}": "" for n in range(1000)}).problems) == 11


def test_doubts_are_warnings_and_stop_nothing() -> None:
    checked = birth(nomor_akta="123/IST/2005", nik="9901014512900003")
    assert checked.problems == ()
    assert [each.field for each in checked.warnings] == ["nomor_akta", "nik"]


def card(*members: Raw, **changes: Raw) -> Checked:
    row: dict[str, Raw] = {"nomor_kk": "3171011708260001", "tanggal_terbit": "2026-08-17", "anggota": list(members)}
    return both_ways(CARD, {**row, **changes})


def test_rows_become_a_tuple_of_values() -> None:
    checked = card(PERSON, {**PERSON, "nik": "3171014512900004"})
    assert checked.problems == ()
    rows = checked.values["anggota"]
    assert isinstance(rows, tuple)
    assert rows[1] == {
        "nik": "3171014512900004",
        "nama": "SITI NUR'AINI",
        "jenis_kelamin": "PEREMPUAN",
        "tanggal_lahir": date(1990, 12, 5),
    }


def test_problems_in_rows_are_named_by_row_and_field() -> None:
    checked = card(PERSON, "x", {**PERSON, "nik": "1", "umur": "3"}, nomor_kk="1")
    assert [each.field for each in checked.problems] == ["nomor_kk", "anggota[2]", "anggota[3].nik", "anggota[3].umur"]


def test_the_same_nik_twice_in_one_record_is_a_problem() -> None:
    assert [each.field for each in card(PERSON, PERSON).problems] == ["anggota[2].nik"]
    assert [each.field for each in card(PERSON, 1, PERSON).problems] == ["anggota[2]", "anggota[3].nik"]


def test_dates_in_rows_are_held_against_the_record_around_them() -> None:
    found = card(PERSON, tanggal_terbit="1990-12-04").problems
    assert [str(each) for each in found] == ["anggota[1].tanggal_lahir: lies after tanggal_terbit"]


@pytest.mark.parametrize("rows", [None, "", [], "SITI", {"nik": "1"}, [{}] * 11, 3])
def test_rows_that_are_none_or_too_many_are_one_problem(rows: Raw) -> None:
    assert [each.field for each in card(anggota=rows).problems] == ["anggota"]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*BIRTH, "anggota"]), VALUES))
def test_any_values_are_checked_without_a_crash(values: dict[str, Raw]) -> None:
    for fields in (BIRTH, CARD):
        checked = both_ways(fields, values)
        if not checked.problems:
            assert checked.values.keys() == fields.keys()


@given(st.text(max_size=130), st.sampled_from(["nama", "alamat"]))
def test_text_that_passes_is_normal_printable_and_stays_as_it_is(text: str, name: str) -> None:
    checked = birth(**{name: text})
    if checked.problems:
        assert all(len(text) < 9 or text not in str(each) for each in checked.problems)
        return
    kept = checked.values[name]
    assert isinstance(kept, str)
    assert unicodedata.is_normalized("NFC", kept)
    assert kept.isprintable()
    assert birth(**{name: kept}).values[name] == kept


# The quick way and the explaining one

TEMPLATES = sorted(path.parent for path in (Path(__file__).parents[2] / "templates").glob("*/template.toml"))
WRITTEN = {folder.name: load(folder).fields for folder in TEMPLATES}
MANY = ("akta_kelahiran", "akta_perkawinan_suami", "biodata_penduduk", "kartu_keluarga", "suket_ktp")
"""The kinds that are tried longest: between them every type of field, and rows."""
SAMPLES: dict[str, dict[str, Raw]] = {
    folder.name: json.loads((folder / "sample.json").read_text()) for folder in TEMPLATES
}
RULES |= {id(fields): rules_of(fields) for fields in WRITTEN.values()}

SLIPS = [*"\u0301\u0308\u202e\u200b\x1f\x00\n\t\u00a0éÉ½“–\ud800٣ﬁ\x7f~ıẞ-/.09AZ ", "  ", " \n"]
INSTEAD: list[Raw] = [None, True, False, 0, 1, -1, 3.0, 10**9, 10**15, 10**5000, [], {}, ["a"], {"a": "b"}]
INSTEAD += ["", " ", "-", "–", "—", " - ", "--", "\x1f", "A\x1fB", "x" * 5000, "é" * 5000, "pria", "Perempuan"]
INSTEAD += ["2026-08-17", "20260817", "2026-W33-1", "17/08/2026", "17-08/2026", "٢٠٢٦-08-17", "31-02-2020"]
INSTEAD += ["1900-02-29", "29-02-2000", "1849-12-31", "1850-01-01", "1899-12-31", "2100-01-01", "2200-01-01"]
INSTEAD += ["9971022902000001", "9971026902010001", "9971020101900000", "9901010101900001", "1" * 17, "9" * 16]
INSTEAD += ["9971-LU-17082026-0001", "9971-LU-29022000-0001", "9971-LU-17081849-0001", "123/IST/2005"]
INSTEAD += ["470 / 12 / B/2020", "ab/1", "A" * 40, "A1" * 20, "A" * 60, "A" * 61, "SKPWNI/6303/220822/0010"]


def slipped(row: dict[str, Raw], chance: random.Random) -> dict[str, Raw]:
    """The row with a few things done to it that people, spreadsheets and attackers do."""
    row = dict(row)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        name = chance.choice(list(row)) if row else "nama"
        value, slip = row.get(name), chance.randrange(12)
        if slip == 0:
            row.pop(name, None)
        elif slip == 1:
            row[chance.choice(("nama", "NIK", "umur", "anggota", "pengikut", "9971021203910001", ""))] = "X"
        elif slip == 2:
            other = chance.choice(list(row)) if row else name
            row[name], row[other] = row.get(other), value
        elif isinstance(value, list) and value and slip < 11:
            items = [
                slipped(item, chance) if isinstance(item, dict) and chance.random() < 0.6 else item for item in value
            ]
            row[name] = items * chance.choice((1, 1, 1, 4))
        elif isinstance(value, str) and slip < 9:
            place = chance.randrange(len(value) + 1)
            row[name] = chance.choice(
                (
                    value.swapcase(),
                    f" {value} ",
                    value[:place] + chance.choice(SLIPS) + value[place:],
                    value[:place] + chance.choice("0123456789AZaz-/ ") + value[place + 1 :],
                    value[:place] + value[place + 1 :],
                    value * chance.choice((2, 10, 300)),
                    value + chance.choice(SLIPS),
                )
            )
        else:
            row[name] = chance.choice(INSTEAD)
    return row


@pytest.mark.parametrize("name", WRITTEN)
def test_a_row_that_slipped_is_told_the_same_both_ways(name: str) -> None:
    chance = random.Random(f"slips of {name}")
    today = date.fromisoformat(str(SAMPLES[name]["tanggal_terbit"]))
    found = [
        both_ways(WRITTEN[name], slipped(SAMPLES[name], chance), today) for _ in range(4000 if name in MANY else 400)
    ]
    assert sum(bool(each.problems) for each in found) > len(found) / 4
    assert sum(not each.problems and not each.plain for each in found) > len(found) / 40
    assert sum(each.plain for each in found) > len(found) / 40


@pytest.mark.parametrize("name", WRITTEN)
def test_every_kind_of_value_in_every_field_is_told_the_same_both_ways(name: str) -> None:
    fields, sample = WRITTEN[name], SAMPLES[name]
    for field in fields:
        for value in INSTEAD:
            both_ways(fields, {**sample, field: value})
    for rows in (field for field in fields.values() if field.type is FieldType.ROWS):
        items = sample[rows.name]
        assert isinstance(items, list)
        assert isinstance(items[0], dict)
        for field in rows.fields:
            for value in INSTEAD:
                both_ways(fields, {**sample, rows.name: [{**items[0], field: value}, *items[1:]]})


RARE = fields_of(
    {
        "kode": {"type": "text", "min": 3, "max": 5},
        "tanda": {"type": "text", "min": 0, "max": 0, "required": False},
        "panggilan": {"type": "name", "min": 2, "max": 3, "required": False},
        "golongan": {"type": "choice", "choices": ["-", "A B"], "aliases": {"–": "A B"}, "required": False},
        "status": {"type": "choice", "choices": ["WNI", "WNA"], "default": "WNI"},
        "sejak": {"type": "date", "required": False, "not_before": "today"},
        "banyak": {"type": "integer", "default": 7},
        "nip": {"type": "nip", "required": False},
        "nomor_kk": {"type": "number", "pattern": "kk", "required": False},
        "nomor_surat": {"type": "number", "pattern": "surat", "required": False},
        "nomor_pindah": {"type": "number", "pattern": "suket:SKPWNI", "required": False},
        "nomor_akta": {"type": "number", "pattern": "akta:KM", "required": False},
    }
)
RULES[id(RARE)] = rules_of(RARE)
NUMBERS: list[Raw] = ["9971021708260004", "198004182006042015", "19800418 200604 2 015", "SKPWNI/9971/17082026/0007"]
NUMBERS += [
    "9971-KM-17082026-0042",
    "SKPWNI/9901/17082026/0007",
    "470/0412/KTP-EL/2026",
    "1" * 15,
    "1" * 16 + "/",
    "A.1",
]
SHORT: list[Raw] = ["A", "AB", "ABC", "ABCD", "ABCDE", "ABCDEF", "A B", "a b", "A  B", "wna", "WNA", 0, 7, "007"]


@pytest.mark.parametrize("field", RARE)
@pytest.mark.parametrize("kode", ["ABC", "AB"])
def test_rare_fields_are_told_the_same_both_ways(field: str, kode: str) -> None:
    assert both_ways(RARE, {"kode": "ABC"}).plain
    for value in [*INSTEAD, *NUMBERS, *SHORT]:
        both_ways(RARE, {"kode": kode, field: value})


PLAIN = [("panggilan", "ABC"), ("golongan", "-"), ("golongan", "a b"), ("status", "-"), ("banyak", 8)]
PLAIN += [("sejak", "17/08/2026"), ("nomor_kk", "9971021708260004"), ("nip", "198004182006042015")]
PLAIN += [
    ("nomor_pindah", "SKPWNI/9971/17082026/0007"),
    ("nomor_akta", "9971-KM-17082026-0042"),
    ("nomor_surat", "A.1"),
]


@pytest.mark.parametrize(("field", "value"), PLAIN)
def test_what_is_plain_goes_the_quick_way(field: str, value: Raw) -> None:
    assert both_ways(RARE, {"kode": "ABC", field: value}).plain


@pytest.mark.parametrize("name", WRITTEN)
def test_the_samples_go_the_quick_way(name: str) -> None:
    fields, sample = WRITTEN[name], SAMPLES[name]
    assert both_ways(fields, sample).plain
    flat = {column: value if isinstance(value, list) else str(value) for column, value in sample.items()}
    empty = {column: "" for column, field in fields.items() if field.type is not FieldType.ROWS and not field.required}
    assert both_ways(fields, {**empty, **flat}).plain


def test_a_plain_number_holds_no_day_that_the_calendar_does_not() -> None:
    fields = fields_of({"nik": {"type": "nik"}, "kk": {"type": "kk"}, "akta": {"type": "number", "pattern": "akta:LU"}})
    by_name = {name: plain_form({name: field}) for name, field in fields.items()}
    taken = dict.fromkeys(fields, 0)
    for day in range(10_000):
        for year in ("1900", "1999", "2000", "2004"):
            ddmmyy = f"{day:04d}{year[2:]}"
            nik, akta = f"317101{ddmmyy}0001", f"3171-LU-{day:04d}{year}-0001"
            for name, text in (("nik", nik), ("kk", nik), ("akta", akta)):
                form = by_name[name]
                if form is not None and form.read({name: text}) is not None:
                    taken[name] += 1
                    reader = {"nik": numbers.read_nik, "kk": numbers.read_kk}.get(name)
                    assert (reader(text) if reader else numbers.read_number(text, "akta:LU")) == (text, "", "")
    assert taken == {"nik": 2 * 4 * 365, "kk": 4 * 365, "akta": 4 * 365}


@pytest.mark.parametrize("form", ["%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d"])
def test_a_plain_date_is_the_day_that_was_written(form: str) -> None:
    plain = plain_form(fields_of({"lahir": {"type": "date"}}))
    assert plain is not None
    first = date(1900, 1, 1)
    for day in (first + timedelta(days) for days in range(0, (date(2100, 1, 1) - first).days, 7)):
        assert plain.read({"lahir": day.strftime(form)}) == {"lahir": day}


def test_a_field_whose_default_no_face_has_never_goes_the_quick_way() -> None:
    assert plain_form(fields_of({"tanda": {"type": "text", "default": "½"}})) is None


@pytest.mark.parametrize("text", ["SITI", "siti", "RENÉE"])
def test_a_template_that_checked_a_row_is_still_equal_to_one_that_did_not(text: str) -> None:
    ink = Ink("#000000", "#000000", "#000000", "#000000", "#000000")
    made = [Template("x", "X", "nomor_akta", (210, 297), ink, BIRTH, (), {}, Row(1, GOOD), b"") for _ in range(2)]
    record = made[0].check(Row(1, {**GOOD, "nama": text}), today=TODAY)
    assert made[0] == made[1]
    assert pickle.dumps(made[0]) == pickle.dumps(made[1])
    travelled = pickle.loads(pickle.dumps(made[0]))  # noqa: S301 - our own bytes
    assert travelled == made[0]
    assert travelled.check(Row(1, {**GOOD, "nama": text}), today=TODAY) == record


def test_the_letters_of_a_plain_row_need_no_second_look_and_all_others_get_one() -> None:
    ink = Ink("#000000", "#000000", "#000000", "#000000", "#000000")
    template = Template("x", "X", "nomor_akta", (210, 297), ink, BIRTH, (), {}, Row(1, GOOD), b"")
    with pytest.raises(RecordError, match="cannot be printed"):
        template.check(Row(1, {**GOOD, "alamat": "JL. ½"}), today=TODAY)


def test_the_day_of_issue_is_the_latest_in_indonesia(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 1786892399.9)  # 2026-08-16T14:59:59.9Z, the last moment of the 16th in WIT
    assert _today() == date(2026, 8, 16)
    monkeypatch.setattr("time.time", lambda: 1786892400.0)
    assert _today() == date(2026, 8, 17)


@pytest.mark.parametrize("quick", [True, False])
def test_a_nik_can_be_a_woman_s_or_a_man_s_whatever_else_is_said(quick: bool) -> None:
    fields, faults = parse_fields(
        {
            "suami": {"type": "nik", "sex": "LAKI-LAKI"},
            "istri": {"type": "nik", "sex": "PEREMPUAN"},
        }
    )
    assert faults == ()
    rules = rules_of(fields) if quick else None
    right = {"suami": "3171021203910001", "istri": "3171026409930002"}
    assert check_row(fields, right, rules=rules).problems == ()
    swapped = {"suami": right["istri"], "istri": right["suami"]}
    assert [problem.field for problem in check_row(fields, swapped, rules=rules).problems] == ["suami", "istri"]
