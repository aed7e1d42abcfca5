"""What a template can do to a value: a fixed set of filters, each from one kind of value to another.

There is no way to write a new one in a template, and none of them looks at anything but its value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from operator import attrgetter
from typing import Any, Final

from tte import words
from tte.template.letters import CAPITALS, DIGITS, LETTERS


class Kind(StrEnum):
    """What sort of value an expression has to do with."""

    TEXT = "text"
    INTEGER = "integer"
    DATE = "date"
    ROWS = "rows"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Filter:
    """A named step from a value of kind `takes` to one of kind `gives`.

    `letters` are all the letters its result can hold, or None if that depends on the value. Where an optional field was
    left out the value is "" and stays so, except for a filter that `fills`. `part` is what it looks at of a date, if it
    does not look at all of it.
    """

    name: str
    takes: Kind
    gives: Kind
    work: Callable[[Any], Any]
    letters: str | None = DIGITS
    fills: bool = False
    part: str = ""


FIELD_KINDS: Final[Mapping[str, Kind]] = {"date": Kind.DATE, "integer": Kind.INTEGER, "rows": Kind.ROWS}
"""The kinds of the field types that are not plain text."""


def translation(name: str, table: Mapping[str, str]) -> Filter:
    """The filter for one of a template's own word lists, `[words.NAME]`. It gives "" for a word that is not listed."""
    letters = "".join(sorted(set("".join(table.values()))))
    return Filter(f"words.{name}", Kind.TEXT, Kind.TEXT, partial(_look_up, dict(table)), letters)


def _look_up(table: Mapping[str, str], value: str) -> str:
    return table.get(value, "")


def _title(value: str) -> str:
    small = {"dan", "di", "ke", "dari"}
    words = value.split(" ")
    return " ".join(word.lower() if word.lower() in small else word[:1].upper() + _lower(word[1:]) for word in words)


def _lower(value: str) -> str:
    """In lower case; Unicode gives İ a dot of its own, a combining one, which no face has."""
    return value.lower().replace("\u0307", "")


def _nip(value: str) -> str:
    """19790312 200501 2 004: born, appointed, sex, serial."""
    return f"{value[:8]} {value[8:14]} {value[14:15]} {value[15:]}" if len(value) == 18 else value


def _groups(value: str) -> str:
    return " ".join(value[at : at + 4] for at in range(0, len(value), 4))


def _halves(value: str) -> str:
    """Groups on two lines, the second the longer: for a number that stands under something narrow."""
    first = len(value) // 8 * 4
    return f"{_groups(value[:first])}\n{_groups(value[first:])}"


def _dash(value: str) -> str:
    return value or "–"


_NUMBERS: Final = (*range(120), 1000, 999_999)
_DAYS: Final = tuple(
    date(year, month, day) for year in (1987, 2034, 2056) for month in range(1, 13) for day in (19, 26)
)
"""Numbers and days that between them need every word, and so every letter, of all."""


def _letters(work: Callable[[Any], str], values: Iterable[object]) -> str:
    return "".join(sorted(set("".join(map(work, values)))))


def _filters() -> Mapping[str, Filter]:
    text, integer, day, rows = Kind.TEXT, Kind.INTEGER, Kind.DATE, Kind.ROWS
    every = (
        Filter("upper", text, text, str.upper, CAPITALS),
        Filter("title", text, text, _title, LETTERS),
        Filter("nip", text, text, _nip, None),
        Filter("groups", text, text, _groups, None),
        Filter("halves", text, text, _halves, None),
        Filter("or_dash", text, text, _dash, None, fills=True),
        Filter("terbilang", integer, text, words.terbilang, _letters(words.terbilang, _NUMBERS)),
        Filter("spelled", integer, text, words.spelled, _letters(words.spelled, _NUMBERS)),
        Filter("ordinal", integer, text, words.ordinal, _letters(words.ordinal, _NUMBERS)),
        Filter("tanggal", day, text, words.tanggal, _letters(words.tanggal, _DAYS)),
        Filter("date", day, text, words.date_english, _letters(words.date_english, _DAYS)),
        Filter("tanggal_angka", day, text, words.tanggal_angka, _letters(words.tanggal_angka, _DAYS)),
        Filter("bulan", day, text, words.bulan, _letters(words.bulan, _DAYS), part="month"),
        Filter("month", day, text, words.month, _letters(words.month, _DAYS), part="month"),
        Filter("hari", day, integer, attrgetter("day"), part="day"),
        Filter("tahun", day, integer, attrgetter("year"), part="year"),
        Filter("enam_bulan_lagi", day, day, partial(words.add_months, n=6)),
        Filter("count", rows, integer, len),
    )
    return {each.name: each for each in every}


FILTERS: Final[Mapping[str, Filter]] = _filters()
