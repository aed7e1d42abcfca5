"""What is wrong with a template as a drawing, found without any record but its sample."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from tte.errors import Problem
from tte.template import elements as e
from tte.template import extents
from tte.template.extents import Box, Extent
from tte.template.field import Field, FieldType
from tte.template.filters import FIELD_KINDS, Kind
from tte.template.fitting import PT, fit
from tte.template.letters import ASCII, DIGITS
from tte.template.style import Style
from tte.template.tables import head_cells
from tte.template.text import Alphabets, Expression, Scope

PAGE_KINDS: Final[Mapping[str, Kind]] = {
    "office.code": Kind.TEXT,
    "office.name": Kind.TEXT,
    "office.region": Kind.TEXT,
    "office.address": Kind.TEXT,
    "office.town": Kind.TEXT,
    "office.host": Kind.TEXT,
    "official.name": Kind.TEXT,
    "official.nip": Kind.TEXT,
    "official.title": Kind.TEXT,
    "official.title_line": Kind.TEXT,
    "signature.signer": Kind.TEXT,
    "signature.issuer": Kind.TEXT,
    "signature.certified": Kind.FLAG,
    "document.id": Kind.TEXT,
}
"""What a text can use besides the fields of the record."""


ID_LETTERS: Final = DIGITS + "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Use:
    """One text of a template: where it stands, in which style, and the rows field it is inside, if any."""

    where: str
    text: Expression
    style: Style
    rows: str = ""


def uses(element: e.Words) -> Iterator[Use]:
    """Every text of an element, fixed or not."""
    match element:
        case e.Text():
            yield Use(element.where, element.text, element.style)
        case e.Form():
            for number, line in enumerate(element.lines, 1):
                where = f"{element.where} line {number}"
                yield Use(where, line.label, element.label_style)
                yield Use(where, line.text, line.style)
                yield Use(where, line.english, element.english_style)
                yield Use(where, line.text_english, element.english_style)
                yield Use(where, element.separator, element.label_style)
        case e.Table():
            for cell in head_cells(element):
                yield Use(element.where, cell.text, cell.style)
            for number, column in enumerate(element.columns, 1):
                yield Use(f"{element.where} column {number}", column.text, column.style, element.rows)
        case e.Qr():
            yield Use(element.where, element.unsigned, element.style)
        case e.Signature():
            for word in element.words:
                yield Use(word.where, word.text, word.style)


def scope_of(fields: Mapping[str, Field], rows: str = "") -> Scope:
    """The names a text may use: on the page, or inside the cells of a table."""
    kinds = {**PAGE_KINDS, **_kinds(fields)}
    if rows in fields:
        kinds |= {**_kinds(fields[rows].fields), "row.no": Kind.INTEGER}
    return kinds


def alphabets_of(fields: Mapping[str, Field], rows: str = "") -> Alphabets:
    """The letters of the values whose letters are known beforehand: numbers, choices, ids."""
    found = {"document.id": ID_LETTERS, "row.no": DIGITS}
    inner = fields[rows].fields if rows in fields else {}
    for name, field in (*fields.items(), *inner.items()):
        if field.type in (FieldType.NIK, FieldType.KK, FieldType.NIP, FieldType.INTEGER):
            found[name] = DIGITS
        elif field.type is FieldType.CHOICE:
            found[name] = "".join(field.choices)
        elif field.type is FieldType.NUMBER:
            found[name] = ASCII
    return found


def lint(
    drawn: Sequence[e.Element], fields: Mapping[str, Field], page: tuple[float, float], problems: list[Problem]
) -> None:
    """Add everything that is wrong with the drawing to `problems`."""
    worded = [element for element in drawn if isinstance(element, e.Words)]
    for element in worded:
        problems += _texts(element, fields)
        problems += _conditions(element, fields)
    problems += _tables([element for element in worded if isinstance(element, e.Table)])
    problems += _one_of_each(worded)
    problems += _places(drawn, Box(0, 0, *page))


def _kinds(fields: Mapping[str, Field]) -> dict[str, Kind]:
    return {name: FIELD_KINDS.get(field.type, Kind.TEXT) for name, field in fields.items()}


def _texts(element: e.Words, fields: Mapping[str, Field]) -> Iterator[Problem]:
    for use in uses(element):
        for fault in use.text.faults(scope_of(fields, use.rows)):
            yield Problem(use.where, fault)


def _conditions(element: e.Words, fields: Mapping[str, Field]) -> Iterator[Problem]:
    scope = scope_of(fields)
    named = [element.conditions]
    if isinstance(element, e.Form):
        named += [line.conditions for line in element.lines]
    if isinstance(element, e.Signature):
        named += [word.conditions for word in element.words]
    for conditions in named:
        for name, _ in conditions:
            if name not in scope:
                yield Problem(element.where, f"when or unless: {name} is not a declared field")


def _tables(tables: Sequence[e.Table]) -> Iterator[Problem]:
    for table in tables:
        for number, column in enumerate(table.columns, 1):
            highest = max(
                ((step.lines - 1) * column.style.leading + 0.8) * step.size * PT for step in column.style.steps
            )
            if highest > table.row_height:
                yield Problem(f"{table.where} column {number}", f"its style needs rows of {highest:.1f} mm")
        if table.slots and table.slots < table.most:
            yield Problem(table.where, f"{table.most} rows may come, but there are {table.slots} slots")
        for cell in head_cells(table):
            if not cell.text.names and fit(cell.text.fill({}), cell.style, cell.width) is None:
                yield Problem(table.where, "a head does not fit its column")


def _one_of_each(worded: Sequence[e.Words]) -> Iterator[Problem]:
    for kind, name in ((e.Qr, "qr"), (e.Signature, "signature")):
        count = sum(isinstance(element, kind) for element in worded)
        if count != 1:
            yield Problem("draw", f"a template has one {name}, this one has {count}")


def _places(drawn: Sequence[e.Element], page: Box) -> Iterator[Problem]:
    found: list[Extent] = []
    for element in drawn:
        if isinstance(element, e.Words):
            found += extents.words(element)
            if isinstance(element, e.Signature):
                yield from _within(element)
        else:
            outline, kept = extents.outline(element), extents.artwork(element)
            if outline and not outline.inside(page):
                yield Problem(element.where, "lies off the page")
            found += [kept] if kept else []
    for extent in found:
        if not extent.box.inside(page):
            yield Problem(extent.what, "may reach off the page")
    yield from _overlaps(found)


def _within(signature: e.Signature) -> Iterator[Problem]:
    for word in signature.words:
        if not word.text.names <= PAGE_KINDS.keys() - {"document.id"}:
            yield Problem(word.where, "words in the signature may use office, official and signature only")
    (whole,) = extents.words(signature)
    words = extents.inside(signature)
    for extent in words:
        if not extent.box.inside(whole.box):
            yield Problem(extent.what, "may reach out of its signature box")
    yield from _overlaps(words)


def _overlaps(found: Sequence[Extent]) -> Iterator[Problem]:
    told = set()
    for one, other in combinations(found, 2):
        if one.meets(other) and one.box.overlaps(other.box) and (one.what, other.what) not in told:
            told.add((one.what, other.what))
            yield Problem(one.what, f"may overlap {other.what}")
