"""Where every word of one record stands: elements and values in, lines of text and strokes out.

In two steps, because most of the work is the same for every record. The *plan* of an element says where its texts go;
it follows from the conditions that are met and the number of rows. *Setting* a slot of the plan fits one text into it.

Pure arithmetic, no PDF. A text that fits none of its style's steps is noted as a misfit and left out; the caller
refuses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tte.template import elements as e
from tte.template.fitting import PT, fit, width
from tte.template.letters import foreign
from tte.template.marks import Line, Mark, Stroke
from tte.template.style import Style
from tte.template.tables import grid, head_cells, row_tops
from tte.template.text import Expression, Names, is_set

HALF_CAPITAL: Final = 0.33
"""em from the middle of a capital letter to its baseline."""

FORM_GAP: Final = 3.6
"""mm between a label and its value, and between the rules under them."""
_SEPARATOR_GAP: Final = 2.6
"""mm from the left edge of the separator to the value."""
_RULE_DROP: Final = 1.4
"""mm from a baseline to the rule under it."""
_PADDING: Final = 1.2
"""mm between a cell's edge and its text."""
_HAIR: Final = 0.35


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for one text, `width` wide. `grow` says where further lines go, seen from a single one.

    y is the baseline; `centred`, it is the middle of the letters instead. `row` is the field of rows and the place in
    it, from 0, whose values the text also sees; past the last row it sees the number of the row only.
    """

    text: Expression
    style: Style
    x: float
    y: float
    width: float
    align: str
    grow: str
    where: str
    centred: bool = False
    row: tuple[str, int] | None = None

    def names(self, names: Names) -> Names:
        """What its text can be filled with."""
        if self.row is None:
            return names
        field, place = self.row
        rows = names[field]
        inner = rows[place] if isinstance(rows, Sequence) and place < len(rows) else {}
        return {**names, **inner, "row.no": place + 1}

    def baseline(self, size: float, index: int, count: int) -> float:
        """Where one of so many lines of this size stands."""
        leading = self.style.leading * size * PT
        above = {"down": 0.0, "up": 1.0, "both": 0.5}[self.grow] * leading * (count - 1)
        return (self.y + HALF_CAPITAL * size * PT if self.centred else self.y) - above + index * leading

    def left(self, wide: float) -> float:
        """Where a line begins that is so wide."""
        return self.x + (self.width - wide) * {"left": 0.0, "centre": 0.5, "right": 1.0}[self.align]

    def lines(self, text: str) -> list[Line] | None:
        """The lines of a text in its place, or None if it does not fit."""
        fitted = None if foreign(text) else fit(text, self.style, self.width)
        if fitted is None:
            return None
        size, count = fitted.size, len(fitted.lines)
        return [
            Line(self.left(width(line, self.style, size)), self.baseline(size, index, count), line, self.style, size)
            for index, line in enumerate(fitted.lines)
            if line
        ]

    @property
    def called(self) -> str:
        """What to call a text that does not fit: its fields, or where it stands if it has none."""
        inside = f"{self.row[0]}[{self.row[1] + 1}]." if self.row else ""
        names = sorted(self.text.names)
        return " + ".join(name if "." in name else inside + name for name in names) or self.where


Planned = Slot | Stroke


@dataclass
class Setting:
    """The placing of one record's words; `misfits` collects the names of what did not fit."""

    names: Names
    misfits: list[str]

    def met(self, conditions: e.Conditions) -> bool:
        return all(is_set(self.names[name]) is wanted for name, wanted in conditions)

    def place(self, element: e.Words) -> list[Mark]:
        """What is drawn for this element, strokes before the words they belong to, words in reading order."""
        marks: list[Mark] = []
        for planned in self.plan(element):
            marks += [planned] if isinstance(planned, Stroke) else self._set(planned)
        return marks

    def plan(self, element: e.Words) -> list[Planned]:
        """Where this element's texts go; the same for all records that meet the same conditions, with as many rows."""
        if not self.met(element.conditions):
            return []
        match element:
            case e.Text():
                return [_text(element)]
            case e.Form():
                return self._form(element)
            case e.Table():
                return self._table(element)
            case e.Qr():
                return [] if is_set(self.names["document.id"]) else [_unsigned(element)]
            case e.Signature():
                return [_text(word) for word in element.words if self.met(word.conditions)]

    def _set(self, slot: Slot) -> list[Line]:
        lines = slot.lines(slot.text.fill(slot.names(self.names)))
        if lines is None:
            self.misfits.append(slot.called)
            return []
        return lines

    def _form(self, form: e.Form) -> list[Planned]:
        strokes: list[Planned] = []
        slots: list[Planned] = []
        y = form.y
        for line in form.lines:
            if not self.met(line.conditions):
                continue
            across, label_width = form.right - line.value_x, line.value_x - form.x - FORM_GAP
            if form.ruled:
                strokes.append(Stroke(form.x, y + _RULE_DROP, form.x + label_width, y + _RULE_DROP, _HAIR, "deep"))
                strokes.append(Stroke(line.value_x, y + _RULE_DROP, form.right, y + _RULE_DROP, _HAIR, "deep"))
            for text, style, x, room, down in (
                (line.label, form.label_style, form.x, label_width, 0.0),
                (form.separator, form.label_style, line.value_x - _SEPARATOR_GAP, _SEPARATOR_GAP, 0.0),
                (line.text, line.style, line.value_x, across, 0.0),
                (line.english, form.english_style, form.x, label_width, form.drop),
                (line.text_english, form.english_style, line.value_x, across, form.drop),
            ):
                if text.parts:
                    slots.append(Slot(text, style, x, y + down, room, "left", line.grow, form.where))
            y += line.height
        return [*strokes, *slots]

    def _table(self, table: e.Table) -> list[Planned]:
        rows = self.names[table.rows]
        count = len(rows) if isinstance(rows, Sequence) and not isinstance(rows, str) else 0
        if count > (table.slots or table.most):
            self.misfits.append(table.rows)
            return []
        slots: list[Planned] = []
        for cell in head_cells(table):
            slots.append(_cell(cell.text, cell.style, cell.x, cell.width, cell.middle, "centre", table.where))
        for place, top in enumerate(row_tops(table, count)):
            slots += _row(table, place, top + table.row_height / 2, filled=place < count)
        return [*grid(table, count), *slots]


def _text(element: e.Text) -> Slot:
    place = element.x, element.y, element.width
    return Slot(element.text, element.style, *place, element.align, element.grow, element.where)


def _unsigned(element: e.Qr) -> Slot:
    middle = element.y + element.size / 2
    return _cell(element.unsigned, element.style, element.x + 4, element.size - 8, middle, "centre", element.where)


def _row(table: e.Table, place: int, middle: float, *, filled: bool) -> Iterator[Slot]:
    x = table.x
    for column in table.columns:
        if filled or column.text.names == {"row.no"}:
            box = x + _PADDING, column.width - 2 * _PADDING
            row = table.rows, place
            yield _cell(column.text, column.style, *box, middle, column.align, table.where, row)
        x += column.width


def _cell(
    text: Expression,
    style: Style,
    x: float,
    room: float,
    middle: float,
    align: str,
    where: str,
    row: tuple[str, int] | None = None,
) -> Slot:
    return Slot(text, style, x, middle, room, align, "both", where, centred=True, row=row)
