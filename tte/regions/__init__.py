"""Indonesian region codes and names, as far as checking numbers and making samples needs them.

All 38 provinces and 514 regencies and cities, a small extract of districts and villages, and one fictional province
for samples (99 CONTOH RAYA, remark "rekaan"). Codes are digits without dots: 2 for a province, 4 for a regency or city,
6 for a district, 10 for a village. The files are read once, at the first question. Data: ODbL 1.0, see `ODbL.txt`.

A code that is not found proves nothing: a NIK keeps the code of the place where its holder was first registered, and
regencies are split and abolished. Never refuse a person for it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Region:
    """A province, regency, city, district or village. `remark` is "rekaan" for a place that does not exist."""

    code: str
    name: str
    remark: str = ""


def province(code: str) -> Region | None:
    """The province with this code of 2 digits, or None."""
    return _find(code, length=2)


def regency(code: str) -> Region | None:
    """The regency or city with this code of 4 digits, or None."""
    return _find(code, length=4)


def district(code: str) -> Region | None:
    """The district with this code of 6 digits, or None: only the extract's districts are known."""
    return _find(code, length=6)


def known(code4: str) -> bool:
    """True if a regency or city, real or fictional, has this code of 4 digits."""
    return code4 in _regency_codes()


def provinces() -> tuple[Region, ...]:
    """The 38 real provinces, by code."""
    return _of_length(2)


def regencies() -> tuple[Region, ...]:
    """The 514 real regencies and cities, by code."""
    return _of_length(4)


def districts() -> tuple[Region, ...]:
    """The real districts of the extract, by code. Each has villages."""
    return _of_length(6)


@cache
def within(code: str) -> tuple[Region, ...]:
    """What lies one level below the region with this code, as far as known here, by code."""
    below = {2: 4, 4: 6, 6: 10}.get(len(code))
    return tuple(region for region in _all().values() if len(region.code) == below and region.code.startswith(code))


def _find(code: str, *, length: int) -> Region | None:
    return _all().get(code) if len(code) == length else None


@cache
def _of_length(length: int) -> tuple[Region, ...]:
    return tuple(region for region in _all().values() if len(region.code) == length and not region.remark)


@cache
def _regency_codes() -> frozenset[str]:
    return frozenset(code for code in _all() if len(code) == 4)


@cache
def _all() -> dict[str, Region]:
    names = ("provinces.csv", "regencies.csv", "districts.csv", "villages.csv", "fictional.csv")
    regions = [region for name in names for region in _read(name)]
    return {region.code: region for region in sorted(regions, key=lambda region: region.code)}


def _read(name: str) -> list[Region]:
    text = (files(__name__) / name).read_text(encoding="utf-8")
    return [Region(line["code"], line["name"], line.get("remark") or "") for line in csv.DictReader(text.splitlines())]
