"""What a draft says, to be read beside its page: each field by its label, rows as tables, and what looks odd."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from tte.desk import Draft
from tte.errors import Problem, RecordError, TteError
from tte.model import Raw, Value
from tte.template.checks import check_row
from tte.template.field import FieldType
from tte.web.office.filling import Asked, Tongue, label_of, tongue_of
from tte.web.office.visits import Visit

_USUAL: Final = frozenset("–—‘’“”·°")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a record: what they are called, the labels of their columns, and their cells."""

    label: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Said:
    """All that a draft says: labels and texts, the tables, and doubts as a label and a sentence."""

    facts: Sequence[tuple[str, str]]
    tables: Sequence[Table]
    doubts: Sequence[tuple[str, str]]


NOTHING: Final = Said((), (), ())


def said(visit: Visit, draft: Draft) -> Said:
    """What a draft says; nothing for a withdrawal, and for what is forgotten.

    Values are as the page will have them, or as they were typed if they are no record of the template any more: then
    the doubts say why.
    """
    try:
        template, row = visit.desk.drafts.template(draft.template), visit.desk.drafts.row(draft)
    except TteError:
        return NOTHING
    tongue = tongue_of(visit, template)
    try:
        record = template.check(row)
    except RecordError as wrong:
        texts = {name: str(value) for name, value in row.values.items() if isinstance(value, str | int)}
        return _said(template, texts, wrong.problems, tongue)
    return _said(template, record.values, (*record.warnings, *odd(record.values)), tongue)


def values_said(asked: Asked, values: Mapping[str, Raw], tongue: Tongue) -> Said:
    """What a citizen filled in, of all that was asked for, as far as it can be read; doubts as of a draft."""
    checked = check_row(asked.fields, values)
    doubts = (*checked.problems, *checked.warnings, *odd(checked.values))
    return _said(asked, checked.values, doubts, tongue)


def odd(values: Mapping[str, Value]) -> Iterable[Problem]:
    """A warning for each text with letters that are not A to Z: they may look like others."""
    for name, value in values.items():
        if isinstance(value, tuple):
            for place, row in enumerate(value, 1):
                yield from (Problem(f"{name}[{place}].{each.field}", each.message) for each in odd(dict(row)))
        elif letters := _odd_letters(value):
            named = ", ".join(f"{letter} (U+{ord(letter):04X}, {_name(letter)})" for letter in letters[:5])
            yield Problem(name, f"holds letters beyond A to Z: {named}")


def _odd_letters(value: Value) -> Sequence[str]:
    if not isinstance(value, str) or value.isascii():
        return ()
    return [letter for letter in dict.fromkeys(value) if not letter.isascii() and letter not in _USUAL]


def _said(template: Asked, values: Mapping[str, Value], doubts: Iterable[Problem], tongue: Tongue) -> Said:
    facts, tables = [], []
    for name, field in template.fields.items():
        value = values.get(name, "")
        if field.type is FieldType.ROWS:
            rows = value if isinstance(value, tuple) else ()
            cells = [[_text(row.get(inner, "")) for inner in field.fields] for row in rows]
            tables.append(Table(field.label, [each.label for each in field.fields.values()], cells))
        else:
            facts.append((field.label, _text(value)))
    return Said(facts, tables, [(label_of(template, one.field), tongue(one.message)) for one in doubts])


def _text(value: object) -> str:
    return f"{value:%d-%m-%Y}" if isinstance(value, date) else str(value)


def _name(letter: str) -> str:
    return unicodedata.name(letter, "?").capitalize()
