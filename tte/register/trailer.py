"""Which documents a file says it is. Nothing here is believed: the register compares the bytes."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence

from tte.model import Pdf

_ID = re.compile(rb"/ID[\0\t\n\f\r ]*+\[[\0\t\n\f\r ]*+<([0-9A-Fa-f\0\t\n\f\r ]{32,64})>")
"""The first half of a trailer's /ID (ISO 32000-1 §14.4), in hexadecimal with white space anywhere (§7.3.4.3)."""

_SPACE = b"\0\t\n\f\r "
_AT_EACH_END = 2


def names_in(pdf: Pdf) -> Sequence[bytes]:
    """Names (16 bytes, see `tte.frame.name_of`) in trailers: the first two and the last two at most.

    A file of ours has one, and every later revision repeats it. Somebody else's file may hold any number.
    """
    first: list[bytes] = []
    last: deque[bytes] = deque(maxlen=_AT_EACH_END)
    for match in _ID.finditer(pdf):
        digits = match[1].translate(None, _SPACE)
        if len(digits) != 32:
            continue
        name = bytes.fromhex(digits.decode())
        if name not in first and name not in last:
            (first if len(first) < _AT_EACH_END else last).append(name)
    return [*first, *last]
