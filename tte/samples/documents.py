"""One fictional record for each kind of document, with every field its template asks for, absent ones as ""."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from tte.model import Raw
from tte.samples import certificates, letters, moves
from tte.samples.case import Case, address, birth_number, who
from tte.samples.people import CHILD, Person
from tte.samples.places import home_in, origin


def sample_rows(template: str, *, count: int, seed: int, office: str = "9971") -> Iterator[dict[str, Raw]]:
    """`count` fictional records of the template, one after another; each number occurs once.

    Numbers come from the office's code, a day that the seed picks (from 2024 on) and a running number, so records of
    two seeds seldom claim the same number (letters: they do, if of one year). People live in the office's region if its
    districts are known here. The two excerpts of a marriage agree. ValueError for a template without samples.
    """
    if template not in _MAKERS:
        raise ValueError(f"there are samples for {', '.join(_MAKERS)}")
    of_both = template.removesuffix("_suami").removesuffix("_istri")
    return (_MAKERS[template](Case(of_both, seed, place, office)) for place in range(count))


def _birth(case: Case) -> dict[str, Raw]:
    late = case.rng.random() < 0.3  # more than 60 days after the birth: LT
    days = case.rng.randint(61, 6500) if late else case.rng.randint(1, 60)
    child = case.population.person(case.issued - timedelta(days=days), female=case.rng.random() < 0.5)
    return {
        "nomor_akta": case.dated_number(case.office, "LT" if late else "LU", link="-"),
        **who(child),
        "anak_ke": str(case.rng.choice((1, 1, 1, 2, 2, 3, 4, 5))),
        "nama_ayah": child.father if case.rng.random() < 0.96 else "",
        "nama_ibu": child.mother,
        "kewarganegaraan": "INDONESIA",
        "stbld": "",
        **case.issue(),
    }


def _death(case: Case) -> dict[str, Raw]:
    dead = case.population.person(case.population.born_between(2, 95), female=case.rng.random() < 0.5)
    return {
        "nomor_akta": case.dated_number(case.office, "KM", link="-"),
        **who(dead),
        "anak_ke": case.rng.choice(("", "1", "2", "3", "7")),
        "nama_ayah": dead.father,
        "nama_ibu": dead.mother,
        "tempat_meninggal": origin(case.rng)[1],
        "tanggal_meninggal": (case.issued - timedelta(days=case.rng.randint(1, 60))).isoformat(),
        "kewarganegaraan": "INDONESIA",
        "stbld": "",
        **case.issue(),
    }


def _family_card(case: Case) -> dict[str, Raw]:
    members = case.population.household(case.place % 10 + 1)
    return {
        "nomor_kk": case.kk_number(),
        "nama_kepala_keluarga": members[0].name,
        **address(home_in(case.rng, case.office)),
        "tanggal_terbit": case.issued.isoformat(),
        "anggota": [_member(person) for person in members],
    }


def _biodata(case: Case) -> dict[str, Raw]:
    members = case.population.household(case.rng.randint(1, 6))
    person = case.rng.choice(members)
    parents = {each.name: each.nik for each in members if person.relation == CHILD and each.relation != CHILD}
    return {
        "nomor_surat": case.letter_number("BIODATA"),
        "nomor_kk": case.kk_number(),
        **who(person),
        "golongan_darah": person.blood,
        "agama": person.religion,
        "status_perkawinan": person.status,
        "status_hubungan": person.relation,
        "pendidikan": person.education,
        "pekerjaan": person.job,
        "kewarganegaraan": "WNI",
        "nomor_akta_lahir": birth_number(case, person),
        "nama_ayah": person.father,
        "nik_ayah": parents.get(person.father, ""),
        "nama_ibu": person.mother,
        "nik_ibu": parents.get(person.mother, ""),
        **address(home_in(case.rng, case.office)),
        **case.issue(),
    }


def _identity(case: Case) -> dict[str, Raw]:
    person = case.population.grown_up()
    return {
        "nomor_surat": case.letter_number("KTP-EL"),
        **who(person),
        "agama": person.religion,
        "status_perkawinan": person.status,
        "pekerjaan": person.job,
        "kewarganegaraan": "WNI",
        **letters.home_address(case),
        "status_rekam": case.rng.choice(("PRR", "PRR", "SFE", "PRO", "DUP", "EFAC")),
        **case.issue(),
    }


_MAKERS: dict[str, Callable[[Case], dict[str, Raw]]] = {
    "kartu_keluarga": _family_card,
    "biodata_penduduk": _biodata,
    "akta_kelahiran": _birth,
    "akta_kematian": _death,
    "akta_perkawinan_suami": certificates.marriage,
    "akta_perkawinan_istri": certificates.marriage,
    "akta_perceraian": certificates.divorce,
    "akta_pengakuan_anak": certificates.recognition,
    "akta_pengesahan_anak": certificates.legitimation,
    "surat_keterangan_pindah": moves.move,
    "suket_pindah_datang": moves.arrival,
    "suket_pindah_luar_negeri": moves.leaving_the_country,
    "suket_datang_luar_negeri": moves.coming_home,
    "suket_tempat_tinggal": moves.foreigner,
    "suket_kelahiran": letters.birth_letter,
    "suket_lahir_mati": letters.stillbirth,
    "suket_pembatalan_perkawinan": letters.marriage_cancelled,
    "suket_pembatalan_perceraian": letters.divorce_cancelled,
    "suket_kematian": letters.death_letter,
    "suket_pengangkatan_anak": letters.adoption,
    "suket_pelepasan_kewarganegaraan": letters.citizenship_given_up,
    "suket_ktp": _identity,
    "suket_pencatatan_sipil": letters.registration,
}


def _member(person: Person) -> dict[str, Raw]:
    return {
        **who(person),
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
