"""The lines and heads of a table: everything about it but the words of its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import Final

from tte.template import elements as e
from tte.template.marks import Stroke
from tte.template.style import Style
from tte.template.text import Expression

_HAIR: Final = 0.35
_FINE: Final = 0.5
_EDGE: Final = 0.8


@dataclass(frozen=True, slots=True)
class HeadCell:
    """One text in a table's head, centred on `middle`."""

    text: Expression
    style: Style
    x: float
    width: float
    middle: float


def drawn_rows(table: e.Table, count: int) -> int:
    """How many rows are drawn for `count` rows of a record."""
    return table.slots or count


def row_tops(table: e.Table, count: int) -> list[float]:
    """The upper edge of every row drawn."""
    return [table.y + table.head + index * table.row_height for index in range(drawn_rows(table, count))]


def bottom(table: e.Table, count: int) -> float:
    """The lower edge of the table."""
    return table.y + table.head + drawn_rows(table, count) * table.row_height


def head_cells(table: e.Table) -> Iterator[HeadCell]:
    """The heads from left to right: common heads first, then the columns', then their numbers."""
    half = table.head_height / 2
    for columns, x in _groups(table):
        if columns[0].group.parts:
            across = sum(column.width for column in columns)
            yield HeadCell(columns[0].group, table.head_style, x, across, table.y + half / 2)
    for column, x in _placed(table):
        middle = table.y + (half * 1.5 if column.group.parts else half)
        yield HeadCell(column.head, table.head_style, x + 0.4, column.width - 0.8, middle)
    if table.number_height:
        for column, x in _placed(table):
            middle = table.y + table.head_height + table.number_height / 2
            yield HeadCell(column.number, table.number_style, x, column.width, middle)


def grid(table: e.Table, count: int) -> Iterator[Stroke]:
    """Every line of the table, and the one that closes the rows left empty."""
    left, right, top, end = table.x, table.x + table.width, table.y, bottom(table, count)
    yield Stroke(left, top, right, top, _EDGE, "deep")
    if table.number_height:
        yield Stroke(left, top + table.head_height, right, top + table.head_height, _HAIR, "mid")
    for y in row_tops(table, count):
        yield Stroke(left, y, right, y, _HAIR, "mid")
    yield Stroke(left, end, right, end, _EDGE, "deep")
    half = top + table.head_height / 2
    for columns, x in _groups(table):
        edges = list(accumulate((column.width for column in columns), initial=x))
        grouped = bool(columns[0].group.parts)
        if grouped:
            yield Stroke(x, half, edges[-1], half, _HAIR, "mid")
        for edge in edges[:-1]:
            if edge > left:
                yield Stroke(edge, half if grouped and edge > x else top, edge, end, _HAIR, "mid")
    if count < drawn_rows(table, count):
        yield Stroke(left + table.columns[0].width, end, right, row_tops(table, count)[count], _FINE, "mid")


def _placed(table: e.Table) -> Iterator[tuple[e.Column, float]]:
    edges = accumulate((column.width for column in table.columns), initial=table.x)
    return zip(table.columns, edges, strict=False)


def _groups(table: e.Table) -> Iterator[tuple[list[e.Column], float]]:
    x = table.x
    for key, members in groupby(table.columns, key=lambda column: column.group.parts):
        columns = list(members)
        for part in [columns] if key else [[column] for column in columns]:
            yield part, x
            x += sum(column.width for column in part)
