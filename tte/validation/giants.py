"""Objects of so many values that qpdf, which keeps them all in memory, is not asked to read them."""

from __future__ import annotations

import re

_LONG, _MOST_VALUES = 1024 * 1024, 500_000
"""How many values an object of more than so many bytes may hold: qpdf takes some 160 bytes of memory for each."""
_OBJECT = re.compile(rb"\d[\x00\t\n\x0c\r ]+\d{1,5}[\x00\t\n\x0c\r ]+obj\Z")
_MARKS = (b" ", b"\n", b"\r", b"/", b"[", b"(", b"<")


def has_giant(pdf: bytes) -> bool:
    """Whether an object that is not packed holds more values. Counts what divides them, and reads no syntax."""
    at = pdf.find(b"obj") if len(pdf) > _LONG else -1
    while 0 <= at < len(pdf) - _LONG:
        found = pdf.find(b"obj", at + 3)
        past = len(pdf) if found < 0 else found
        if past - at > _LONG and _OBJECT.search(pdf[max(0, at - 32) : at + 3]):
            begun = pdf.find(b"stream", at, past)
            end = past if begun < 0 else begun
            if end - at > _LONG and sum(pdf.count(mark, at, end) for mark in _MARKS) > _MOST_VALUES:
                return True
        at = found
    return False
