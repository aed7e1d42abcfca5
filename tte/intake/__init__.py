"""An office's file, as rows: CSV, JSON or NDJSON, read as a stream and never guessed at.

A line that cannot be read becomes an `Unreadable` and the rest goes on. A file whose form as a whole is wrong
(encoding, header, not this format) raises IntakeError, at the place where that shows: rows before it have been given by
then. Nothing here knows what a column means; no message repeats what a cell holds.

Row numbers are what a person sees in an editor: the line where the row starts for CSV (the header is line 1) and
NDJSON, the place in the array, from 1, for JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import BinaryIO

from tte.intake.array import read_array
from tte.intake.delimited import read_delimited
from tte.intake.grouping import read_grouped
from tte.intake.ndjson import read_ndjson
from tte.model import Row, Unreadable
from tte.template.fields import Field, Grouping

__all__ = ["Format", "read"]


class Format(StrEnum):
    """The formats an office's file may have."""

    CSV = "csv"
    JSON = "json"
    NDJSON = "ndjson"


def read(
    stream: BinaryIO,
    format: Format,  # noqa: A002 - the word people use
    *,
    grouping: Grouping | None = None,
    fields: Mapping[str, Field] | None = None,
) -> Iterator[Row | Unreadable]:
    """The rows of a file, in its order, each as soon as it is read; memory does not grow with a CSV or NDJSON file.

    CSV: UTF-8 with or without BOM, comma or semicolon, a header of plain column names, RFC 4180 quoting. Lines with
    nothing in any cell are skipped. With `grouping`, neighbouring lines of the same `by` become one row; the stream is
    read twice, so it must be seekable, and a hash of each group is remembered. JSON: one array of objects, at most
    64 MB. NDJSON: one object a line; blank lines are skipped. JSON and NDJSON carry their lists themselves: `grouping`
    is not used. The stream is not closed.

    `fields` are those of the template: a CSV file with a column that is none of them, or without one that every row
    needs, is refused at once. The other formats name the fields row by row, and so are their faults.
    """
    if format is Format.NDJSON:
        return read_ndjson(stream)
    if format is Format.JSON:
        return read_array(stream)
    return read_delimited(stream, fields=fields) if grouping is None else read_grouped(stream, grouping, fields)
