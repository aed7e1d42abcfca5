"""The tracking number that a citizen is told, and the secret beside it. Both are shown once.

The number alone opens nothing. Neither has letters that are read for one another.
"""

from __future__ import annotations

import secrets
from typing import Final

LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_NUMBER: Final = 8
_SECRET: Final = 12
_GROUP: Final = 4


def new_number(office: str) -> str:
    """Like `9971-7K3M-QX2D`: the office, and 39 random bits."""
    return "-".join((office, *_groups("".join(secrets.choice(LETTERS) for _ in range(_NUMBER)))))


def secret_of(mark: bytes) -> str:
    """Like `K7QM-3XW2-9PBT`: 58 bits of a mark. The same mark gives the same: what is sent twice is told the same."""
    number, letters = int.from_bytes(mark, "big"), ""
    for _ in range(_SECRET):
        number, place = divmod(number, len(LETTERS))
        letters += LETTERS[place]
    return "-".join(_groups(letters))


def typed_number(text: str) -> str:
    """A number as it is kept, however it was typed; "" if it is none."""
    found = _plain(text)
    if len(found) != 4 + _NUMBER or not found[:4].isdigit() or not {*found[4:]} <= {*LETTERS}:
        return ""
    return "-".join((found[:4], *_groups(found[4:])))


def typed_secret(text: str) -> str:
    """A secret as it is checked, however it was typed; "" if it is none."""
    found = _plain(text)
    return "-".join(_groups(found)) if len(found) == _SECRET and {*found} <= {*LETTERS} else ""


def _plain(text: str) -> str:
    return "".join(one for one in text[:100].upper() if one.isascii() and one.isalnum())


def _groups(text: str) -> list[str]:
    return [text[at : at + _GROUP] for at in range(0, len(text), _GROUP)]
