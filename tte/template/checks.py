"""A row held against the fields of its template: every problem at once, by field name, values never echoed.

What comes out is what will stand on the page and in the register: text is brought to one form here, nowhere later.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches

from tte.errors import Problem
from tte.model import Raw, Scalar, Value
from tte.template import numbers
from tte.template.field import FEMALE, TODAY, Field, FieldType
from tte.template.values import read_value

_COLUMN = re.compile(r"[A-Za-z_][A-Za-z0-9_ -]{0,39}")
_UNKNOWN_COLUMNS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Checked:
    """What a row came to. Only without problems do `values` hold every field; warnings are for people, stop nothing."""

    values: dict[str, Value]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def check_row(fields: Mapping[str, Field], values: Mapping[str, Raw], *, today: date | None = None) -> Checked:
    """The row's values as its template means them, with all that is wrong or doubtful.

    Dates become `date`, integers `int`, rows a tuple of mappings, all else `str` in Unicode NFC, trimmed, blanks
    folded. A field is absent if it is missing, null, blank, or, where optional, a lone dash; then it gets its default.
    Problems inside rows are named `anggota[3].nik`, counted from 1. Rules that name `today` are not applied without it.
    """
    notes = _Notes()
    checked: dict[str, Value] = {}
    _read_level(fields, values, checked, notes)
    _check_agreement(fields, checked, checked, notes, today)
    for each in fields.values():
        if each.type is FieldType.ROWS:
            _read_rows(each, values.get(each.name), checked, notes, today)
    return Checked(checked, tuple(notes.problems), tuple(notes.warnings))


@dataclass(slots=True)
class _Notes:
    """What was found so far; `place` is the prefix of the names: "" or `anggota[3].`."""

    place: str = ""
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def refuse(self, name: str, message: str) -> None:
        self.problems.append(Problem(self.place + name, message))

    def warn(self, name: str, message: str) -> None:
        self.warnings.append(Problem(self.place + name, message))


def _read_level(
    fields: Mapping[str, Field], given: Mapping[str, Raw], checked: dict[str, Value], notes: _Notes
) -> None:
    """Read every field but rows, each for itself."""
    for name, each in fields.items():
        if each.type is FieldType.ROWS:
            continue
        verdict = read_value(each, given.get(name))
        if verdict is None:
            if each.required:
                notes.refuse(name, "is empty" if name in given else "is missing")
            else:
                checked[name] = each.default
        elif verdict.problem:
            notes.refuse(name, verdict.problem)
        else:
            checked[name] = verdict.value
            if verdict.warning:
                notes.warn(name, verdict.warning)
    if not given.keys() <= fields.keys():
        _refuse_unknown(fields, given, notes)


def _check_agreement(
    fields: Mapping[str, Field],
    checked: Mapping[str, Value],
    visible: Mapping[str, Value],
    notes: _Notes,
    today: date | None,
) -> None:
    """Hold what was read against what it can see; what is absent or was refused agrees with everything."""
    for name, each in fields.items():
        value = checked.get(name)
        if each.type is FieldType.NIK and isinstance(value, str) and value:
            born, sex = visible.get(each.born), visible.get(each.sex)
            if isinstance(born, date) and not numbers.nik_is_of(value, born):
                notes.refuse(name, f"its digits 7 to 12 (DDMMYY, women: DD + 40) do not agree with {each.born}")
            if sex and numbers.nik_is_female(value) is not (sex == FEMALE):
                notes.refuse(name, f"its digits 7 and 8 (women: day + 40) do not agree with {each.sex}")
        elif isinstance(value, date):
            first = today if each.not_before == TODAY else visible.get(each.not_before)
            last = today if each.not_after == TODAY else visible.get(each.not_after)
            if isinstance(first, date) and value < first:
                notes.refuse(name, "lies in the past" if each.not_before == TODAY else f"lies before {each.not_before}")
            if isinstance(last, date) and value > last:
                notes.refuse(name, "lies in the future" if each.not_after == TODAY else f"lies after {each.not_after}")


def _read_rows(each: Field, raw: Raw, checked: dict[str, Value], notes: _Notes, today: date | None) -> None:
    """Read a field of rows after all others, so that its dates can be held against those of the record around."""
    name = each.name
    if raw is None or raw in ("", []):
        checked[name] = each.default
        if each.required:
            notes.refuse(name, "is missing: there are no rows")
        return
    if not isinstance(raw, list):
        notes.refuse(name, "is a list of rows")
        return
    if not each.min <= len(raw) <= each.max:
        notes.refuse(name, f"has {len(raw)} rows and may have {each.min} to {each.max}")
        return
    rows: list[Mapping[str, Scalar]] = []
    for place, item in enumerate(raw, start=1):
        notes.place = f"{name}[{place}]"
        if isinstance(item, dict):
            notes.place += "."
            rows.append(_read_item(each.fields, item, checked, notes, today))
        else:
            notes.refuse("", "is an object with named values")
            rows.append({})
    notes.place = ""
    checked[name] = tuple(rows)
    _refuse_twins(each, rows, notes)


def _read_item(
    fields: Mapping[str, Field],
    item: Mapping[str, Raw],
    around: Mapping[str, Value],
    notes: _Notes,
    today: date | None,
) -> dict[str, Scalar]:
    read: dict[str, Value] = {}
    _read_level(fields, item, read, notes)
    _check_agreement(fields, read, {**around, **read}, notes, today)
    return {name: value for name, value in read.items() if not isinstance(value, tuple)}


def _refuse_twins(each: Field, rows: list[Mapping[str, Scalar]], notes: _Notes) -> None:
    """No two rows of one record are the same person."""
    for name in (inner.name for inner in each.fields.values() if inner.type is FieldType.NIK):
        seen: set[Scalar] = set()
        for place, row in enumerate(rows, start=1):
            nik = row.get(name)
            if nik and nik in seen:
                notes.refuse(f"{each.name}[{place}].{name}", "is the NIK of another row too")
            elif nik:
                seen.add(nik)


def _refuse_unknown(fields: Mapping[str, Field], given: Mapping[str, Raw], notes: _Notes) -> None:
    unknown = [column for column in given if column not in fields]
    for column in unknown[:_UNKNOWN_COLUMNS_SHOWN]:
        if not _COLUMN.fullmatch(column):  # may be a value that slipped into a header: not repeated
            notes.refuse("", "a column is unknown, and its name is no plain word")
            continue
        close = get_close_matches(column.lower().replace(" ", "_"), fields, n=1)
        notes.refuse(column, "is not a field here" + (f": did you mean {close[0]}?" if close else ""))
    if len(unknown) > _UNKNOWN_COLUMNS_SHOWN:
        notes.refuse("", f"{len(unknown) - _UNKNOWN_COLUMNS_SHOWN} more columns are not fields here")
