"""What fictional records are made of: the day, the office and the numbers of one; people and addresses as fields."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from tte import regions
from tte.model import Raw
from tte.samples.people import Person, Population
from tte.samples.places import Home, origin, town

_FIRST_DAY = date(2024, 1, 2)
_A_DAY = 9999  # as many numbers as four digits hold; then the date moves on


class Case:
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

    def letter_number(self, kind: str, subject: str = "470") -> str:
        return f"{subject}/{self.place + 1:04d}/{kind}/{self.issued.year}"

    def kk_number(self) -> str:
        here = regions.within(self.office)
        district = self.rng.choice(here).code if here else origin(self.rng)[0]
        return f"{district}{self.issued:%d%m%y}{self.running}"

    def ago(self, least: int, most: int) -> date:
        """A day between so many and so many days before the day of issue."""
        return self.issued - timedelta(days=self.rng.randint(least, most))

    def issue(self) -> dict[str, Raw]:
        region = regions.regency(self.office)
        return {
            "tempat_terbit": town(region.name if region else "KABUPATEN CONTOH"),
            "tanggal_terbit": self.issued.isoformat(),
        }


def who(person: Person) -> dict[str, Raw]:
    return {
        "nik": person.nik,
        "nama": person.name,
        "jenis_kelamin": person.sex,
        "tempat_lahir": person.birthplace,
        "tanggal_lahir": person.born.isoformat(),
    }


def address(home: Home) -> dict[str, Raw]:
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


def address_of(home: Home, side: str) -> dict[str, Raw]:
    return {
        f"alamat_{side}": f"{home.street} RT {home.rt} RW {home.rw}",
        f"desa_{side}": home.village,
        f"kecamatan_{side}": home.district,
        f"kabupaten_{side}": home.regency,
        f"provinsi_{side}": home.province,
        f"kode_pos_{side}": home.postcode,
    }


def birth_number(case: Case, person: Person) -> str:
    registered = person.born + timedelta(days=case.rng.randint(1, 60))
    if person.born.year < 2000 or registered > case.issued:
        return ""  # older certificates have older forms of number; an absent one is true of many
    return f"{person.nik[:4]}-LU-{registered:%d%m%Y}-{case.rng.randint(1, 900):04d}"
