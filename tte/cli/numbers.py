"""Documents by what a person types: a number, or the id that stands under the QR code."""

from __future__ import annotations

import re

from tte.model import Entry
from tte.register import Register


def entries_of(register: Register, number: str) -> list[Entry]:
    """The entries under a number, or the one with that id."""
    by_id = register.find(typed_id(number))
    return [by_id] if by_id else list(register.find_number(number))


def typed_id(text: str) -> str:
    """A public id as somebody types it from the page: in groups, in capitals, 0 for O and 1 for L or I."""
    return re.sub(r"[\s-]", "", text).lower().translate(str.maketrans("01", "ol"))
