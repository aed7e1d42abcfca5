"""JSON: one array of objects, held in memory as text, so of a limited size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from json import JSONDecodeError
from typing import BinaryIO

from tte.errors import IntakeError
from tte.intake.lines import decode, name_encoding
from tte.intake.objects import ObjectReader
from tte.model import Row, Unreadable

ARRAY_BYTES = 64_000_000
"""A longer JSON file is refused; NDJSON has no such limit."""

_BLANK = re.compile(r"[ \t\r\n]*")


def read_array(stream: BinaryIO) -> Iterator[Row | Unreadable]:
    """The rows of a JSON array; `number` is the place in it. IntakeError where the text stops being one array."""
    text = _whole(stream)
    place = _after_blank(text, 0)
    if not text.startswith("[", place):
        raise _not_an_array(text, place)
    objects, number = ObjectReader(), 0
    place = _after_blank(text, place + 1)
    ended = text.startswith("]", place)
    while not ended:
        number += 1
        try:
            row, place = objects.read(text, start=place, number=number)
        except JSONDecodeError as why:
            raise _broken(text, why.pos, number, why.msg) from None
        yield row
        place = _after_blank(text, place)
        ended = text.startswith("]", place)
        if not ended and not text.startswith(",", place):
            raise _broken(text, place, number, "a comma or the closing ] is missing after it")
        place = place if ended else _after_blank(text, place + 1)
    if _after_blank(text, place + 1) != len(text):
        raise IntakeError("the file goes on after the end of its array")


def _whole(stream: BinaryIO) -> str:
    parts, size = [], 0
    while size <= ARRAY_BYTES and (part := stream.read(ARRAY_BYTES + 1 - size)):
        parts.append(part)
        size += len(part)
    if size > ARRAY_BYTES:
        raise IntakeError(
            f"the JSON file is larger than {ARRAY_BYTES // 1_000_000} MB",
            hint="write it as NDJSON, one object a line, which has no limit",
        )
    raw = b"".join(parts)
    if not raw:
        raise IntakeError("the file is empty")
    name_encoding(raw[:4])
    return decode(raw, offset=0).removeprefix("\ufeff")


def _after_blank(text: str, place: int) -> int:
    found = _BLANK.match(text, place)
    return found.end() if found else place


def _not_an_array(text: str, place: int) -> IntakeError:
    if place == len(text):
        return IntakeError("the file is empty")
    if text.startswith("{", place):
        return IntakeError(
            "the file does not hold an array of objects", hint="put [ ] around one object; read one a line as NDJSON"
        )
    return IntakeError("the file is not JSON: an array of objects starts with [")


def _broken(text: str, place: int, number: int, message: str) -> IntakeError:
    line = text.count("\n", 0, place) + 1
    column = place - text.rfind("\n", 0, place)
    return IntakeError(f"the JSON is broken at item {number} (line {line}, column {column}): {message}")
