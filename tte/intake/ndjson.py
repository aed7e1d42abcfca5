"""NDJSON: one JSON object a line."""

from __future__ import annotations

from collections.abc import Iterator
from json import JSONDecodeError
from typing import BinaryIO

from tte.errors import IntakeError, Problem
from tte.intake.lines import LINE_BYTES, Line, read_lines
from tte.intake.objects import ObjectReader
from tte.model import Row, Unreadable

_BLANK = " \t\r\n"


def read_ndjson(stream: BinaryIO) -> Iterator[Row | Unreadable]:
    """The rows of an NDJSON file, one line in memory at a time; `number` is the line."""
    objects = ObjectReader()
    for line in read_lines(stream):
        if line.text is None:
            yield _unreadable(line, f"is longer than {LINE_BYTES} bytes")
        elif text := line.text.strip(_BLANK):
            if line.number == 1 and text.startswith("["):
                raise IntakeError("the file is a JSON array, not NDJSON", hint="read it as JSON")
            yield _read_line(line, text, objects)


def _read_line(line: Line, text: str, objects: ObjectReader) -> Row | Unreadable:
    try:
        row, end = objects.read(text, start=0, number=line.number)
    except JSONDecodeError as why:
        return _unreadable(line, f"is not JSON from character {why.pos + 1} on: {why.msg}")
    return row if end == len(text) else _unreadable(line, f"goes on after its object, at character {end + 1}")


def _unreadable(line: Line, message: str) -> Unreadable:
    return Unreadable(line.number, Problem("", message))
