"""Fictional records for certificates of marriage and divorce, of recognised and of legitimated children."""

from __future__ import annotations

from datetime import date, timedelta

from tte.model import Raw
from tte.samples.case import Case, who
from tte.samples.people import Person
from tte.samples.places import origin

_RITES = ("KRISTEN", "KATOLIK", "HINDU", "BUDDHA", "KHONGHUCU", "KEPERCAYAAN")
"""Muslims are married by the KUA, not by the civil registry."""


def marriage(case: Case) -> dict[str, Raw]:
    husband, wife = couple(case, 20, 60)
    return {
        "nomor_akta": case.dated_number(case.office, "KW", link="-"),
        **_spouse(husband, "suami", parents=True),
        **_spouse(wife, "istri", parents=True),
        "tempat_perkawinan": origin(case.rng)[1],
        "tanggal_perkawinan": case.ago(1, 40).isoformat(),
        "agama": husband.religion if husband.religion in _RITES else case.rng.choice(_RITES),
        "nama_pemuka": case.population.grown_up().name,
        **case.issue(),
    }


def divorce(case: Case) -> dict[str, Raw]:
    husband, wife = couple(case, 40, 70)
    return {
        "nomor_akta": case.dated_number(case.office, "CR", link="-"),
        **_spouse(husband, "suami", parents=False),
        **_spouse(wife, "istri", parents=False),
        "nomor_akta_perkawinan": akta_number(case, "KW", case.ago(900, 6000)),
        **decision(case),
        "tempat_pencatatan": origin(case.rng)[1],
        "tanggal_pencatatan": case.ago(0, 20).isoformat(),
        **case.issue(),
    }


def recognition(case: Case) -> dict[str, Raw]:
    return {
        "nomor_akta": case.dated_number(case.office, "PA", link="-"),
        **_child(case),
        "tempat_pengakuan": origin(case.rng)[1],
        "tanggal_pengakuan": case.ago(0, 20).isoformat(),
        **_closing(case),
    }


def legitimation(case: Case) -> dict[str, Raw]:
    married = case.ago(30, 90)
    return {
        "nomor_akta": case.dated_number(case.office, "PS", link="-"),
        **_child(case),
        "nomor_akta_perkawinan": akta_number(case, "KW", married),
        "tanggal_perkawinan": married.isoformat(),
        "tempat_pengesahan": origin(case.rng)[1],
        "tanggal_pengesahan": case.ago(0, 20).isoformat(),
        **_closing(case),
    }


def couple(case: Case, youngest: int, oldest: int) -> tuple[Person, Person]:
    """A man and a woman between so many and so many years old."""
    person, born = case.population.person, case.population.born_between
    return person(born(youngest, oldest), female=False), person(born(youngest, oldest), female=True)


def young_child(case: Case) -> Person:
    """A child of some months or years, whose birth is registered since long."""
    return case.population.person(case.ago(200, 3000), female=case.rng.random() < 0.5)


def akta_number(case: Case, code: str, day: date) -> str:
    """The number of another certificate of the office, given on that day."""
    return f"{case.office}-{code}-{day:%d%m%Y}-{case.rng.randint(1, 900):04d}"


def decision(case: Case) -> dict[str, Raw]:
    """What a court decided some weeks ago."""
    day = case.ago(25, 90)
    return {
        "pengadilan": f"PENGADILAN NEGERI {origin(case.rng)[1]}",
        "nomor_putusan": f"{case.rng.randint(1, 400)}/PDT.G/{day.year}/PN CTK",
        "tanggal_putusan": day.isoformat(),
    }


def _spouse(person: Person, side: str, *, parents: bool) -> dict[str, Raw]:
    return {
        f"nik_{side}": person.nik,
        f"nama_{side}": person.name,
        f"tempat_lahir_{side}": person.birthplace,
        f"tanggal_lahir_{side}": person.born.isoformat(),
        **({f"nama_ayah_{side}": person.father, f"nama_ibu_{side}": person.mother} if parents else {}),
        f"kewarganegaraan_{side}": "INDONESIA",
    }


def _child(case: Case) -> dict[str, Raw]:
    child = young_child(case)
    registered = child.born + timedelta(days=case.rng.randint(1, 60))
    return {
        **who(child),
        "nomor_akta_kelahiran": akta_number(case, "LU", registered),
        "nama_ayah": child.father,
        "nama_ibu": child.mother,
    }


def _closing(case: Case) -> dict[str, Raw]:
    return {"kewarganegaraan": "INDONESIA", "stbld": "", **case.issue()}
