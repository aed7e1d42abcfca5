"""Fictional birth records, always the same ones in the same order."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

LABELS: Final = (
    "NOMOR AKTA",
    "NIK",
    "NAMA LENGKAP",
    "JENIS KELAMIN",
    "TEMPAT LAHIR",
    "HARI LAHIR",
    "TANGGAL LAHIR",
    "JAM LAHIR",
    "ANAK KE",
    "BERAT LAHIR",
    "NAMA IBU",
    "NIK IBU",
    "TEMPAT LAHIR IBU",
    "TANGGAL LAHIR IBU",
    "PEKERJAAN IBU",
    "NAMA AYAH",
    "NIK AYAH",
    "TEMPAT LAHIR AYAH",
    "TANGGAL LAHIR AYAH",
    "ALAMAT",
    "SAKSI PERTAMA",
    "SAKSI KEDUA",
    "TEMPAT TERBIT",
    "TANGGAL TERBIT",
)
"""The 24 fields of the page, in the order in which they stand on it."""

_GIVEN: Final = ("AISYAH", "BAGAS", "CITRA", "DAMAR", "ELOK", "FAJAR", "GENDIS", "HARSA", "INTAN", "JOKO", "KIRANA")
_MIDDLE: Final = ("ADITYA", "BUNGA", "CAHYA", "DEWI", "EKA", "GILANG", "HAYU")
_LAST: Final = ("LESTARI", "NUGRAHA", "PRATAMA", "SANTOSO", "WIBAWA")
_DAYS: Final = ("SENIN", "SELASA", "RABU", "KAMIS", "JUMAT", "SABTU", "MINGGU")
_TOWNS: Final = ("CONTOH KOTA", "CONTOH TIMUR", "CONTOH BARAT")


@dataclass(frozen=True, slots=True)
class Record:
    """What changes from page to page: one value for each of LABELS, and the address in the QR code."""

    values: tuple[str, ...]
    url: str


def records() -> Iterator[Record]:
    """Records without end, no two alike."""
    return map(_record, count())


def _record(n: int) -> Record:
    town = _TOWNS[n % 3]
    born = f"{n % 28 + 1:02d}-{n % 12 + 1:02d}-2026"
    values = (
        f"9971-LU-17082026-{n:06d}",
        _nik(n),
        _name(n),
        ("PEREMPUAN", "LAKI-LAKI")[n % 2],
        town,
        _DAYS[n % 7],
        born,
        f"{n % 24:02d}:{n % 60:02d} WIB",
        str(n % 5 + 1),
        f"{2500 + n % 1500} GRAM",
        _name(n + 17),
        _nik(n + 1_000_003),
        town,
        f"{n % 27 + 1:02d}-{n % 11 + 1:02d}-1998",
        "PERAWAT",
        _name(n + 29),
        _nik(n + 2_000_003),
        town,
        f"{n % 26 + 1:02d}-{n % 10 + 1:02d}-1996",
        f"JALAN CONTOH NOMOR {n % 300 + 1}",
        _name(n + 41),
        _name(n + 53),
        town,
        "17-08-2026",
    )
    return Record(values, f"https://periksa.contoh.example/d/{n * 2654435761 % 2**64:016x}")


def _name(n: int) -> str:
    return f"{_GIVEN[n % len(_GIVEN)]} {_MIDDLE[n % len(_MIDDLE)]} {_LAST[n % len(_LAST)]}"


def _nik(n: int) -> str:
    return f"997102{n % 28 + 1:02d}{n % 12 + 1:02d}{n % 100:02d}{n % 10_000:04d}"
