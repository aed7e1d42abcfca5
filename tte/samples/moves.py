"""Fictional records for the letters about people who come and go, within the country and across its borders."""

from __future__ import annotations

from datetime import timedelta

from tte.model import Raw
from tte.samples.case import Case, address_of, who
from tte.samples.letters import COUNTRIES, home_address
from tte.samples.names import FOREIGNERS, person_name
from tte.samples.people import Person
from tte.samples.places import home_elsewhere, home_in, origin

_STREETS = ("EXAMPLE STREET", "SAMPLE ROAD", "FICTION AVENUE", "NOWHERE LANE")
_REASONS = ("PEKERJAAN", "PENDIDIKAN", "KEAMANAN", "KESEHATAN", "PERUMAHAN", "KELUARGA")


def move(case: Case) -> dict[str, Raw]:
    members = case.population.household(case.place % 7 + 1)
    old, new = home_in(case.rng, case.office), home_elsewhere(case.rng, case.office)
    near = old.province == new.province
    return {
        "nomor_surat": case.dated_number("SKPWNI", case.office, link="/"),
        "nomor_kk": case.kk_number(),
        "nama_kepala_keluarga": members[0].name,
        **_asking(members),
        **address_of(old, "asal"),
        "alasan_pindah": case.rng.choice(_REASONS),
        **address_of(new, "tujuan"),
        "klasifikasi_pindah": "ANTAR KABUPATEN/KOTA DALAM SATU PROVINSI" if near else "ANTAR PROVINSI",
        **case.issue(),
        "pengikut": [_member(each) for each in members],
    }


def arrival(case: Case) -> dict[str, Raw]:
    members = case.population.household(case.place % 7 + 1)
    old, left = home_elsewhere(case.rng, case.office), case.ago(10, 40)
    return {
        "nomor_surat": case.dated_number("SKDWNI", case.office, link="/"),
        "nomor_surat_pindah": f"SKPWNI/{old.district_code[:4]}/{left:%d%m%Y}/{case.rng.randint(1, 900):04d}",
        "nama_kepala_keluarga": members[0].name,
        **_asking(members),
        **address_of(old, "asal"),
        "tanggal_datang": case.ago(0, 9).isoformat(),
        "nomor_kk": case.kk_number(),
        **address_of(home_in(case.rng, case.office), "tujuan"),
        **case.issue(),
        "pengikut": [_member(each) for each in members],
    }


def leaving_the_country(case: Case) -> dict[str, Raw]:
    members = case.population.household(case.place % 7 + 1)
    return {
        "nomor_surat": case.dated_number("SKPLN", case.office, link="/"),
        "nomor_kk": case.kk_number(),
        "nama_kepala_keluarga": members[0].name,
        **_asking(members),
        **address_of(home_in(case.rng, case.office), "asal"),
        "alasan_pindah": case.rng.choice(_REASONS),
        "negara_tujuan": case.rng.choice(COUNTRIES),
        "alamat_tujuan": _abroad(case),
        "tanggal_pindah": case.ago(-60, -1).isoformat(),
        **case.issue(),
        "pengikut": [_traveller(case, each) for each in members],
    }


def coming_home(case: Case) -> dict[str, Raw]:
    members = case.population.household(case.place % 7 + 1)
    return {
        "nomor_surat": case.dated_number("SKDLN", case.office, link="/"),
        **_asking(members),
        "negara_asal": case.rng.choice(COUNTRIES),
        "alamat_asal": _abroad(case),
        "tanggal_datang": case.ago(1, 30).isoformat(),
        "nomor_kk": case.kk_number(),
        "nama_kepala_keluarga": members[0].name,
        **address_of(home_in(case.rng, case.office), "tujuan"),
        **case.issue(),
        "pengikut": [_traveller(case, each) for each in members],
    }


def foreigner(case: Case) -> dict[str, Raw]:
    person = case.population.grown_up()
    until = case.issued + timedelta(days=case.rng.randint(90, 720))
    return {
        "nomor_surat": case.dated_number("SKTT", case.office, link="/"),
        **who(person),
        "nama": person_name(case.rng, FOREIGNERS, female=person.female),
        "kewarganegaraan": case.rng.choice(COUNTRIES),
        "pekerjaan": case.rng.choice(("TENAGA AHLI", "GURU BAHASA", "ROHANIWAN", "PELAJAR/MAHASISWA")),
        "nomor_paspor": _passport(case),
        "tanggal_paspor": (until + timedelta(days=400)).isoformat(),
        "nomor_itas": f"2C11AB{case.rng.randint(1, 9999):04d}-X",
        "penjamin": f"YAYASAN CONTOH {origin(case.rng)[1]}",
        **home_address(case),
        "berlaku_sampai": until.isoformat(),
        **case.issue(),
    }


def _asking(members: list[Person]) -> dict[str, Raw]:
    return {"nik_pemohon": members[0].nik, "nama_pemohon": members[0].name}


def _member(person: Person) -> dict[str, Raw]:
    return {"nik": person.nik, "nama": person.name, "status_hubungan": person.relation}


def _traveller(case: Case, person: Person) -> dict[str, Raw]:
    return {
        "nik": person.nik,
        "nama": person.name,
        "no_paspor": _passport(case),
        "status_hubungan": person.relation,
    }


def _passport(case: Case) -> str:
    return f"X{case.rng.randint(1, 9_999_999):07d}"


def _abroad(case: Case) -> str:
    return f"{case.rng.randint(1, 300)} {case.rng.choice(_STREETS)}, SAMPLE TOWN {case.rng.randint(1, 99_999):05d}"
