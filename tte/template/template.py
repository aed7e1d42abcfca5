"""A template: the fields of one kind of document and what is drawn for them, loaded and found to be in order."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Final

from tte.errors import Problem, RecordError
from tte.model import Record, Row, Value
from tte.template import elements as e
from tte.template.checks import Rules, check_row, rules_of
from tte.template.field import Field, FieldType, Grouping
from tte.template.letters import foreign
from tte.template.numbers import made_number
from tte.template.seal import Sealed
from tte.template.style import Ink

EASTERN_S: Final = 9 * 3600
"""Indonesia's east is so far ahead of UTC. The day of issue is the latest that it is anywhere in Indonesia: no office
is told that its today is tomorrow."""
_EPOCH: Final = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Template:
    """One kind of document. `load` gives it; after that a page can fail only because of the record.

    `name` is the folder's. `number` is the field with the registry's own number. `page` is width and height in mm.
    `sha256` is over every file that has a say in what is drawn or checked. `sample` is a fictional row. `seal` is what
    of a record stands in its code, where the office seals. `english` is the title in English, "" if there is none.
    """

    name: str
    title: str
    number: str
    page: tuple[float, float]
    ink: Ink
    fields: Mapping[str, Field]
    draw: tuple[e.Element, ...]
    assets: Mapping[str, bytes]
    sample: Row
    sha256: bytes
    seal: Sealed | None = None
    english: str = ""

    def check(self, row: Row, *, today: date | None = None) -> Record:
        """The row as a record of this template, or RecordError with all its problems; values are never echoed.

        `today`, for rules such as "not after today", is the day in Indonesia's east if it is not given.
        """
        checked = check_row(self.fields, row.values, today=today or _today(), rules=self._rules)
        problems = checked.problems if checked.plain else (*checked.problems, *unprintable(checked.values))
        if problems:
            raise RecordError(f"no record of {self.name}", problems)
        return Record(self.name, str(checked.values[self.number]), checked.values, checked.warnings)

    def columns(self, *, giving: bool) -> Mapping[str, Field]:
        """The fields that a file must have; without the number, if the register gives it."""
        if not giving:
            return self.fields
        return {**self.fields, self.number: dataclasses.replace(self.fields[self.number], required=False)}

    @property
    def gives_numbers(self) -> bool:
        """Whether a number of this kind is made of office, day and serial only, so that a register can give it."""
        return bool(made_number(self.fields[self.number].pattern, "0000", date(2000, 1, 1), 1))

    def made_number(self, region: str, day: date, serial: int) -> str:
        """The number with this serial, for an office whose region code has 4 digits; ValueError above 9999 a day."""
        return made_number(self.fields[self.number].pattern, region, day, serial)

    @cached_property
    def _rules(self) -> Rules:
        return rules_of(self.fields)

    def __getstate__(self) -> dict[str, object]:
        """The fields alone travel to another process; what was made of them here is made again there."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}

    @property
    def grouping(self) -> Grouping | None:
        """How lines of a flat file become one row, or None where one line is one row."""
        tables = [field for field in self.fields.values() if field.type is FieldType.ROWS]
        if not tables:
            return None
        return Grouping(by=self.number, into=tables[0].name, columns=frozenset(tables[0].fields))


def last_day(at: datetime) -> date:
    """The day that it is at this time in Indonesia's east."""
    return date.fromordinal(_EPOCH + int(at.timestamp() + EASTERN_S) // 86400)


def _today() -> date:
    """The day in Indonesia's east: asked for every row, for it may change during a batch."""
    return date.fromordinal(_EPOCH + int(time.time() + EASTERN_S) // 86400)


def unprintable(values: Mapping[str, Value]) -> Iterator[Problem]:
    """A problem for every text that holds a letter which no face has, by field name."""
    for name, value in values.items():
        if isinstance(value, str) and foreign(value):
            yield Problem(name, "has a letter that cannot be printed")
        elif isinstance(value, tuple):
            for number, row in enumerate(value, 1):
                for column, cell in row.items():
                    if isinstance(cell, str) and foreign(cell):
                        yield Problem(f"{name}[{number}].{column}", "has a letter that cannot be printed")
