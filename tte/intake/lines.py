"""Bytes as lines of UTF-8 text, with one line in memory at a time and a name for every other encoding."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from tte.errors import IntakeError

LINE_BYTES = 1_000_000
"""A longer line is not read: it is skipped, and said so."""

_REMEDY = "save the file as UTF-8 (in a spreadsheet: CSV UTF-8) and try again"
_FOREIGN_MARKS = (  # the longer marks first: UTF-32's begins with UTF-16's
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


class Line(NamedTuple):
    """One line of a file with its line end, and its number from 1.

    `text` is None if it is too long to be read; `quotes` is how many quotation marks it holds then.
    """

    number: int
    text: str | None
    quotes: int = 0


def read_lines(stream: BinaryIO) -> Iterator[Line]:
    """The lines of a UTF-8 file, BOM removed. IntakeError if it is empty, in another encoding or without line feeds."""
    offset = number = 0
    while raw := stream.readline(LINE_BYTES + 1):
        number += 1
        if number == 1:
            name_encoding(raw)
        ended = raw.endswith(b"\n")
        if len(raw) > LINE_BYTES and not ended:
            if number == 1 and b"\r" in raw:
                raise _carriage_returns()
            skipped, quotes = _skip_line(stream)
            offset += len(raw) + skipped
            yield Line(number, None, raw.count(b'"') + quotes)
            continue
        text = decode(raw, offset=offset)
        if number == 1 and not ended and "\r" in text.rstrip("\r\n"):
            raise _carriage_returns()
        offset += len(raw)
        yield Line(number, text.removeprefix("\ufeff") if number == 1 else text)
    if number == 0:
        raise IntakeError("the file is empty")


def name_encoding(start: bytes) -> None:
    """IntakeError if a file that starts so is UTF-16 or UTF-32."""
    for mark, name in _FOREIGN_MARKS:
        if start.startswith(mark):
            raise IntakeError(f"the file is {name}, not UTF-8", hint=_REMEDY)
    zeros = [start[place : place + 1] == b"\0" for place in range(4)]
    if zeros.count(True) == 3:
        raise IntakeError("the file looks like UTF-32, not UTF-8", hint=_REMEDY)
    if zeros.count(True) == 2 and zeros[0] != zeros[1]:
        raise IntakeError("the file looks like UTF-16, not UTF-8", hint=_REMEDY)


def decode(raw: bytes, *, offset: int) -> str:
    """UTF-8 text; IntakeError with the place in the file, counted from `offset`, if it is none or holds a NUL."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as why:
        raise IntakeError(
            f"the file is not UTF-8: the byte at offset {offset + why.start} is 0x{raw[why.start]:02X}, "
            "as in Latin-1 or Windows-1252",
            hint=_REMEDY,
        ) from None
    if "\0" in text:
        raise IntakeError(f"the file holds a NUL byte at offset {offset + raw.index(0)}: it is no text", hint=_REMEDY)
    return text


def _skip_line(stream: BinaryIO) -> tuple[int, int]:
    """Read on to the end of the line; how many bytes that was, and how many of them quotation marks."""
    skipped = quotes = 0
    while part := stream.readline(LINE_BYTES):
        skipped += len(part)
        quotes += part.count(b'"')
        if part.endswith(b"\n"):
            break
    return skipped, quotes


def _carriage_returns() -> IntakeError:
    return IntakeError(
        "the lines end in CR only, as on an old Macintosh", hint="save the file with LF or CR LF line ends"
    )
