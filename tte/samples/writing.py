"""Rows written as a file that intake reads back to the same rows."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from io import TextIOWrapper
from itertools import chain
from typing import BinaryIO, TextIO

from tte.model import Raw
from tte.template.fields import Grouping


def write(
    rows: Iterable[Mapping[str, Raw]],
    format: str,  # noqa: A002 - the word people use
    stream: BinaryIO,
    *,
    grouping: Grouping | None = None,
) -> None:
    """Write the rows as "csv", "json" or "ndjson" in UTF-8, one at a time; the stream stays open.

    A CSV has the columns of its first row, CR LF line ends, and with `grouping` one line for each item of the list.
    ValueError for another format, or a row that a flat file cannot hold.
    """
    writers = {"csv": _write_csv, "json": _write_json, "ndjson": _write_ndjson}
    if format not in writers:
        raise ValueError(f"a file is one of {', '.join(writers)}")
    text = TextIOWrapper(stream, encoding="utf-8", newline="")
    try:
        writers[format](rows, text, grouping)
        text.flush()
    finally:
        text.detach()


def _write_csv(rows: Iterable[Mapping[str, Raw]], text: TextIO, grouping: Grouping | None) -> None:
    lines = chain.from_iterable(_flat(row, grouping) for row in rows)
    first = next(lines, None)
    if first is None:
        return
    writer = csv.DictWriter(text, list(first), extrasaction="raise")
    writer.writeheader()
    writer.writerow(first)
    writer.writerows(lines)


def _flat(row: Mapping[str, Raw], grouping: Grouping | None) -> Iterator[dict[str, Raw]]:
    if grouping is None:
        items: Raw = [{}]
        shared = dict(row)
    else:
        items = row[grouping.into]
        shared = {name: value for name, value in row.items() if name != grouping.into}
    for item in items if isinstance(items, list) else ():
        line = {**shared, **item} if isinstance(item, dict) else shared
        if any(isinstance(value, (list, dict)) for value in line.values()):
            raise ValueError("a CSV holds no lists: say how its lines are grouped")
        yield line


def _write_json(rows: Iterable[Mapping[str, Raw]], text: TextIO, _: Grouping | None) -> None:
    text.write("[")
    for place, row in enumerate(rows):
        text.write(",\n" if place else "\n")
        text.write(json.dumps(dict(row), ensure_ascii=False))
    text.write("\n]\n")


def _write_ndjson(rows: Iterable[Mapping[str, Raw]], text: TextIO, _: Grouping | None) -> None:
    text.writelines(f"{json.dumps(dict(row), ensure_ascii=False)}\n" for row in rows)
