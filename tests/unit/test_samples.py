"""Samples: fictional, the same on every machine, right in every check, and read back as they were written."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from functools import cache
from itertools import islice
from pathlib import Path

import pytest

from tte import regions
from tte.intake import Format, read
from tte.model import Raw, Row
from tte.samples import sample_rows, write
from tte.template import Template, load
from tte.template.checks import check_row
from tte.template.fields import Field, Grouping, parse_fields

NAME: dict[str, object] = {"type": "name"}
MAYBE: dict[str, object] = {"type": "name", "required": False}
TEXT: dict[str, object] = {"type": "text", "max": 100}
SEX: dict[str, object] = {"type": "choice", "choices": ["LAKI-LAKI", "PEREMPUAN"]}
NATION: dict[str, object] = {"type": "choice", "choices": ["WNI", "WNA"]}
NIK: dict[str, object] = {"type": "nik"}
OWN_NIK: dict[str, object] = {"type": "nik", "born": "tanggal_lahir", "sex": "jenis_kelamin"}
DIGITS = ("rt", "rw", "kode_pos")

PERSON: dict[str, object] = {
    "nik": OWN_NIK,
    "nama": NAME,
    "jenis_kelamin": SEX,
    "tempat_lahir": TEXT,
    "tanggal_lahir": {"type": "date", "not_after": "tanggal_terbit"},
}
ISSUE: dict[str, object] = {"tempat_terbit": TEXT, "tanggal_terbit": {"type": "date", "not_after": "today"}}
ADDRESS: dict[str, object] = dict.fromkeys(
    ("alamat", *DIGITS, "desa_kelurahan", "kecamatan", "kabupaten_kota", "provinsi"), TEXT
)
STATUS: dict[str, object] = dict.fromkeys(
    ("agama", "status_perkawinan", "status_hubungan", "pendidikan", "pekerjaan"), TEXT
)
AKTA: dict[str, object] = {
    **PERSON,
    "kewarganegaraan": {"type": "text", "default": "INDONESIA"},
    "stbld": {"type": "text", "default": "–"},
    "nama_ayah": MAYBE,
    **ISSUE,
}
MOVE_ADDRESS = ("alamat", "desa", "kecamatan", "kabupaten", "provinsi", "kode_pos")

TABLES: dict[str, dict[str, object]] = {
    "akta_kelahiran": {
        "nomor_akta": {"type": "number", "pattern": "akta:LU,LT"},
        **AKTA,
        "anak_ke": {"type": "integer", "min": 1, "max": 30},
        "nama_ibu": NAME,
    },
    "akta_kematian": {
        "nomor_akta": {"type": "number", "pattern": "akta:KM"},
        **AKTA,
        "anak_ke": {"type": "integer", "min": 1, "max": 30, "required": False},
        "nama_ibu": MAYBE,
        "tempat_meninggal": TEXT,
        "tanggal_meninggal": {"type": "date", "not_before": "tanggal_lahir", "not_after": "tanggal_terbit"},
    },
    "kartu_keluarga": {
        "nomor_kk": {"type": "number", "pattern": "kk"},
        "nama_kepala_keluarga": NAME,
        **ADDRESS,
        "tanggal_terbit": ISSUE["tanggal_terbit"],
        "anggota": {
            "type": "rows",
            "max": 10,
            "fields": {
                **PERSON,
                **STATUS,
                "golongan_darah": {"type": "text", "required": False},
                "tanggal_perkawinan": {"type": "date", "required": False, "not_before": "tanggal_lahir"},
                "kewarganegaraan": NATION,
                "no_paspor": {"type": "text", "required": False},
                "no_kitap": {"type": "text", "required": False},
                "nama_ayah": NAME,
                "nama_ibu": NAME,
            },
        },
    },
    "biodata_penduduk": {
        "nomor_surat": {"type": "number", "pattern": "surat"},
        "nomor_kk": {"type": "kk"},
        **PERSON,
        **STATUS,
        **ADDRESS,
        **ISSUE,
        "golongan_darah": {"type": "text", "required": False},
        "kewarganegaraan": NATION,
        "nomor_akta_lahir": {"type": "number", "pattern": "akta:LU,LT", "required": False},
        "nama_ayah": NAME,
        "nik_ayah": {**NIK, "required": False},
        "nama_ibu": NAME,
        "nik_ibu": {**NIK, "required": False},
    },
    "surat_keterangan_pindah": {
        "nomor_surat": {"type": "number", "pattern": "suket:SKPWNI"},
        "nomor_kk": {"type": "kk"},
        "nama_kepala_keluarga": NAME,
        "nik_pemohon": NIK,
        "nama_pemohon": NAME,
        **{f"{part}_{side}": TEXT for part in MOVE_ADDRESS for side in ("asal", "tujuan")},
        "alasan_pindah": TEXT,
        "klasifikasi_pindah": TEXT,
        **ISSUE,
        "pengikut": {"type": "rows", "max": 7, "fields": {"nik": NIK, "nama": NAME, "status_hubungan": TEXT}},
    },
    "suket_ktp": {
        "nomor_surat": {"type": "number", "pattern": "surat"},
        **PERSON,
        **{name: each for name, each in STATUS.items() if name in ("agama", "status_perkawinan", "pekerjaan")},
        **{name: each for name, each in ADDRESS.items() if name not in ("provinsi", "kode_pos")},
        "kewarganegaraan": NATION,
        "status_rekam": {"type": "choice", "choices": ["PRR", "SFE", "PRO", "DUP", "EFAC"]},
        **ISSUE,
    },
}
LISTS = {"kartu_keluarga": ("nomor_kk", "anggota"), "surat_keterangan_pindah": ("nomor_surat", "pengikut")}
FOLDERS = Path(__file__).parents[2] / "templates"
OTHERS = sorted({folder.parent.name for folder in FOLDERS.glob("[!_]*/template.toml")} - TABLES.keys())
"""The kinds whose fields are not written out above, but read from their templates."""
ALL = [*TABLES, *OTHERS]


@cache
def template_of(name: str) -> Template:
    return load(FOLDERS / name)


def fields_of(template: str) -> Mapping[str, Field]:
    if template in OTHERS:
        return template_of(template).fields
    fields, problems = parse_fields(TABLES[template])
    assert problems == ()
    return fields


def grouping_of(template: str) -> Grouping | None:
    if template in OTHERS:
        return template_of(template).grouping
    if template not in LISTS:
        return None
    by, into = LISTS[template]
    return Grouping(by, into, frozenset(fields_of(template)[into].fields))


def number_of(row: Mapping[str, Raw]) -> Raw:
    return next(iter(row.values()))


def families(count: int) -> list[list[dict[str, Raw]]]:
    found = []
    for row in sample_rows("kartu_keluarga", count=count, seed=3):
        members = row["anggota"]
        assert isinstance(members, list)
        found.append([member for member in members if isinstance(member, dict)])
    return found


@pytest.mark.parametrize("template", ALL)
@pytest.mark.parametrize("seed", [0, 1, -7, 2026])
def test_every_sample_passes_its_checks_without_a_warning(template: str, seed: int) -> None:
    fields = fields_of(template)
    for row in sample_rows(template, count=300 if template in TABLES else 60, seed=seed):
        checked = check_row(fields, row, today=date(2026, 11, 1))
        assert (checked.problems, checked.warnings) == ((), ())
        assert row.keys() == fields.keys()


@pytest.mark.parametrize("template", ALL)
def test_a_seed_gives_the_same_records_however_many_are_asked_for(template: str) -> None:
    some = list(sample_rows(template, count=20, seed=7))
    assert some == list(islice(sample_rows(template, count=1000, seed=7), 20))
    assert some != list(sample_rows(template, count=20, seed=8))


@pytest.mark.parametrize("template", ALL)
def test_no_number_occurs_twice(template: str) -> None:
    numbers = [number_of(row) for row in sample_rows(template, count=1500 if template in TABLES else 200, seed=1)]
    assert len(set(numbers)) == len(numbers)


def test_the_day_moves_on_when_four_digits_are_used_up() -> None:
    rows = sample_rows("akta_kelahiran", count=10_001, seed=0)
    first, *_, last, after = [(str(row["nomor_akta"])[8:], row["tanggal_terbit"]) for row in rows]
    assert (first, last, after) == (
        ("02012024-0001", "2024-01-02"),
        ("03012024-0001", "2024-01-03"),
        ("03012024-0002", "2024-01-03"),
    )


def test_an_office_s_code_and_town_stand_in_its_records() -> None:
    row = next(sample_rows("akta_kematian", count=1, seed=1, office="3273"))
    assert str(row["nomor_akta"]).startswith("3273-KM-")
    assert row["tempat_terbit"] == "Bandung"


def test_people_live_where_the_office_is() -> None:
    for office in ("9971", "3273"):
        region = regions.regency(office)
        rows = sample_rows("suket_ktp", count=20, seed=1, office=office)
        assert region
        assert {row["kabupaten_kota"] for row in rows} == {region.name}


def test_niks_carry_real_region_codes_and_family_cards_the_offices() -> None:
    real = {region.code for region in regions.regencies()}
    for row in sample_rows("biodata_penduduk", count=50, seed=1):
        assert str(row["nik"])[:4] in real
        assert str(row["nomor_kk"]).startswith("9971")
    for row in sample_rows("kartu_keluarga", count=5, seed=1, office="3171"):
        assert str(row["nomor_kk"]).startswith("3171")


def test_families_have_one_to_ten_members_with_their_head_first() -> None:
    found = families(200)
    assert {len(members) for members in found} == set(range(1, 11))
    for members in found:
        assert [member["status_hubungan"] for member in members].count("KEPALA KELUARGA") == 1
        assert members[0]["status_hubungan"] == "KEPALA KELUARGA"


def test_children_bear_their_parents_names_and_come_after_the_wedding() -> None:
    for members in families(300):
        head = members[0]
        wives = [member for member in members if member["status_hubungan"] == "ISTRI"]
        children = [member for member in members if member["status_hubungan"] == "ANAK"]
        assert [child["tanggal_lahir"] for child in children] == sorted(str(c["tanggal_lahir"]) for c in children)
        for child in children:
            if wives:
                assert (child["nama_ayah"], child["nama_ibu"]) == (head["nama"], wives[0]["nama"])
                assert str(child["tanggal_lahir"]) > str(wives[0]["tanggal_perkawinan"])
            else:
                assert child["nama_ibu"] == head["nama"]


def test_a_late_birth_certificate_is_one_of_more_than_sixty_days() -> None:
    for row in sample_rows("akta_kelahiran", count=300, seed=5):
        days = date.fromisoformat(str(row["tanggal_terbit"])) - date.fromisoformat(str(row["tanggal_lahir"]))
        assert ("-LT-" in str(row["nomor_akta"])) is (days.days > 60)


def test_the_two_excerpts_of_a_marriage_agree() -> None:
    husbands, wives = (sample_rows(f"akta_perkawinan_{side}", count=30, seed=2) for side in ("suami", "istri"))
    assert list(husbands) == list(wives)


def test_names_have_every_shape_that_is_hard_to_set() -> None:
    names = {str(row["nama"]) for row in sample_rows("suket_ktp", count=6000, seed=1)}
    assert any(" " not in name for name in names)
    assert any("'" in name for name in names)
    assert any(not name.isascii() for name in names)
    assert 54 < max(map(len, names)) <= 60


@pytest.mark.parametrize("template", ALL)
@pytest.mark.parametrize("format", Format)
def test_what_is_written_is_read_back(template: str, format: Format) -> None:  # noqa: A002
    rows = list(sample_rows(template, count=30, seed=4))
    stream = io.BytesIO()
    write(rows, format, stream, grouping=grouping_of(template))
    stream.seek(0)
    found = list(read(stream, format, grouping=grouping_of(template)))
    assert [dict(row.values) for row in found if isinstance(row, Row)] == rows


def test_a_flat_file_without_grouping_holds_no_lists() -> None:
    with pytest.raises(ValueError, match="grouped"):
        write(sample_rows("kartu_keluarga", count=1, seed=1), "csv", io.BytesIO())


def test_unknown_templates_and_formats_are_refused() -> None:
    with pytest.raises(ValueError, match="akta_kelahiran"):
        sample_rows("akta", count=1, seed=1)
    with pytest.raises(ValueError, match="ndjson"):
        write([], "xlsx", io.BytesIO())
