"""What a seal can say: a map of small numbers, each with its type. The registry of docs/seal.md."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

from tte.seal.cbor import Malformed, decode, encode

Fact = int | str | bytes
Facts = Mapping[int, Fact]

LONGEST: Final = 120
"""Code points of a text."""


class Claim(IntEnum):
    """Labels. 5 is kept free. What a new one means is added here; what one means never changes within a version."""

    OFFICE = 1
    KIND = 2
    NUMBER = 3
    ISSUED = 4
    NAME = 6
    BORN = 7
    CHECKS = 8
    PLACE = 9
    TO_PLACE = 10
    COUNT = 11
    NAME2 = 12
    EVENT = 13
    SEX = 14
    DATED = 15
    UNTIL = 16
    COUNTRY = 17
    DEED = 18


TYPES: Final[Mapping[int, type]] = {
    Claim.OFFICE: int,
    Claim.KIND: int,
    Claim.NUMBER: str,
    Claim.ISSUED: int,
    Claim.NAME: str,
    Claim.BORN: int,
    Claim.CHECKS: bytes,
    Claim.PLACE: str,
    Claim.TO_PLACE: str,
    Claim.COUNT: int,
    Claim.NAME2: str,
    Claim.EVENT: int,
    Claim.SEX: int,
    Claim.DATED: int,
    Claim.UNTIL: int,
    Claim.COUNTRY: str,
    Claim.DEED: str,
}
REQUIRED: Final = frozenset((Claim.OFFICE, Claim.KIND, Claim.NUMBER, Claim.ISSUED))
_DAYS: Final = frozenset((Claim.ISSUED, Claim.BORN, Claim.EVENT, Claim.DATED, Claim.UNTIL))

KINDS: Final[Mapping[int, str]] = {
    1: "Kutipan Akta Kelahiran",
    2: "Kutipan Akta Kematian",
    3: "Kutipan Akta Perkawinan",
    4: "Kutipan Akta Perceraian",
    5: "Kutipan Akta Pengakuan Anak",
    6: "Kutipan Akta Pengesahan Anak",
    10: "Kartu Keluarga",
    11: "Biodata Penduduk",
    20: "Surat Keterangan Pindah (SKPWNI)",
    21: "Surat Keterangan Datang (SKDWNI)",
    22: "Surat Keterangan Pindah ke Luar Negeri",
    23: "Surat Keterangan Datang dari Luar Negeri",
    24: "Surat Keterangan Tempat Tinggal (SKTT)",
    30: "Surat Keterangan Pengganti KTP-el",
    31: "Surat Keterangan Kelahiran",
    32: "Surat Keterangan Kematian",
    33: "Surat Keterangan Lahir Mati",
    34: "Surat Keterangan Pembatalan Perkawinan",
    35: "Surat Keterangan Pembatalan Perceraian",
    36: "Surat Keterangan Pengangkatan Anak",
    37: "Surat Keterangan Pelepasan Kewarganegaraan Indonesia",
    38: "Surat Keterangan Pencatatan Sipil",
}


def check(claims: object) -> Facts:
    """The claims, if a reader may show them; else Malformed. Labels up to 255 that have no meaning yet are allowed."""
    if not isinstance(claims, dict) or not claims.keys() >= REQUIRED:
        raise Malformed("a claim that every seal has is missing")
    for label, fact in claims.items():
        if not isinstance(label, int) or not 0 < label < 256:
            raise Malformed("a claim without a number from 1 to 255")
        if type(fact) not in (int, str, bytes) or type(fact) is not TYPES.get(label, type(fact)):
            raise Malformed(f"claim {label} has another type")
        if isinstance(fact, int) and fact < 0 and label not in _DAYS:
            raise Malformed(f"claim {label} is negative")
        if isinstance(fact, str) and not 0 < len(fact) <= LONGEST:
            raise Malformed(f"claim {label} is empty or too long")
    return claims


def facts_of(payload: bytes) -> Facts:
    """The claims in these bytes; Malformed unless they are in order."""
    return check(decode(payload))


def payload_of(claims: Facts) -> bytes:
    """The bytes of claims that are in order."""
    return encode(check(dict(claims)))


def check_number(digits: str) -> int:
    """One byte that tells for a 16-digit NIK: mod 97. Every single wrong digit and swap of neighbours changes it."""
    return int(digits) % 97
