"""A row held against the fields of its template: every problem at once, by field name, values never echoed.

What comes out is what will stand on the page and in the register: text is brought to one form here, nowhere later.

Values are read in two ways, a quick one for plain rows and one that explains (`values.py` says why); what they must
agree with is then checked in one way only. `check_row` alone takes the explaining way; with the `rules` of the same
fields, made once for many rows, it tries the quick way first and comes to the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import cast

from tte.errors import Problem
from tte.model import Raw, Scalar, Value
from tte.template import numbers
from tte.template.field import FEMALE, MALE, TODAY, Field, FieldType
from tte.template.values import PlainForm, plain_form, read_value

_COLUMN = re.compile(r"[A-Za-z_][A-Za-z0-9_ -]{0,39}")
_UNKNOWN_COLUMNS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Checked:
    """What a row came to. Only without problems do `values` hold every field; warnings are for people, stop nothing.

    `plain` says how it was read, not what it came to: every value the quick way, so that every letter can be printed.
    """

    values: dict[str, Value]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    plain: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Rules:
    """The fields of a record, or of a row inside one, sorted by the work they make; `rules_of` makes them.

    `plain` is the quick way to read them, or None for none. `tied` are the fields that must agree with other values,
    `niks` the names of the NIKs, `rows` the fields of rows with the rules of theirs.
    """

    fields: Mapping[str, Field]
    plain: PlainForm | None
    tied: tuple[Field, ...]
    niks: tuple[str, ...]
    rows: tuple[tuple[Field, Rules], ...]


def rules_of(fields: Mapping[str, Field], *, quick: bool = True) -> Rules:
    """The rules of these fields, for `check_row`; worth the work for many rows. Without `quick`, all are explained."""
    return Rules(
        fields=fields,
        plain=plain_form(fields) if quick else None,
        tied=tuple(each for each in fields.values() if each.born or each.sex or each.not_before or each.not_after),
        niks=tuple(each.name for each in fields.values() if each.type is FieldType.NIK),
        rows=tuple(
            (each, rules_of(each.fields, quick=quick)) for each in fields.values() if each.type is FieldType.ROWS
        ),
    )


def check_row(
    fields: Mapping[str, Field], values: Mapping[str, Raw], *, today: date | None = None, rules: Rules | None = None
) -> Checked:
    """The row's values as its template means them, with all that is wrong or doubtful.

    Dates become `date`, integers `int`, rows a tuple of mappings, all else `str` in Unicode NFC, trimmed, blanks
    folded. A field is absent if it is missing, null, blank, or, where optional, a lone dash; then it gets its default.
    Problems inside rows are named `anggota[3].nik`, counted from 1. Rules that name `today` are not applied without it.
    `rules`, if given, are those of `fields`: they change how fast the answer comes, never the answer.
    """
    rules = rules or rules_of(fields, quick=False)
    notes = _Notes()
    checked = _read_level(rules, values, notes)
    _check_agreement(rules.tied, checked, {}, notes, today)
    for each, inner in rules.rows:
        _read_rows(each, inner, values.get(each.name), checked, notes, today)
    return Checked(checked, tuple(notes.problems), tuple(notes.warnings), notes.plain)


@dataclass(slots=True)
class _Notes:
    """What was found so far; `place` is the prefix of the names: "" or `anggota[3].`. `plain` as in `Checked`."""

    place: str = ""
    plain: bool = True
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def refuse(self, name: str, message: str) -> None:
        self.problems.append(Problem(self.place + name, message))

    def warn(self, name: str, message: str) -> None:
        self.warnings.append(Problem(self.place + name, message))


def _read_level(rules: Rules, given: Mapping[str, Raw], notes: _Notes) -> dict[str, Value]:
    """Every field but rows, each read for itself: all at once if all are plain, else one by one."""
    plain = rules.plain.read(given) if rules.plain else None
    if plain is not None:
        return plain
    notes.plain = False
    return _explained(rules.fields, given, notes)


def _explained(fields: Mapping[str, Field], given: Mapping[str, Raw], notes: _Notes) -> dict[str, Value]:
    checked: dict[str, Value] = {}
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
    return checked


def _check_agreement(
    tied: tuple[Field, ...],
    read: Mapping[str, Value],
    around: Mapping[str, Value],
    notes: _Notes,
    today: date | None,
) -> None:
    """Hold what was read against itself and the record `around` it; what is absent or refused agrees with all."""
    for each in tied:
        name, value = each.name, read.get(each.name)
        if each.type is FieldType.NIK and isinstance(value, str) and value:
            born = read.get(each.born, around.get(each.born))
            sex = each.sex if each.sex in (FEMALE, MALE) else read.get(each.sex, around.get(each.sex))
            if isinstance(born, date) and not numbers.nik_is_of(value, born):
                notes.refuse(name, f"its digits 7 to 12 (DDMMYY, women: DD + 40) do not agree with {each.born}")
            if sex and numbers.nik_is_female(value) is not (sex == FEMALE):
                notes.refuse(name, f"its digits 7 and 8 (women: day + 40) do not agree with {each.sex}")
        elif isinstance(value, date):
            low, high = each.not_before, each.not_after
            first = today if low == TODAY else read.get(low, around.get(low))
            last = today if high == TODAY else read.get(high, around.get(high))
            if isinstance(first, date) and value < first:
                notes.refuse(name, "lies in the past" if low == TODAY else f"lies before {low}")
            if isinstance(last, date) and value > last:
                notes.refuse(name, "lies in the future" if high == TODAY else f"lies after {high}")


def _read_rows(
    each: Field, inner: Rules, raw: Raw, checked: dict[str, Value], notes: _Notes, today: date | None
) -> None:
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
            read = _read_level(inner, item, notes)
            _check_agreement(inner.tied, read, checked, notes, today)
            rows.append(cast("dict[str, Scalar]", read))  # rows hold no rows
        else:
            notes.refuse("", "is an object with named values")
            rows.append({})
    notes.place = ""
    checked[name] = tuple(rows)
    _refuse_twins(each, inner.niks, rows, notes)


def _refuse_twins(each: Field, niks: tuple[str, ...], rows: list[Mapping[str, Scalar]], notes: _Notes) -> None:
    """No two rows of one record are the same person."""
    for name in niks:
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
