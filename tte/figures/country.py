"""A national report seen as provinces, and its offices found, ordered and grouped. Sums only of what was given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tte import regions
from tte.figures.friday import FEW, Friday, OfficeWeek, Part, Punctual
from tte.figures.kinds import KINDS

BANDS: Final[Sequence[tuple[int, int]]] = ((0, 0), (1, FEW), (3, 5), (6, 10), (11, 15), (16, len(KINDS) - 1))
"""How many kinds of document an office signs, in groups. Who signs all of them is in one after the last."""


@dataclass(frozen=True, slots=True)
class Province:
    """All offices of a province together; a sum is None where no office gave the figure.

    `kinds` is the middle one of how many kinds its offices sign, of those of which it is known; `bands` how many
    offices are in each group (`bands_of`).
    """

    code: str
    name: str
    offices: int
    reported: int
    late: int
    few: int
    akta: Part | None
    suket: int | None
    prr: int | None
    suket_trail: Sequence[int | None]
    prr_trail: Sequence[int | None]
    kinds: float | None
    bands: Sequence[int]

    @property
    def missing(self) -> int:
        return self.offices - self.reported


def provinces(friday: Friday) -> Sequence[Province]:
    """Every province, by code."""
    by_code: dict[str, list[OfficeWeek]] = {}
    for one in friday.offices:
        by_code.setdefault(one.code[:2], []).append(one)
    return [_province(region, by_code.get(region.code, [])) for region in regions.provinces()]


def bands_of(offices: Sequence[OfficeWeek]) -> Sequence[int]:
    """How many offices are in each group of `BANDS`, how many sign all kinds, and of how many it is not known."""
    counts = [len(one.kinds) for one in offices if one.kinds is not None]
    groups = [sum(low <= count <= high for count in counts) for low, high in BANDS]
    return [*groups, sum(count >= len(KINDS) for count in counts), len(offices) - len(counts)]


FILTERS: Final[Mapping[str, Callable[[OfficeWeek], bool]]] = {
    "belum": lambda one: one.punctual is Punctual.MISSING,
    "terlambat": lambda one: one.punctual is Punctual.LATE,
    "sedikit": lambda one: one.signs_few,
    "diatas": lambda one: one.akta is not None and one.akta.percent > 100,
}
"""Offices that are looked for: missing, late, at few kinds of document, above 100 %."""

ORDERS: Final[Mapping[str, Callable[[OfficeWeek], Any]]] = {
    "nama": lambda one: one.name.partition(" ")[2],
    "akta": lambda one: one.akta.percent if one.akta else None,
    "suket": lambda one: one.suket,
    "prr": lambda one: one.prr,
    "jenis": lambda one: None if one.kinds is None else len(one.kinds),
    "dokumen": lambda one: one.documents,
}
"""By what offices are ordered. Who gave no figure comes last, up and down."""


def found(
    offices: Sequence[OfficeWeek], *, text: str = "", only: str = "", order: str = "nama", down: bool = False
) -> Sequence[OfficeWeek]:
    """The offices whose name or code has a text in it, of one of `FILTERS`, in an order of `ORDERS`."""
    wanted, key, fits = text.strip().casefold(), ORDERS[order], FILTERS.get(only)
    fit = [one for one in offices if fits is None or fits(one)]
    fit = [one for one in fit if wanted in one.name.casefold() or wanted == one.code]
    known = sorted((one for one in fit if key(one) is not None), key=lambda one: (key(one), one.code), reverse=down)
    return [*known, *(one for one in fit if key(one) is None)]


def _province(region: regions.Region, offices: Sequence[OfficeWeek]) -> Province:
    counts = sorted(len(one.kinds) for one in offices if one.kinds is not None)
    half = len(counts) // 2
    return Province(
        region.code,
        region.name,
        len(offices),
        sum(one.punctual is not Punctual.MISSING for one in offices),
        sum(one.punctual is Punctual.LATE for one in offices),
        sum(one.signs_few for one in offices),
        summed([one.akta for one in offices if one.akta]),
        left([one.suket for one in offices]),
        left([one.prr for one in offices]),
        [left(each) for each in zip(*(one.suket_trail for one in offices), strict=True)],
        [left(each) for each in zip(*(one.prr_trail for one in offices), strict=True)],
        (counts[half] + counts[~half]) / 2 if counts else None,
        bands_of(offices),
    )


def summed(parts: Sequence[Part]) -> Part | None:
    """One coverage over all; None over none."""
    return Part(sum(one.part for one in parts), sum(one.whole for one in parts)) if parts else None


def left(values: Sequence[int | None]) -> int | None:
    """The sum of those that are known; None if none is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None
