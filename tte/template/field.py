"""What a field is: the meaning of one column and what its value must agree with. Nothing is checked here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tte.model import Value

TODAY = "today"
"""In `not_before` and `not_after`: the day of issue."""

FEMALE, MALE = "PEREMPUAN", "LAKI-LAKI"
"""What a choice must offer to be a field's `sex`."""


class FieldType(StrEnum):
    """What kind of value a field holds. All are `str` once checked, but DATE, INTEGER and ROWS."""

    NIK = "nik"
    KK = "kk"
    NIP = "nip"
    NAME = "name"
    TEXT = "text"
    DATE = "date"
    INTEGER = "integer"
    CHOICE = "choice"
    NUMBER = "number"
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record.

    `default` is what an absent optional field becomes: what the template says, else "" (rows: an empty tuple). `min`
    and `max` are letters of a name or text, the value of an integer, the number of rows. `meanings` maps every accepted
    spelling of a choice, in capitals, to the choice. `born`, `sex`, `not_before`, `not_after` name other fields ("" for
    none), of the same row or, inside rows, of the record around it. `sex` may also be FEMALE or MALE itself.
    """

    name: str
    type: FieldType
    label: str
    required: bool = True
    default: Value = ""
    min: int = 0
    max: int = 0
    choices: tuple[str, ...] = ()
    meanings: Mapping[str, str] = field(default_factory=dict)
    pattern: str = ""
    born: str = ""
    sex: str = ""
    not_before: str = ""
    not_after: str = ""
    fields: Mapping[str, Field] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grouping:
    """How lines of a flat file become one row: the same `by`, one row; each line's `columns`, one item of `into`."""

    by: str
    into: str
    columns: frozenset[str]
