"""Documents by what a person types: a number, or the id that stands under the QR code."""

from __future__ import annotations

import re

from tte.model import Entry
from tte.register import Register


def entries_of(register: Register, number: str) -> list[Entry]:
    """The entries under a number, or the one with that id."""
    found = filter(None, map(register.find, typed_ids(number)))
    by_id = next(found, None)
    return [by_id] if by_id else list(register.find_number(number))


def typed_ids(text: str) -> tuple[str, str]:
    """The public ids that somebody may mean who types one from the page, in groups and in capitals.

    Ids without a seal have letters where a person may read a digit, and no 0 or 1; ids of sealed documents the other
    way round: no O, L or I.
    """
    typed = re.sub(r"[\s-]", "", text).lower()
    return typed.translate(str.maketrans("01", "ol")), typed.translate(str.maketrans("oli", "011"))
