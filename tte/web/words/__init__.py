"""What pages say, in Indonesian and English: one table for each part of the house, each key in one of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import chain
from typing import Final

from tte.web.words import (
    batches,
    checking,
    citizen,
    country,
    delivering,
    documents,
    drafting,
    figures,
    files,
    frame,
    people,
    requests,
    sealing,
    signing,
)

_TABLES: Final = (
    citizen.WORDS,
    frame.WORDS,
    drafting.WORDS,
    checking.WORDS,
    signing.WORDS,
    documents.WORDS,
    people.WORDS,
    batches.WORDS,
    sealing.WORDS,
    requests.WORDS,
    delivering.WORDS,
    figures.WORDS,
    country.WORDS,
    files.WORDS,
)
WORDS: Final[Mapping[str, tuple[str, str]]] = dict(chain.from_iterable(table.items() for table in _TABLES))
if len(WORDS) != sum(map(len, _TABLES)):
    raise RuntimeError("two tables of words have the same key")

_MONTHS: Final = (
    [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ],
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
)
_WEEKDAYS: Final = (
    ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"],
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
)


def days(day: date, which: int) -> str:
    """A day in words."""
    return f"{day.day} {_MONTHS[which][day.month - 1]} {day.year}"


def short_day(day: date, which: int) -> str:
    """The same for an axis: 20 Nov."""
    return f"{day.day} {_MONTHS[which][day.month - 1][:3]}"


def weekday(day: date, which: int) -> str:
    return _WEEKDAYS[which][day.weekday()]
