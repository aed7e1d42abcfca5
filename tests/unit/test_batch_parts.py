"""The parts of a batch that need no database: rows at rest, outcome lines, the header of a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

import pytest

from tte.batches.outcomes import csv_line
from tte.batches.rows import chunks, unpacked
from tte.errors import IntakeError, Problem
from tte.intake import Format, read
from tte.model import Row, Unreadable
from tte.template.field import Field, FieldType, Grouping


def test_rows_come_back_from_the_database_as_they_went_in() -> None:
    rows: list[Row | Unreadable] = [
        Row(2, {"nama": "Siti \ud800 “A”", "anak_ke": 1, "x": None, "y": 1.5, "anggota": [{"nik": "1"}]}),
        Unreadable(3, Problem("nik", "is empty")),
        Row(9, {}),
    ]
    kept = list(chunks(rows, 2))
    assert [size for size, _ in kept] == [2, 1]
    assert [row for _, content in kept for row in unpacked(content)] == rows


@pytest.mark.parametrize("cell", ["=1+1", "+62", "-1", "@sum", "\tx", "\rx"])
def test_a_cell_that_could_be_a_formula_is_made_text(cell: str) -> None:
    (line,) = csv.reader(io.StringIO(csv_line(["1", cell]), newline=""))
    assert line == ["1", f"'{cell}"]


def test_an_outcome_line_survives_commas_quotes_and_line_ends() -> None:
    cells = ["1", 'a, "b"', "two\nlines", "", "é"]
    assert next(csv.reader(io.StringIO(csv_line(cells), newline=""))) == cells


def _field(name: str, *, required: bool = True, kind: FieldType = FieldType.TEXT, **more: object) -> Field:
    return Field(name=name, label=name, type=kind, required=required, **more)  # type: ignore[arg-type]


_FIELDS: Mapping[str, Field] = {
    "nomor": _field("nomor"),
    "nama_anak": _field("nama_anak"),
    "catatan": _field("catatan", required=False),
}


def _read(header: str, fields: Mapping[str, Field] = _FIELDS, grouping: Grouping | None = None) -> list[object]:
    text = f"{header}\n{','.join('x' for _ in header.split(','))}\n"
    return list(read(io.BytesIO(text.encode()), Format.CSV, grouping=grouping, fields=fields))


def test_a_mistyped_column_is_refused_once_with_the_name_that_was_meant() -> None:
    with pytest.raises(IntakeError, match=r"unknown: nama_anakk \(did you mean nama_anak\?\); missing: nama_anak$"):
        _read("nomor,nama_anakk")


def test_a_column_that_every_row_needs_is_missed_once() -> None:
    with pytest.raises(IntakeError, match="missing: nama_anak"):
        _read("nomor,catatan")


def test_a_column_that_may_be_absent_is_not_missed() -> None:
    assert len(_read("nomor,nama_anak")) == 1


def test_a_column_of_the_lines_that_belong_together_is_known() -> None:
    inner = {"nik": _field("nik")}
    fields = {**_FIELDS, "anggota": _field("anggota", kind=FieldType.ROWS, fields=inner)}
    grouping = Grouping(by="nomor", into="anggota", columns=frozenset(inner))
    assert len(_read("nomor,nama_anak,nik", fields, grouping)) == 1
    with pytest.raises(IntakeError, match="unknown: nikk"):
        _read("nomor,nama_anak,nikk", fields, grouping)


def test_without_fields_any_header_is_read() -> None:
    assert len(list(read(io.BytesIO(b"a,b\n1,2\n"), Format.CSV))) == 1
