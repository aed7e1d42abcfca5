"""Where every word of one record stands: elements and values in, lines of text and strokes out.

Pure arithmetic, no PDF. A text that fits none of its style's steps is noted as a misfit and left out; the caller
refuses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tte.template import elements as e
from tte.template.fitting import PT, Fitted, fit, width
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


@dataclass
class Setting:
    """The placing of one record's words; `misfits` collects the names of what did not fit."""

    names: Names
    misfits: list[str]
    inside: str = ""

    def met(self, conditions: e.Conditions) -> bool:
        return all(is_set(self.names[name]) is wanted for name, wanted in conditions)

    def place(self, element: e.Words) -> list[Mark]:
        """What is drawn for this element, strokes before the words they belong to, words in reading order."""
        if not self.met(element.conditions):
            return []
        match element:
            case e.Text():
                return [*self._text(element)]
            case e.Form():
                return self._form(element)
            case e.Table():
                return self._table(element)
            case e.Qr():
                return [*self._unsigned(element)]
            case e.Signature():
                return [line for word in element.words if self.met(word.conditions) for line in self._text(word)]

    def _text(self, element: e.Text) -> list[Line]:
        fitted = self._fit(element.text, element.style, element.width, element.where)
        return _lines(fitted, element.style, element.x, element.y, element.width, element.align, element.grow)

    def _unsigned(self, element: e.Qr) -> list[Line]:
        if is_set(self.names["document.id"]):
            return []
        middle = element.y + element.size / 2
        return self._cell(
            element.unsigned, element.style, element.x + 4, element.size - 8, middle, "centre", element.where
        )

    def _form(self, form: e.Form) -> list[Mark]:
        strokes: list[Stroke] = []
        lines: list[Line] = []
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
                fitted = self._fit(text, style, room, form.where)
                lines += _lines(fitted, style, x, y + down, room, "left", line.grow)
            y += line.height
        return [*strokes, *lines]

    def _table(self, table: e.Table) -> list[Mark]:
        rows = self.names[table.rows]
        rows = rows if isinstance(rows, Sequence) and not isinstance(rows, str) else ()
        if len(rows) > (table.slots or table.most):
            self.misfits.append(table.rows)
            return []
        lines: list[Line] = []
        for cell in head_cells(table):
            lines += self._cell(cell.text, cell.style, cell.x, cell.width, cell.middle, "centre", table.where)
        for number, top in enumerate(row_tops(table, len(rows)), 1):
            row = rows[number - 1] if number <= len(rows) else None
            lines += self._row(table, number, row, top + table.row_height / 2)
        return [*grid(table, len(rows)), *lines]

    def _row(self, table: e.Table, number: int, row: object, middle: float) -> list[Line]:
        values = row if isinstance(row, Mapping) else {}
        inner = Setting({**self.names, **values, "row.no": number}, self.misfits, f"{table.rows}[{number}].")
        lines: list[Line] = []
        x = table.x
        for column in table.columns:
            if row is not None or column.text.names == {"row.no"}:
                box = x + _PADDING, column.width - 2 * _PADDING
                lines += inner._cell(column.text, column.style, *box, middle, column.align, table.where)
            x += column.width
        return lines

    def _cell(
        self, text: Expression, style: Style, x: float, room: float, middle: float, align: str, where: str
    ) -> list[Line]:
        fitted = self._fit(text, style, room, where)
        baseline = middle + HALF_CAPITAL * fitted.size * PT
        return _lines(fitted, style, x, baseline, room, align, "both")

    def _fit(self, expression: Expression, style: Style, room: float, where: str) -> Fitted:
        text = expression.fill(self.names)
        fitted = None if foreign(text) else fit(text, style, room)
        if fitted is None:
            self.misfits.append(self._name(expression, where))
            return Fitted(style.steps[-1].size, ())
        return fitted

    def _name(self, expression: Expression, where: str) -> str:
        """What to call a text that does not fit: its fields, or where it stands if it has none."""
        names = sorted(expression.names)
        return " + ".join(name if "." in name else self.inside + name for name in names) or where


def _lines(fitted: Fitted, style: Style, x: float, y: float, room: float, align: str, grow: str) -> list[Line]:
    leading = style.leading * fitted.size * PT
    above = {"down": 0.0, "up": 1.0, "both": 0.5}[grow] * leading * (len(fitted.lines) - 1)
    placed = []
    for index, text in enumerate(fitted.lines):
        if not text:
            continue
        spare = room - width(text, style, fitted.size) if align != "left" else 0.0
        left = x + spare * {"left": 0.0, "centre": 0.5, "right": 1.0}[align]
        placed.append(Line(left, y - above + index * leading, text, style, fitted.size))
    return placed
