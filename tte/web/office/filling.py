"""A template's fields as a form: what is asked, what was typed, and what is wrong, each beside its field.

In the form a field is `f.NAME`, one inside rows `f.ROWS.0.NAME`, and `n.ROWS` says how many rows there are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from starlette.requests import Request

from tte.errors import Problem
from tte.model import Raw
from tte.template.field import Field, FieldType
from tte.web.answering import language_of
from tte.web.words.problems import in_english, in_indonesian

_LONGEST: Final = 5000
_PARTS: Final = re.compile(r", | \+ ")

Tongue = Callable[[str], str]


class Asked(Protocol):
    """What a form is made of: a template, or what a citizen is asked for."""

    @property
    def fields(self) -> Mapping[str, Field]: ...


class Filler(Protocol):
    """Who fills the form in: somebody of the office, or a citizen."""

    @property
    def request(self) -> Request: ...

    def typed(self, name: str, most: int = 1000) -> str: ...


@dataclass(frozen=True, slots=True)
class Question:
    """One field to be filled in. `name` is its name in the form, `label` what a summary calls it."""

    name: str
    field: Field
    label: str
    value: str
    wrong: Sequence[str]
    doubtful: Sequence[str]

    @property
    def id(self) -> str:
        return self.name.replace(".", "-")

    @property
    def chosen(self) -> str:
        """The choice that a value means."""
        return self.field.meanings.get(self.value.upper(), self.value)


@dataclass(frozen=True, slots=True)
class Group:
    """Rows to be filled in, each a list of questions."""

    field: Field
    rows: Sequence[Sequence[Question]]
    wrong: Sequence[str]

    @property
    def id(self) -> str:
        return f"f-{self.field.name}"


@dataclass(frozen=True, slots=True)
class Filling:
    """A form as it stands. `summary` is every problem: what it is called, where it stands (or ""), what it says."""

    parts: Sequence[Question | Group]
    summary: Sequence[tuple[str, str, str]]
    doubts: int


def typed(visit: Filler, template: Asked) -> dict[str, Raw]:
    """The values of the form, as typed."""
    values: dict[str, Raw] = {}
    for name, field in template.fields.items():
        if field.type is FieldType.ROWS:
            count = visit.typed(f"n.{name}", 3)
            rows = range(min(int(count), field.max) if count.isascii() and count.isdigit() else 0)
            values[name] = [
                {inner: visit.typed(f"f.{name}.{k}.{inner}", _LONGEST) for inner in field.fields} for k in rows
            ]
        else:
            values[name] = visit.typed(f"f.{name}", _LONGEST)
    return values


def empty(template: Asked) -> dict[str, Raw]:
    """A new form: defaults, and as many rows as there must be."""
    return {
        name: [blank_row(field) for _ in range(max(field.min, 1))]
        if field.type is FieldType.ROWS
        else _text(field.default)
        for name, field in template.fields.items()
    }


def blank_row(field: Field) -> dict[str, Raw]:
    return {name: _text(inner.default) for name, inner in field.fields.items()}


def without_blank_rows(template: Asked, values: Mapping[str, Raw]) -> dict[str, Raw]:
    """The values, but rows in which nothing was typed."""
    kept = dict(values)
    for name, value in values.items():
        if isinstance(value, list):
            blank = blank_row(template.fields[name])
            kept[name] = [row for row in value if row != blank and any(_text(cell).strip() for cell in _cells(row))]
    return kept


def filling(
    template: Asked,
    values: Mapping[str, Raw],
    tongue: Tongue,
    problems: Iterable[Problem] = (),
    warnings: Iterable[Problem] = (),
) -> Filling:
    """The form with these values, and what is to be said of them."""
    wrong, doubtful = _by_place(problems, tongue), _by_place(warnings, tongue)
    parts = [_part(field, values.get(name), wrong, doubtful) for name, field in template.fields.items()]
    called: dict[str, tuple[str, str]] = {}
    for part in parts:
        if isinstance(part, Group):
            called[part.field.name] = part.field.label, part.id
        for one in part.rows if isinstance(part, Group) else ([part],):
            for question in one:
                called[_place(question.name)] = question.label, question.id
    summary = [(*called.get(place, ("", "")), said) for place, all_said in wrong.items() for said in all_said]
    return Filling(parts, summary, sum(map(len, doubtful.values())))


def tongue_of(visit: Filler, template: Asked | None = None) -> Tongue:
    """What says a check's message in the visitor's language, with the labels of the template's fields."""
    labels: dict[str, str] = {}
    if template is not None:
        for name, field in template.fields.items():
            labels |= {inner: each.label for inner, each in field.fields.items()} | {name: field.label}
    say = in_indonesian if language_of(visit.request.scope) == "id" else in_english
    return lambda message: say(message, labels)


def misfits(message: str) -> Sequence[Problem]:
    """What DoesNotFit says, as a problem of each field that it names."""
    return [Problem(name, "does not fit on the page") for name in _PARTS.split(message.partition(": ")[2])]


def label_of(template: Asked, place: str) -> str:
    """What a field is called, also one inside a row, such as `anggota[3].nik`."""
    name, _, inner = place.partition("[")
    field = template.fields.get(name)
    if field is None:
        return name
    number, _, column = inner.partition("].")
    each = field.fields.get(column)
    return f"{field.label} {number}, {each.label}" if each else field.label


def _part(
    field: Field, value: Raw, wrong: Mapping[str, Sequence[str]], doubtful: Mapping[str, Sequence[str]]
) -> Question | Group:
    if field.type is not FieldType.ROWS:
        name = field.name
        return Question(f"f.{name}", field, field.label, _text(value), wrong.get(name, ()), doubtful.get(name, ()))
    rows = []
    for k, row in enumerate(value if isinstance(value, list) else []):
        cells, place = row if isinstance(row, dict) else {}, f"{field.name}[{k + 1}]."
        rows.append(
            [
                Question(
                    f"f.{field.name}.{k}.{name}",
                    each,
                    f"{field.label} {k + 1}, {each.label}",
                    _text(cells.get(name)),
                    wrong.get(place + name, ()),
                    doubtful.get(place + name, ()),
                )
                for name, each in field.fields.items()
            ]
        )
    return Group(field, rows, wrong.get(field.name, ()))


def _by_place(problems: Iterable[Problem], tongue: Tongue) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for problem in problems:
        found.setdefault(problem.field, []).append(tongue(problem.message))
    return found


def _place(name: str) -> str:
    """`f.anggota.0.nik` as checks call it: `anggota[1].nik`."""
    parts = name.split(".")
    return parts[1] if len(parts) == 2 else f"{parts[1]}[{int(parts[2]) + 1}].{parts[3]}"


def _cells(row: Raw) -> Iterable[Raw]:
    return row.values() if isinstance(row, dict) else ()


def _text(value: object) -> str:
    return "" if value is None or isinstance(value, (list, dict, tuple)) else str(value)
