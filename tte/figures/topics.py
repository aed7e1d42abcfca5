"""The three topics that an office's rows are about, and what must be true of a row of each.

`angka`: the counts of one office on one day. `dokumen`: how many documents of a kind it signed on a day elsewhere than
with this register, such as in SIAK. `masalah`: a problem, open or solved, under a name that the office gave it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Final

from tte.errors import Problem, RecordError
from tte.model import Raw, Value
from tte.regions import known
from tte.template.checks import Rules, check_row, rules_of
from tte.template.field import TODAY, Field, FieldType
from tte.template.template import unprintable

_MOST: Final = 999_999_999
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet may take for a formula (OWASP: CSV injection), the full-width signs too."""
_PERSON: Final = re.compile(r"\d{16}")
_KIND: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")

PAIRS: Final[Mapping[str, tuple[str, str]]] = {
    "akta": ("akta_pembilang", "akta_penyebut"),
    "ktp": ("ktp_rekam", "ktp_wajib"),
    "kia": ("kia_punya", "kia_anak"),
    "ikd": ("ikd_aktif", "ikd_wajib"),
}
"""The coverages: part and whole. That of akta has a day for each as well: the name with `_per`."""


class Topic(StrEnum):
    ANGKA = "angka"
    DOKUMEN = "dokumen"
    MASALAH = "masalah"


def _text(name: str, label: str, most: int, *, required: bool = True) -> Field:
    return Field(name, FieldType.TEXT, label, required=required, min=1, max=most)


def _day(name: str, label: str, *, required: bool = True, not_after: str = TODAY, not_before: str = "") -> Field:
    return Field(name, FieldType.DATE, label, required=required, not_after=not_after, not_before=not_before)


def _count(name: str, label: str, *, required: bool = False) -> Field:
    return Field(name, FieldType.INTEGER, label, required=required, max=_MOST)


def _fields(*fields: Field) -> Mapping[str, Field]:
    return {each.name: each for each in fields}


_OFFICE = _text("kantor", "Kode kabupaten/kota, empat angka", 5)

