"""CSV as spreadsheets write it: RFC 4180, with comma or semicolon, read without guessing where a row ends.

After a quotation mark that is not closed, nobody can say which line ends are ends of rows. So everything up to the next
closing mark is one unreadable row, and a cell's inside is never taken for rows: what a citizen typed into an address
must not become a record.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from tte.errors import IntakeError, Problem
from tte.intake.header import check_header
from tte.intake.lines import LINE_BYTES, Line, read_lines
from tte.model import Row, Unreadable
from tte.template.fields import Field, Grouping

_COLUMN = re.compile(r"[A-Za-z][A-Za-z0-9_ .()/-]{0,59}")
_HEADER_HINT = "the first line names the columns, such as nomor_akta,nik,nama"


def read_delimited(
    stream: BinaryIO, *, grouping: Grouping | None = None, fields: Mapping[str, Field] | None = None
) -> Iterator[Row | Unreadable]:
    """The rows of a CSV file, not grouped yet; `number` is where one starts. The header must allow the `grouping`, and
    fit the `fields`.
    """
    lines = read_lines(stream)
    first = next(lines)
    delimiter = _delimiter(first)
    header = _header(first, delimiter)
    if grouping is not None:
        _check_grouping(header, grouping)
    if fields is not None:
        check_header(header, fields, grouping)
    for number, cells in _records(lines, delimiter):
        if isinstance(cells, str):
            yield Unreadable(number, Problem("", cells))
        elif len(cells) != len(header) and any(map(str.strip, cells)):
            message = f"has {len(cells)} cells where the header has {len(header)}"
            yield Unreadable(number, Problem("", f"{message}: a cell with {delimiter} in it needs quotation marks"))
        elif any(map(str.strip, cells)):
            yield Row(number, dict(zip(header, cells, strict=True)))


def _delimiter(first: Line) -> str:
    text = (first.text or "").strip()
    if first.text is None:
        raise IntakeError(f"the first line is longer than {LINE_BYTES} bytes", hint=_HEADER_HINT)
    if not text:
        raise IntakeError("the first line is blank", hint=_HEADER_HINT)
    if text[0] in "[{":
        raise IntakeError("the file looks like JSON, not CSV")
    if "," not in text and ";" not in text:
        if "\t" in text:
            raise IntakeError("the file is tab-separated", hint="save it as CSV, with commas or semicolons")
        raise IntakeError("the first line has no comma and no semicolon", hint=_HEADER_HINT)
    return max(",;", key=text.count)


def _header(first: Line, delimiter: str) -> list[str]:
    try:
        header = [cell.strip() for cell in next(csv.reader([first.text or ""], delimiter=delimiter, strict=True))]
    except csv.Error:
        raise IntakeError("the first line is not a header: its quotation marks do not match") from None
    for place, column in enumerate(header, start=1):
        if not column:
            raise IntakeError(f"column {place} has no name in the first line", hint=_HEADER_HINT)
        if not _COLUMN.fullmatch(column):  # may be somebody's NIK: not repeated
            raise IntakeError(f"the first line is not a header: column {place} has no plain name", hint=_HEADER_HINT)
        if header.index(column) != place - 1:
            raise IntakeError(f"the header names the column {column} twice")
    return header


def _check_grouping(header: list[str], grouping: Grouping) -> None:
    if grouping.by not in header:
        raise IntakeError(f"the column {grouping.by} is missing: it says which lines belong together")
    if grouping.into in header:
        raise IntakeError(f"a CSV has no column {grouping.into}: it has one line for each of them")


def _records(lines: Iterator[Line], delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """Each record with the line it starts on: its cells, or what is wrong with it."""
    feed = _Feed(lines)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.begin()
        try:
            record: list[str] | str = next(reader)
        except StopIteration:
            return
        except csv.Error as why:
            feed.finish()
            record = _said(str(why), feed)
            reader = csv.reader(feed, delimiter=delimiter, strict=True)
        yield feed.start, record


class _Feed:
    """Gives lines to a csv.reader, and knows of the record it is in: first and last line, size, quotation marks."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self.begin()

    def begin(self) -> None:
        self.start = self.last = self._size = self._quotes = 0

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        text = self._take()
        if text is None or self._size > LINE_BYTES:
            raise csv.Error("record too long")
        return text

    def finish(self) -> None:
        """Read on, keeping nothing, until the quotation marks of the record match or the file ends."""
        try:
            while self._quotes % 2:
                self._take()
        except StopIteration:
            return

    def _take(self) -> str | None:
        line = next(self._lines)
        self.start = self.start or line.number
        self.last = line.number
        self._size += len(line.text or "")
        self._quotes += line.text.count('"') if line.text is not None else line.quotes
        return line.text


def _said(why: str, feed: _Feed) -> str:
    if "unexpected end" in why:
        message = "opens a quotation mark that is never closed"
    elif "expected after" in why:
        message = "has text after a closing quotation mark: a quotation mark inside a cell is written twice"
    elif "too long" in why or "field limit" in why:
        message = f"is too long: a row has at most {LINE_BYTES} bytes, a cell {csv.field_size_limit()}"
    else:
        message = "has a carriage return in the middle of a line"
    return message if feed.last == feed.start else f"{message}; nothing up to line {feed.last} was read"
