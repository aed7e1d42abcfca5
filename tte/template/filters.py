"""What a template can do to a value: a fixed set of filters, each from one kind of value to another.

There is no way to write a new one in a template, and none of them looks at anything but its value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from operator import attrgetter
from typing import Any, Final

from tte import words
from tte.template.letters import ASCII, CAPITALS, LETTERS


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
    left out the value is "" and stays so, except for a filter that `fills`.
    """

    name: str
    takes: Kind
    gives: Kind
    work: Callable[[Any], Any]
    letters: str | None = ASCII
    fills: bool = False


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
    parts = [part if part in small else part[:1].upper() + part[1:] for part in value.lower().split(" ")]
    return " ".join(parts)


def _nip(value: str) -> str:
    """19790312 200501 2 004: born, appointed, sex, serial."""
    return f"{value[:8]} {value[8:14]} {value[14:15]} {value[15:]}" if len(value) == 18 else value


def _groups(value: str) -> str:
    return " ".join(value[at : at + 4] for at in range(0, len(value), 4))


def _dash(value: str) -> str:
    return value or "–"


def _filters() -> Mapping[str, Filter]:
    text, integer, date, rows = Kind.TEXT, Kind.INTEGER, Kind.DATE, Kind.ROWS
    every = (
        Filter("upper", text, text, str.upper, CAPITALS),
        Filter("title", text, text, _title, LETTERS),
        Filter("nip", text, text, _nip, None),
        Filter("groups", text, text, _groups, None),
        Filter("or_dash", text, text, _dash, None, fills=True),
        Filter("terbilang", integer, text, words.terbilang),
        Filter("spelled", integer, text, words.spelled),
        Filter("ordinal", integer, text, words.ordinal),
        Filter("tanggal", date, text, words.tanggal),
        Filter("date", date, text, words.date_english),
        Filter("tanggal_angka", date, text, words.tanggal_angka),
        Filter("bulan", date, text, words.bulan),
        Filter("month", date, text, words.month),
        Filter("hari", date, integer, attrgetter("day")),
        Filter("tahun", date, integer, attrgetter("year")),
        Filter("enam_bulan_lagi", date, date, partial(words.add_months, n=6)),
        Filter("count", rows, integer, len),
    )
    return {each.name: each for each in every}


FILTERS: Final[Mapping[str, Filter]] = _filters()
