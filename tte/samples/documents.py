"""One fictional record for each kind of document, with every field its template asks for, absent ones as ""."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random

from tte import regions
from tte.model import Raw
from tte.samples.people import CHILD, Person, Population
from tte.samples.places import Home, home_elsewhere, home_in, origin, town

_FIRST_DAY = date(2024, 1, 2)
_A_DAY = 9999  # as many numbers as four digits hold; then the date moves on


def sample_rows(template: str, *, count: int, seed: int, office: str = "9971") -> Iterator[dict[str, Raw]]:
    """`count` fictional records of the template, one after another; each number occurs once.

    Numbers come from the office's code, a day that the seed picks (from 2024 on) and a running number, so records of
    two seeds seldom claim the same number (letters: they do, if of one year). People live in the office's region if its
    districts are known here. ValueError for a template without samples.
    """
    if template not in _MAKERS:
        raise ValueError(f"there are samples for {', '.join(_MAKERS)}")
    return (_MAKERS[template](_Case(template, seed, place, office)) for place in range(count))


class _Case:
    """What one record is made of: its own chance, its place in the row, the day and the office that issue it."""

    def __init__(self, template: str, seed: int, place: int, office: str) -> None:
        self.rng = Random(f"{template}/{seed}/{place}")  # noqa: S311 - fiction that must repeat, not a secret
        self.place = place
        self.office = office
        self.issued = _FIRST_DAY + timedelta(days=seed * 37 % 800 + place // _A_DAY)
        self.running = f"{place % _A_DAY + 1:04d}"
        self.population = Population(self.rng, self.issued, serial=place * 17)

    def dated_number(self, *parts: str, link: str) -> str:
        return link.join((*parts, f"{self.issued:%d%m%Y}", self.running))

    def letter_number(self, kind: str) -> str:
        return f"470/{self.place + 1:04d}/{kind}/{self.issued.year}"

    def kk_number(self) -> str:
        here = regions.within(self.office)
        district = self.rng.choice(here).code if here else origin(self.rng)[0]
        return f"{district}{self.issued:%d%m%y}{self.running}"

    def issue(self) -> dict[str, Raw]:
        region = regions.regency(self.office)
        return {
            "tempat_terbit": town(region.name if region else "KABUPATEN CONTOH"),
            "tanggal_terbit": self.issued.isoformat(),
        }


def _birth(case: _Case) -> dict[str, Raw]:
    late = case.rng.random() < 0.3  # more than 60 days after the birth: LT
    days = case.rng.randint(61, 6500) if late else case.rng.randint(1, 60)
    child = case.population.person(case.issued - timedelta(days=days), female=case.rng.random() < 0.5)
    return {
        "nomor_akta": case.dated_number(case.office, "LT" if late else "LU", link="-"),
        **_who(child),
        "anak_ke": str(case.rng.choice((1, 1, 1, 2, 2, 3, 4, 5))),
        "nama_ayah": child.father if case.rng.random() < 0.96 else "",
        "nama_ibu": child.mother,
        "kewarganegaraan": "INDONESIA",
        "stbld": "",
        **case.issue(),
    }


def _death(case: _Case) -> dict[str, Raw]:
    dead = case.population.person(case.population.born_between(2, 95), female=case.rng.random() < 0.5)
    return {
        "nomor_akta": case.dated_number(case.office, "KM", link="-"),
        **_who(dead),
        "anak_ke": case.rng.choice(("", "1", "2", "3", "7")),
        "nama_ayah": dead.father,
        "nama_ibu": dead.mother,
        "tempat_meninggal": origin(case.rng)[1],
        "tanggal_meninggal": (case.issued - timedelta(days=case.rng.randint(1, 60))).isoformat(),
        "kewarganegaraan": "INDONESIA",
        "stbld": "",
        **case.issue(),
    }


def _family_card(case: _Case) -> dict[str, Raw]:
    members = case.population.household(case.place % 10 + 1)
    return {
        "nomor_kk": case.kk_number(),
        "nama_kepala_keluarga": members[0].name,
        **_address(home_in(case.rng, case.office)),
        "tanggal_terbit": case.issued.isoformat(),
        "anggota": [_member(person) for person in members],
    }


def _biodata(case: _Case) -> dict[str, Raw]:
    members = case.population.household(case.rng.randint(1, 6))
    person = case.rng.choice(members)
    parents = {each.name: each.nik for each in members if person.relation == CHILD and each.relation != CHILD}
    return {
        "nomor_surat": case.letter_number("BIODATA"),
        "nomor_kk": case.kk_number(),
        **_who(person),
        "golongan_darah": person.blood,
        "agama": person.religion,
        "status_perkawinan": person.status,
        "status_hubungan": person.relation,
        "pendidikan": person.education,
        "pekerjaan": person.job,
        "kewarganegaraan": "WNI",
        "nomor_akta_lahir": _birth_number(case, person),
        "nama_ayah": person.father,
        "nik_ayah": parents.get(person.father, ""),
        "nama_ibu": person.mother,
        "nik_ibu": parents.get(person.mother, ""),
        **_address(home_in(case.rng, case.office)),
        **case.issue(),
    }


def _move(case: _Case) -> dict[str, Raw]:
    members = case.population.household(case.place % 7 + 1)
    old, new = home_in(case.rng, case.office), home_elsewhere(case.rng, case.office)
    near = old.province == new.province
    return {
        "nomor_surat": case.dated_number("SKPWNI", case.office, link="/"),
        "nomor_kk": case.kk_number(),
        "nama_kepala_keluarga": members[0].name,
        "nik_pemohon": members[0].nik,
        "nama_pemohon": members[0].name,
        **_address_of(old, "asal"),
        "alasan_pindah": case.rng.choice(("PEKERJAAN", "PENDIDIKAN", "KEAMANAN", "KESEHATAN", "PERUMAHAN", "KELUARGA")),
        **_address_of(new, "tujuan"),
        "klasifikasi_pindah": "ANTAR KABUPATEN/KOTA DALAM SATU PROVINSI" if near else "ANTAR PROVINSI",
        **case.issue(),
        "pengikut": [{"nik": each.nik, "nama": each.name, "status_hubungan": each.relation} for each in members],
    }


def _identity(case: _Case) -> dict[str, Raw]:
    person = case.population.grown_up()
    address = _address(home_in(case.rng, case.office))
    return {
        "nomor_surat": case.letter_number("KTP-EL"),
        **_who(person),
        "agama": person.religion,
        "status_perkawinan": person.status,
        "pekerjaan": person.job,
        "kewarganegaraan": "WNI",
        **{name: value for name, value in address.items() if name not in ("provinsi", "kode_pos")},
        "status_rekam": case.rng.choice(("PRR", "PRR", "SFE", "PRO", "DUP", "EFAC")),
        **case.issue(),
    }


_MAKERS: dict[str, Callable[[_Case], dict[str, Raw]]] = {
    "akta_kelahiran": _birth,
    "akta_kematian": _death,
    "kartu_keluarga": _family_card,
    "biodata_penduduk": _biodata,
    "surat_keterangan_pindah": _move,
    "suket_ktp": _identity,
}


def _who(person: Person) -> dict[str, Raw]:
    return {
        "nik": person.nik,
        "nama": person.name,
        "jenis_kelamin": person.sex,
        "tempat_lahir": person.birthplace,
        "tanggal_lahir": person.born.isoformat(),
    }


def _member(person: Person) -> dict[str, Raw]:
    return {
        **_who(person),
        "agama": person.religion,
        "pendidikan": person.education,
        "pekerjaan": person.job,
        "golongan_darah": person.blood,
        "status_perkawinan": person.status,
        "tanggal_perkawinan": person.married.isoformat() if person.married else "",
        "status_hubungan": person.relation,
        "kewarganegaraan": "WNI",
        "no_paspor": "",
        "no_kitap": "",
        "nama_ayah": person.father,
        "nama_ibu": person.mother,
    }


def _address(home: Home) -> dict[str, Raw]:
    return {
        "alamat": home.street,
        "rt": home.rt,
        "rw": home.rw,
        "desa_kelurahan": home.village,
        "kecamatan": home.district,
        "kabupaten_kota": home.regency,
        "provinsi": home.province,
        "kode_pos": home.postcode,
    }


def _address_of(home: Home, side: str) -> dict[str, Raw]:
    return {
        f"alamat_{side}": f"{home.street} RT {home.rt} RW {home.rw}",
        f"desa_{side}": home.village,
        f"kecamatan_{side}": home.district,
        f"kabupaten_{side}": home.regency,
        f"provinsi_{side}": home.province,
        f"kode_pos_{side}": home.postcode,
    }


def _birth_number(case: _Case, person: Person) -> str:
    registered = person.born + timedelta(days=case.rng.randint(1, 60))
    if person.born.year < 2000 or registered > case.issued:
        return ""  # older certificates have older forms of number; an absent one is true of many
    return f"{person.nik[:4]}-LU-{registered:%d%m%Y}-{case.rng.randint(1, 900):04d}"
