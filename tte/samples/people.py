"""Fictional people and households whose dates, numbers and parents agree with each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from random import Random

from tte.samples.names import PEOPLES, People, family_name, person_name
from tte.samples.places import origin

HEAD, WIFE, CHILD, PARENT = "KEPALA KELUARGA", "ISTRI", "ANAK", "ORANGTUA"
SINGLE, MARRIED, WIDOWED = "BELUM KAWIN", "KAWIN TERCATAT", "CERAI MATI"

_BLOOD = ("A", "B", "AB", "O", "")
_TRADES = (
    "WIRASWASTA",
    "KARYAWAN SWASTA",
    "PETANI/PEKEBUN",
    "BURUH HARIAN LEPAS",
    "PEDAGANG",
    "GURU",
    "NELAYAN/PERIKANAN",
)
_SCHOOLS = ("TAMAT SD/SEDERAJAT", "SLTP/SEDERAJAT", "SLTA/SEDERAJAT", "SLTA/SEDERAJAT", "DIPLOMA IV/STRATA I")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist; in a household, with a relation to its head. Absent things are ""."""

    name: str
    nik: str
    female: bool
    birthplace: str
    born: date
    religion: str
    father: str
    mother: str
    blood: str
    education: str
    job: str
    relation: str = HEAD
    status: str = SINGLE
    married: date | None = None

    @property
    def sex(self) -> str:
        return "PEREMPUAN" if self.female else "LAKI-LAKI"


class Population:
    """Makes the people of one record. `today` is the day of issue; no two people of a record share a NIK."""

    def __init__(self, rng: Random, today: date, *, serial: int) -> None:
        self.people: People = rng.choice(PEOPLES)
        self._rng = rng
        self._today = today
        self._serials: Iterator[int] = count(serial)
        self._religion = rng.choice(self.people.religions)
        self._origin = origin(rng)

    def person(self, born: date, *, female: bool, family: str | None = None) -> Person:
        """Somebody born that day, of parents who are only names."""
        rng, people = self._rng, self.people
        line = family_name(rng, people) if family is None else family
        district, birthplace = self._origin if rng.random() < 0.8 else origin(rng)
        age = (self._today - born).days // 365
        return Person(
            name=person_name(rng, people, female=female, family=line),
            nik=_nik(district, born, next(self._serials), female=female),
            female=female,
            birthplace=birthplace,
            born=born,
            religion=self._religion,
            father=person_name(rng, people, female=False, family=line),
            mother=person_name(rng, people, female=True),
            blood=rng.choice(_BLOOD),
            education=_education(rng, age),
            job=_job(rng, age, female=female),
        )

    def born_between(self, youngest: int, oldest: int) -> date:
        """A birthday of somebody between so many and so many years old."""
        return self._today - timedelta(days=self._rng.randint(youngest * 366, oldest * 365))

    def grown_up(self) -> Person:
        """Somebody old enough for an identity card, with a marital status that the age allows."""
        person = self.person(self.born_between(17, 80), female=self._rng.random() < 0.5)
        can_be_married = (self._today - person.born).days > 25 * 366
        return replace(
            person, status=self._rng.choice((SINGLE, MARRIED, MARRIED, WIDOWED)) if can_be_married else SINGLE
        )

    def household(self, size: int) -> list[Person]:
        """The head first, then the wife, children by age, and at last the head's father."""
        if size == 1:
            return [self.person(self.born_between(19, 80), female=self._rng.random() < 0.5)]
        line = family_name(self._rng, self.people)
        grown = 24 + 2 * size
        wife = self.person(self.born_between(grown, grown + 6), female=True)
        head = self.person(wife.born - timedelta(days=self._rng.randint(-300, 2500)), female=False, family=line)
        married = wife.born + timedelta(days=366 * 20 + self._rng.randint(0, 300))
        widowed = self._rng.random() < 0.08
        with_father = size > 4 and not widowed and self._rng.random() < 0.3
        couple = [
            replace(head, status=MARRIED, married=married),
            replace(wife, relation=WIFE, status=MARRIED, married=married),
        ]
        if widowed:
            couple = [replace(wife, status=WIDOWED)]
        children = [self._child(head, wife, married, place, line) for place in range(size - len(couple) - with_father)]
        return [*couple, *children, *([self._father_of(head)] if with_father else [])]

    def _child(self, father: Person, mother: Person, married: date, place: int, line: str) -> Person:
        born = married + timedelta(days=300 + 640 * place + self._rng.randint(0, 270))
        child = self.person(born, female=self._rng.random() < 0.5, family=line)
        return replace(child, father=father.name, mother=mother.name, relation=CHILD, religion=father.religion)

    def _father_of(self, head: Person) -> Person:
        born = head.born - timedelta(days=365 * self._rng.randint(21, 30))
        return replace(self.person(born, female=False), name=head.father, relation=PARENT, status=WIDOWED)


def _nik(district: str, born: date, serial: int, *, female: bool) -> str:
    return f"{district}{born.day + 40 * female:02d}{born:%m%y}{serial % 9999 + 1:04d}"


def _education(rng: Random, age: int) -> str:
    if age < 6:
        return "TIDAK/BELUM SEKOLAH"
    if age < 13:
        return "BELUM TAMAT SD/SEDERAJAT"
    return rng.choice(_SCHOOLS[: 1 + (age > 15) + 2 * (age > 18) + (age > 23)])


def _job(rng: Random, age: int, *, female: bool) -> str:
    if age < 6:
        return "BELUM/TIDAK BEKERJA"
    if age < 19:
        return "PELAJAR/MAHASISWA"
    return "MENGURUS RUMAH TANGGA" if female and rng.random() < 0.4 else rng.choice(_TRADES)
