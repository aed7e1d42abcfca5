"""Dates as offices write them, read without guessing: the day always comes before the month unless the year leads."""

from __future__ import annotations

import re
from datetime import date

from tte.template.characters import Verdict

FIRST_YEAR, LAST_YEAR = 1850, 2199
"""Nobody in a civil register was born before, no document is issued after: a year outside is a slip of the finger."""

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{2})([-/])(\d{2})\2(\d{4})", re.ASCII)
_FORMS = "write it YYYY-MM-DD, DD-MM-YYYY or DD/MM/YYYY"


def read_date(text: str) -> Verdict:
    """The date that `text` says in one of three forms: YYYY-MM-DD, DD-MM-YYYY or DD/MM/YYYY."""
    if found := _ISO.fullmatch(text):
        day = calendar_day(int(found[1]), int(found[2]), int(found[3]))
    elif found := _DAY_FIRST.fullmatch(text):
        day = calendar_day(int(found[4]), int(found[3]), int(found[1]))
    else:
        return Verdict(problem=f"is not a date: {_FORMS}")
    if day is None:
        return Verdict(problem="is no day of the calendar")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return Verdict(problem=f"the year lies outside {FIRST_YEAR} to {LAST_YEAR}")
    return Verdict(day)


def calendar_day(year: int, month: int, day: int) -> date | None:
    """The day of the calendar, or None if there is none such."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def day_exists(day: int, month: int, year_of_century: int) -> bool:
    """True if DD MM YY is a day of 19YY or 20YY: the century of a NIK is not known."""
    return calendar_day(2000 + year_of_century, month, day) is not None
