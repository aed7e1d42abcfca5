"""Lines that belong together, made into one row: a family card has one line for each member.

A group is read whole or not at all: a family card without one of its members would be wrong, and signed. So the file is
read twice, to know which groups are scattered over it before the first row is given away; and a line that could not be
read takes the groups beside it along, for it may have been theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from tte.errors import IntakeError, Problem
from tte.intake.delimited import read_delimited
from tte.model import Raw, Row, Unreadable
from tte.template.characters import folded
from tte.template.fields import Field, Grouping

_MEMBERS = 100


@dataclass(slots=True)
class _Group:
    """The group being read; `problem` is why it will not become a row."""

    number: int
    by: str
    problem: Problem | None = None
    shared: dict[str, Raw] = field(default_factory=dict)
    members: list[Raw] = field(default_factory=list)

    def add(self, values: Mapping[str, Raw], columns: frozenset[str]) -> None:
        if len(self.members) == _MEMBERS:
            self.problem = self.problem or Problem("", f"more than {_MEMBERS} lines belong together")
            return
        member: dict[str, Raw] = {}
        for column, value in values.items():
            if column in columns:
                member[column] = value
            elif (first := self.shared.setdefault(column, value)) != value and _key(first) != _key(value):
                self.problem = self.problem or Problem(column, "is not the same in all lines that belong together")
        self.members.append(member)

    def close(self, into: str) -> Row | Unreadable:
        if self.problem is not None:
            return Unreadable(self.number, self.problem)
        return Row(self.number, {**self.shared, into: self.members})


def read_grouped(
    stream: BinaryIO, grouping: Grouping, fields: Mapping[str, Field] | None = None
) -> Iterator[Row | Unreadable]:
    """The rows of a CSV file, neighbours with the same `by` as one; a row's `number` is its first line's.

    Unreadable become: a line without `by`, a group whose other columns differ, every part of a group that is scattered
    over the file, a group beside an unreadable line. IntakeError if the stream cannot be read twice.
    """
    if not stream.seekable():
        raise IntakeError(
            "lines that belong together need a file that can be read twice", hint="give a file, not a pipe"
        )
    start = stream.tell()
    scattered = _scattered(_marked(stream, grouping, fields), grouping.by)
    stream.seek(start)
    group: _Group | None = None
    beside = 0
    for row in _marked(stream, grouping, fields):
        if isinstance(row, Unreadable):
            beside = row.number
            if group is not None:
                group.problem = _incomplete(beside)
            yield row
            continue
        by = _key(row.values[grouping.by])
        if group is None or by != group.by:
            if group is not None:
                yield group.close(grouping.into)
            group = _Group(row.number, by, _incomplete(beside) if beside else None)
            if hash(by) in scattered:
                group.problem = Problem(grouping.by, "is in several places of the file: sort the file by this column")
        beside = 0
        group.add(row.values, grouping.columns)
    if group is not None:
        yield group.close(grouping.into)


def _marked(stream: BinaryIO, grouping: Grouping, fields: Mapping[str, Field] | None) -> Iterator[Row | Unreadable]:
    """The rows; one that does not say where it belongs (its number only in the line above) is unreadable."""
    for row in read_delimited(stream, grouping=grouping, fields=fields):
        if isinstance(row, Row) and not _key(row.values[grouping.by]):
            yield Unreadable(row.number, Problem(grouping.by, "is empty: each line says where it belongs"))
        else:
            yield row


def _scattered(rows: Iterator[Row | Unreadable], by: str) -> set[int]:
    """The hashes of the values of `by` that come back after another value. Known before the first row is given away."""
    seen: set[int] = set()
    scattered: set[int] = set()
    last = ""
    for row in rows:
        key = last if isinstance(row, Unreadable) else _key(row.values[by])
        if key and key != last:
            (scattered if hash(key) in seen else seen).add(hash(key))
        last = key
    return scattered


def _key(value: Raw) -> str:
    """What two cells are compared by: stray blanks make no difference."""
    return folded(str(value))


def _incomplete(line: int) -> Problem:
    return Problem("", f"line {line} beside it could not be read and may belong to it: mend that first")
