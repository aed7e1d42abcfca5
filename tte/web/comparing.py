"""Cocokkan: does the paper in somebody's hand say what our document says? Match or no match, and nothing else.

What was typed is laid out as our page would have it, and is right if exactly that stands there in the register's own
file. So a mother's name is not the child's, a date in words is compared as a date, and no value is taken off the page.
"""

from __future__ import annotations

import hmac
import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, Final

from tte.errors import TteError
from tte.model import Entry
from tte.template import PREVIEW, Template
from tte.template import elements as e
from tte.template.field import FieldType
from tte.template.layout import Setting, Slot
from tte.template.marks import Line
from tte.template.names import WIDEST_ID, page_names
from tte.web.paper import PaperLine

LONGEST: Final = 200
"""Characters that are looked at of what was typed."""
_NEAR_MM: Final = 0.3
_MOST_CASES: Final = 64
_MONTHS: Final = (
    [
        "januari",
        "februari",
        "maret",
        "april",
        "mei",
        "juni",
        "juli",
        "agustus",
        "september",
        "oktober",
        "november",
        "desember",
    ],
    [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ],
)


class Compared(StrEnum):
    """What can be compared. The codes stand in forms."""

    NAME = "nama"
    BIRTH = "lahir"
    NUMBER = "nomor"


def comparable(template: Template | None, entry: Entry, page: Sequence[PaperLine]) -> tuple[Compared, ...]:
    """What can be compared of this document: less, if its page was not drawn from the template as it is now."""
    if template is None or not _drawn_from(template, entry, page):
        return (Compared.NUMBER,)
    return tuple(one for one in Compared if one is Compared.NUMBER or _says(template, _field(template, one)))


def same(what: Compared, typed: str, template: Template | None, entry: Entry, page: Sequence[PaperLine]) -> bool:
    """Whether that is what the paper says. Everything that can be wrong with it is the same no."""
    text = " ".join(unicodedata.normalize("NFC", typed[:LONGEST]).upper().split())
    if what is Compared.NUMBER:
        return _equal(text.replace(" ", ""), entry.number.upper().replace(" ", ""))
    field = template and _field(template, what)
    value = day_of(text) if what is Compared.BIRTH else text
    if template is None or not field or not value:
        return False
    return _stands(template, field, value, page)


def initials_of(template: Template | None, entry: Entry, page: Sequence[PaperLine]) -> str:
    """`B*** S***` of the name on the page; empty where it cannot be told which line is the name."""
    field = template and _field(template, Compared.NAME)
    if template is None or not field or not _drawn_from(template, entry, page):
        return ""
    for slots in _cases(template, field):
        (slot, *_) = slots
        for line in page:
            if abs(line.y - slot.baseline(slot.style.steps[0].size, 0, 1)) < _NEAR_MM and line.x > slot.x - _NEAR_MM:
                return " ".join(f"{word[0]}***" for word in line.text.split())
    return ""


def masked(number: str) -> str:
    """A number with its first four and last two digits, and `*` for those between."""
    places = [place for place, letter in enumerate(number) if letter.isdigit()]
    hidden = {*places[4:-2]} if len(places) > 8 else {*places[1:-1]}
    return "".join("*" if place in hidden else letter for place, letter in enumerate(number))


def day_of(text: str) -> date | None:
    """17-08-2024, 17/8/2024, 2024-08-17, 17 Agustus 2024 or 17 August 2024 as a day."""
    parts = re.findall(r"[0-9]+|[A-Za-z]+", text)
    if len(parts) != 3:
        return None
    if len(parts[0]) == 4:
        parts.reverse()
    day, month, year = parts
    for names in _MONTHS:
        if month.lower() in names:
            month = str(names.index(month.lower()) + 1)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _field(template: Template, what: Compared) -> str:
    """The first name of a template is whom it is about; a birth date is called so."""
    if what is Compared.NUMBER:
        return template.number
    for name, field in template.fields.items():
        if what is Compared.NAME and field.type is FieldType.NAME:
            return name
        if what is Compared.BIRTH and field.type is FieldType.DATE and name == "tanggal_lahir":
            return name
    return ""


def _says(template: Template, field: str) -> bool:
    return bool(field) and any(_cases(template, field))


def _drawn_from(template: Template, entry: Entry, page: Sequence[PaperLine]) -> bool:
    """Whether the number stands where this template draws it."""
    return _stands(template, template.number, entry.number, page)


def _stands(template: Template, field: str, value: str | date, page: Sequence[PaperLine]) -> bool:
    return any([_all_there(slots, value, page) for slots in _cases(template, field)])  # noqa: C419  all of them, always: the time tells nothing


def _all_there(slots: Sequence[Slot], value: str | date, page: Sequence[PaperLine]) -> bool:
    for slot in slots:
        lines = slot.lines(slot.text.fill_one(value))
        if lines is None or not all([_there(line, page) for line in lines]):  # noqa: C419
            return False
    return True


def _there(line: Line, page: Sequence[PaperLine]) -> bool:
    near = [one for one in page if abs(one.y - line.y) < _NEAR_MM and abs(one.x - line.x) < _NEAR_MM]
    return any([_equal(one.text, line.text) for one in near])  # noqa: C419


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _cases(template: Template, field: str) -> Iterator[list[Slot]]:
    """Where the page says this field alone, for every way in which conditions can move it."""
    elements = [one for one in template.draw if isinstance(one, e.Text | e.Form) and field in _said(one)]
    try:
        sample = template.check(template.sample).values
    except TteError:
        return
    names: dict[str, Any] = {**page_names(PREVIEW, WIDEST_ID), **sample}
    asked = sorted({name for one in elements for name in _asked(one)})
    for values in itertools.islice(itertools.product(("x", ""), repeat=len(asked)), _MOST_CASES):
        setting = Setting({**names, **dict(zip(asked, values, strict=True))}, [])
        planned = [slot for one in elements for slot in setting.plan(one) if isinstance(slot, Slot)]
        slots = [slot for slot in planned if slot.text.names == {field}]
        if slots:
            yield slots


def _said(element: e.Text | e.Form) -> set[str]:
    if isinstance(element, e.Text):
        return {*element.text.names}
    return {name for line in element.lines for text in (line.text, line.text_english) for name in text.names}


def _asked(element: e.Text | e.Form) -> set[str]:
    inner = [line.conditions for line in element.lines] if isinstance(element, e.Form) else []
    return {name for conditions in (element.conditions, *inner) for name, _ in conditions}
