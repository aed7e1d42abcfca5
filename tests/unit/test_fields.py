"""Field declarations: whatever is spelt wrong is found, all at once, before a rule is silently not applied."""

from __future__ import annotations

import pickle

import pytest

from tte.errors import Problem
from tte.template.fields import FieldType, parse_fields

PEOPLE: dict[str, object] = {
    "nama": {"type": "name"},
    "nik": {"type": "nik", "label": "NIK", "born": "tanggal_lahir", "sex": "jenis_kelamin"},
    "jenis_kelamin": {"type": "choice", "choices": ["LAKI-LAKI", "PEREMPUAN"], "aliases": {"L": "LAKI-LAKI"}},
    "tanggal_lahir": {"type": "date", "not_after": "today"},
}


def problems(tables: dict[str, object]) -> dict[str, str]:
    found = parse_fields(tables)[1]
    assert len({problem.field for problem in found}) == len(found)
    return {problem.field: problem.message for problem in found}


def test_a_good_declaration_becomes_fields_in_its_order() -> None:
    fields, found = parse_fields(PEOPLE)
    assert found == ()
    assert list(fields) == list(PEOPLE)
    assert fields["nik"].label == "NIK"
    assert fields["tanggal_lahir"].label == "Tanggal lahir"
    assert (fields["nama"].type, fields["nama"].max, fields["nama"].required) == (FieldType.NAME, 60, True)
    assert fields["jenis_kelamin"].meanings["L"] == "LAKI-LAKI"


def test_fields_travel_to_other_processes() -> None:
    fields, _ = parse_fields(PEOPLE)
    assert pickle.loads(pickle.dumps(fields)) == fields  # noqa: S301 - our own bytes


def test_a_default_makes_a_field_optional() -> None:
    fields, found = parse_fields({"kewarganegaraan": {"type": "text", "default": "INDONESIA"}})
    assert found == ()
    assert (fields["kewarganegaraan"].required, fields["kewarganegaraan"].default) == (False, "INDONESIA")


def test_all_problems_are_found_at_once() -> None:
    found = problems(
        {
            "nik": {"type": "nik", "bron": "tanggal_lahir", "sex": "nama", "born": "lahir"},
            "nama": {"type": "name", "max": "60", "choices": ["A"]},
            "Tanggal": {"type": "date"},
            "umur": {"type": "intege"},
            "agama": {"type": "choice"},
            "nomor": {"type": "number", "pattern": "akta:lu"},
            "anggota": {"type": "rows"},
            "today": {"type": "date"},
            "alamat": "text",
        }
    )
    assert found.keys() == {
        "fields.nik.bron",
        "fields.nik.born",
        "fields.nik.sex",
        "fields.nama.max",
        "fields.nama.choices",
        "fields.Tanggal",
        "fields.umur.type",
        "fields.agama.choices",
        "fields.nomor.pattern",
        "fields.anggota.fields",
        "fields.today",
        "fields.alamat",
    }
    assert "did you mean born" in found["fields.nik.bron"]


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ({"type": "text", "required": "yes"}, "required"),
        ({"type": "text", "max": True}, "max"),
        ({"type": "date", "default": "2026-01-01"}, "default"),
        ({"type": "integer", "default": "1"}, "default"),
        ({"type": "integer", "default": 7, "max": 5}, "default"),
        ({"type": "text", "default": "–", "required": True}, "default"),
        ({"type": "text", "default": "a\nb"}, "default"),
        ({"type": "text", "default": " a"}, "default"),
        ({"type": "choice", "choices": ["A"], "default": "B"}, "default"),
        ({"type": "choice", "choices": ["A", "a"]}, "choices"),
        ({"type": "choice", "choices": ["A", "A"]}, "choices"),
        ({"type": "choice", "choices": [1]}, "choices"),
        ({"type": "choice", "choices": ["A"], "aliases": {"B": "C"}}, "aliases.B"),
        ({"type": "date", "not_before": "lahir"}, "not_before"),
        ({"type": "date", "not_before": "x"}, "not_before"),
        ({"type": "kk", "pattern": "kk"}, "pattern"),
    ],
)
def test_a_wrong_key_is_named(table: dict[str, object], key: str) -> None:
    assert f"fields.x.{key}" in problems({"x": table})


@pytest.mark.parametrize("bounds", [{"min": 5, "max": 2}, {"min": -1}, {"max": 100_000}])
def test_bounds_that_bind_nothing_are_refused(bounds: dict[str, object]) -> None:
    assert "fields.x" in problems({"x": {"type": "text", **bounds}})


def test_rows_have_fields_that_may_refer_to_the_record_around_them() -> None:
    inner: dict[str, object] = {
        "lahir": {"type": "date", "not_after": "terbit"},
        "nik": {"type": "nik", "born": "lahir"},
    }
    fields, found = parse_fields({"terbit": {"type": "date"}, "anggota": {"type": "rows", "max": 10, "fields": inner}})
    assert found == ()
    assert (list(fields["anggota"].fields), fields["anggota"].default) == (["lahir", "nik"], ())


def test_rows_have_no_rows_and_no_names_of_the_record_around_them() -> None:
    inner: dict[str, object] = {"nama": {"type": "name"}, "lagi": {"type": "rows", "fields": {"a": {"type": "text"}}}}
    found = problems({"nama": {"type": "name"}, "anggota": {"type": "rows", "fields": inner}})
    assert found.keys() == {"fields.anggota.fields.nama", "fields.anggota.fields.lagi.type"}


def test_a_reference_to_a_broken_field_is_not_a_second_problem() -> None:
    tables: dict[str, object] = {"lahir": {"type": "dat"}, "nik": {"type": "nik", "born": "lahir"}}
    assert parse_fields(tables)[1] == (
        Problem("fields.lahir.type", "is one of nik, kk, nip, name, text, date, integer, choice, number, rows"),
    )
