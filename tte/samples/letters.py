"""Fictional records for the letters (surat keterangan) about births, deaths, couples, children and citizens."""

from __future__ import annotations

from tte.model import Raw
from tte.samples.case import Case, address, birth_number, who
from tte.samples.certificates import akta_number, couple, decision, young_child
from tte.samples.places import home_in, origin

COUNTRIES = ("MALAYSIA", "SINGAPURA", "JEPANG", "KOREA SELATAN", "AUSTRALIA", "BELANDA", "JERMAN", "TIMOR-LESTE")
_EVENTS = ("KELAHIRAN", "PERKAWINAN", "PENGAKUAN ANAK", "PERUBAHAN NAMA", "PERISTIWA PENTING LAINNYA")


def birth_letter(case: Case) -> dict[str, Raw]:
    child = case.population.person(case.ago(1, 60), female=case.rng.random() < 0.5)
    return {
        "nomor_surat": case.dated_number("SKL", case.office, link="/"),
        **who(child),
        "anak_ke": str(case.rng.choice((1, 1, 2, 3, 4))),
        "kewarganegaraan": "INDONESIA",
        **_parents(case),
        **home_address(case),
        **case.issue(),
    }


def stillbirth(case: Case) -> dict[str, Raw]:
    parents = _parents(case)
    return {
        "nomor_surat": case.dated_number("SKLM", case.office, link="/"),
        **{name: parents[name] for name in ("nama_ibu", "nik_ibu", "nama_ayah", "nik_ayah")},
        "jenis_kelamin": case.rng.choice(("LAKI-LAKI", "PEREMPUAN")),
        "tempat_lahir_mati": origin(case.rng)[1],
        "tanggal_lahir_mati": case.ago(0, 30).isoformat(),
        "usia_kandungan": str(case.rng.randint(28, 41)),
        "anak_ke": str(case.rng.choice((1, 1, 2, 3, 4))),
        **home_address(case),
        **case.issue(),
    }


def death_letter(case: Case) -> dict[str, Raw]:
    dead = case.population.person(case.population.born_between(2, 95), female=case.rng.random() < 0.5)
    teller = case.population.grown_up()
    return {
        "nomor_surat": case.dated_number("SKK", case.office, link="/"),
        **who(dead),
        "agama": dead.religion,
        **home_address(case),
        "tempat_meninggal": origin(case.rng)[1],
        "tanggal_meninggal": case.ago(1, 60).isoformat(),
        "sebab_meninggal": case.rng.choice(("SAKIT", "SAKIT", "USIA LANJUT", "KECELAKAAN", "")),
        "nama_pelapor": teller.name,
        "nik_pelapor": teller.nik,
        "hubungan_pelapor": case.rng.choice(("ANAK", "SAUDARA", "TETANGGA", "KETUA RT")),
        **case.issue(),
    }


def marriage_cancelled(case: Case) -> dict[str, Raw]:
    return _cancelled(case, "perkawinan", "KW", case.letter_number("BATAL-KAWIN", "474.2"))


def divorce_cancelled(case: Case) -> dict[str, Raw]:
    return _cancelled(case, "perceraian", "CR", case.letter_number("BATAL-CERAI", "474.3"))


def adoption(case: Case) -> dict[str, Raw]:
    child = young_child(case)
    return {
        "nomor_surat": case.letter_number("ANGKAT-ANAK", "474.4"),
        **who(child),
        "nomor_akta_kelahiran": akta_number(case, "LU", child.born),
        **{f"{name}_kandung": value for name, value in _parents(case).items()},
        **{f"{name}_angkat": value for name, value in _parents(case).items()},
        **decision(case),
        **case.issue(),
    }


def citizenship_given_up(case: Case) -> dict[str, Raw]:
    person = case.population.grown_up()
    return {
        "nomor_surat": case.letter_number("LEPAS-WNI", "475"),
        **who(person),
        "nomor_akta_kelahiran": birth_number(case, person),
        **home_address(case),
        "kewarganegaraan_baru": case.rng.choice(COUNTRIES),
        "pejabat": "MENTERI HUKUM",
        "nomor_keputusan": f"CTK-{case.rng.randint(1, 99):02d}.AH.10.01 TAHUN {case.issued.year}",
        "tanggal_keputusan": case.ago(30, 90).isoformat(),
        "tanggal_pelepasan": case.ago(1, 29).isoformat(),
        **case.issue(),
    }


def registration(case: Case) -> dict[str, Raw]:
    person, recorded = case.population.grown_up(), case.ago(10, 400)
    return {
        "nomor_surat": case.letter_number("CAPIL", "474"),
        **who(person),
        "kewarganegaraan": "INDONESIA",
        **home_address(case),
        "peristiwa": case.rng.choice(_EVENTS),
        "nomor_akta": akta_number(case, "LT", recorded),
        "tempat_peristiwa": origin(case.rng)[1],
        "tanggal_peristiwa": case.ago(420, 6000).isoformat(),
        "tanggal_pencatatan": recorded.isoformat(),
        "keperluan": case.rng.choice(("MELAMAR PEKERJAAN", "MENDAFTAR SEKOLAH", "MENGURUS WARISAN", "KE LUAR NEGERI")),
        **case.issue(),
    }


def home_address(case: Case) -> dict[str, Raw]:
    """An address as letters have it: without province and postcode."""
    found = address(home_in(case.rng, case.office))
    return {name: value for name, value in found.items() if name not in ("provinsi", "kode_pos")}


def _parents(case: Case) -> dict[str, Raw]:
    father, mother = couple(case, 20, 45)
    known = case.rng.random() < 0.9
    return {
        "nik_ayah": father.nik if known else "",
        "nama_ayah": father.name if known else "",
        "nik_ibu": mother.nik,
        "nama_ibu": mother.name,
    }


def _cancelled(case: Case, what: str, code: str, number: str) -> dict[str, Raw]:
    husband, wife = couple(case, 25, 60)
    recorded = case.ago(100, 900)
    return {
        "nomor_surat": number,
        "nama_suami": husband.name,
        "nik_suami": husband.nik,
        "nama_istri": wife.name,
        "nik_istri": wife.nik,
        f"nomor_akta_{what}": akta_number(case, code, recorded),
        f"tempat_{what}": origin(case.rng)[1],
        f"tanggal_{what}": recorded.isoformat(),
        **decision(case),
        **case.issue(),
    }