FIELDS: Final[Mapping[Topic, Mapping[str, Field]]] = {
    Topic.ANGKA: _fields(
        _OFFICE,
        _day("tanggal", "Hari yang dilaporkan"),
        _count("akta_pembilang", "Anak 0-18 yang memiliki akta kelahiran"),
        _day("akta_pembilang_per", "Keadaan pembilang pada", required=False, not_after="tanggal"),
        _count("akta_penyebut", "Anak 0-18 dalam data kependudukan bersih"),
        _day("akta_penyebut_per", "Keadaan penyebut pada", required=False, not_after="tanggal"),
        _count("suket", "Suket yang belum dicetak menjadi KTP-el"),
        _count("prr", "Print ready record yang belum dicetak"),
        _count("ktp_rekam", "Penduduk yang sudah merekam KTP-el"),
        _count("ktp_wajib", "Penduduk wajib KTP-el"),
        _count("kia_punya", "Anak yang memiliki KIA"),
        _count("kia_anak", "Anak yang berhak atas KIA"),
        _count("ikd_aktif", "Penduduk dengan IKD aktif"),
        _count("ikd_wajib", "Penduduk yang merekam KTP-el, sasaran IKD"),
    ),
    Topic.DOKUMEN: _fields(
        _OFFICE,
        _day("tanggal", "Hari yang dilaporkan"),
        _text("jenis", "Jenis dokumen, seperti akta_kelahiran", 64),
        _count("jumlah", "Dokumen yang ditandatangani di luar register ini", required=True),
    ),
    Topic.MASALAH: _fields(
        _OFFICE,
        _text("nomor", "Nama masalah di kantor ini, seperti M-2026-07", 32),
        _day("sejak", "Sejak"),
        _text("masalah", "Masalah", 160),
        _text("sebab", "Sebab", 160, required=False),
        _text("penyelesaian", "Tindak lanjut atau penyelesaian", 160, required=False),
        _text("penanggung_jawab", "Penanggung jawab: jabatan atau unit", 80, required=False),
        _day("selesai", "Selesai pada", required=False, not_before="sejak"),
    ),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A row that is right: of which office, under which name and for which day, and what it says, as JSON has it."""

    topic: Topic
    office: str
    name: str
    day: date
    values: Mapping[str, str | int]


@cache
def _rules(topic: Topic) -> Rules:
    return rules_of(FIELDS[topic])


def topic_of(values: Mapping[str, Raw]) -> Topic:
    """What a row is about, by its names."""
    if "masalah" in values or "penyelesaian" in values:
        return Topic.MASALAH
    return Topic.DOKUMEN if "jenis" in values else Topic.ANGKA


def check(values: Mapping[str, Raw], today: date) -> Said:
    """The row as a line. RecordError with all its problems; values are never echoed."""
    topic = topic_of(values)
    given = {name: _unquoted(value) for name, value in values.items()}
    checked = check_row(FIELDS[topic], given, today=today, rules=_rules(topic))
    printable = () if checked.plain else unprintable(checked.values)
    problems = [*checked.problems, *printable, *_problems(topic, checked.values)]
    if problems:
        raise RecordError(f"no row of {topic}", problems)
    told = {name: value for name, value in checked.values.items() if value != ""}
    office = str(told.pop("kantor")).replace(".", "")
    day, name = told["tanggal" if topic is not Topic.MASALAH else "sejak"], ""
    if topic is Topic.MASALAH:
        name = str(told.pop("nomor"))
    else:
        name = " ".join(filter(None, (str(told.pop("tanggal")), str(told.pop("jenis", "")))))
    if not isinstance(day, date):
        raise TypeError("a checked day is a date")
    return Said(topic, office, name, day, {key: _plain(value) for key, value in told.items()})


def _plain(value: Value) -> str | int:
    return value if isinstance(value, int) else str(value)


def _unquoted(value: Raw) -> Raw:
    """A cell as it was before our own export kept a spreadsheet from taking it for a formula."""
    return value[1:] if isinstance(value, str) and value[:1] == "'" and value[1:2] in _FORMULA else value


def cell(value: object) -> str:
    """A value as a cell of CSV that no spreadsheet takes for a formula (OWASP: CSV injection)."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) and not isinstance(value, int | float) else text


def _problems(topic: Topic, values: Mapping[str, Value]) -> list[Problem]:
    found = []
    office = values.get("kantor")
    if isinstance(office, str) and not known(office.replace(".", "")):
        found.append(Problem("kantor", "is not the code of a regency or city, such as 3171"))
    if topic is Topic.ANGKA:
        found += _problems_of_counts(values)
    kind = values.get("jenis")
    if isinstance(kind, str) and not _KIND.fullmatch(kind):
        found.append(Problem("jenis", "is the name of a kind of document, such as akta_kelahiran"))
    for name, value in values.items():
        if isinstance(value, str) and _PERSON.search(value):
            found.append(Problem(name, "holds 16 digits, as a NIK has: no figure is about one person"))
    return found


def _problems_of_counts(values: Mapping[str, Value]) -> list[Problem]:
    found = []
    if not any(values.get(name) not in ("", None) for name in FIELDS[Topic.ANGKA] if name not in ("kantor", "tanggal")):
        found.append(Problem("", "says nothing but office and day"))
    groups = {name: [*pair] for name, pair in PAIRS.items()}
    groups["akta"] += [f"{name}_per" for name in PAIRS["akta"]]
    for names in groups.values():
        absent = [name for name in names if values.get(name) in ("", None)]
        if absent and len(absent) < len(names):
            found += [Problem(name, f"is missing: {', '.join(names)} are given together") for name in absent]
    found += [Problem(whole, "is 0: nothing can be covered") for _, whole in PAIRS.values() if values.get(whole) == 0]
    return found
