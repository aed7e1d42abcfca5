"""The words of a page in parts by turns: what all its records say, and the slots for what each says itself.

Whatever a page looks like follows from which conditions are met and how many rows there are; `Plan` is made once for
each such case, with `tte.template.layout`. Filling it is all that is done for a record: for each slot, take the value,
see whether the line that it makes is known already, else write it. A line that fits its place as it stands is written
at once; all others (a smaller step, several lines) are set by `Slot.lines` as before, so both give the same line.

What is done for every document are closures here, not methods: with thirty slots a page, looking up attributes would
take longer than writing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any, Final

from tte.frame import Words
from tte.rendering.pen import Pen, number
from tte.rendering.units import MM
from tte.template import elements as e
from tte.template.fitting import PT
from tte.template.layout import Setting, Slot
from tte.template.marks import Stroke
from tte.template.text import Expression, Names

KEPT: Final = 400
"""How many lines a slot remembers: the days of a year, and some."""

Values = Mapping[str, Any]
"""The names of a page and the values of its record."""

ValueOf = Callable[[Values], Any]
"""Takes from a page's values the one, or the tuple of those, that a slot's text needs."""

Write = Callable[[Any], bytes]
"""The operators for such a value. Misfit if its text fits no step, OutsideSubset if a letter is not embedded."""


class Misfit(Exception):
    """A text that fits none of the steps of its style."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One case of a page: what stands around the slots, and for each slot how to get its value and how to write it."""

    around: tuple[bytes, ...]
    slots: tuple[tuple[ValueOf, Write], ...]

    def filled(self, values: Values) -> Words:
        """The words of a page. Misfit, OutsideSubset."""
        return Words(self.around, tuple([write(value_of(values)) for value_of, write in self.slots]))


@dataclass(slots=True)
class Planner:
    """Makes the plan of the case that one record is.

    `names` are its page's names, `fixed` those all records share, `unique` those of which hardly two say the same.
    """

    pen: Pen
    names: Names
    fixed: Names
    unique: frozenset[str]

    def plan(self, elements: Sequence[e.Words], after: Mapping[str, tuple[bytes, str, Write, bytes]]) -> Plan:
        """The plan for these elements in reading order.

        `after` adds to an element, by where it stands, a slot of its own: bytes before, the name of its value, how that
        is written, bytes after.
        """
        around: list[bytes] = [b""]
        slots: list[tuple[ValueOf, Write]] = []
        setting = Setting(self.names, [])
        for element in elements:
            planned = setting.plan(element)
            around[-1] += self.pen.strokes(item for item in planned if isinstance(item, Stroke))
            for slot in (item for item in planned if isinstance(item, Slot)):
                text = self._given(slot)
                if text.names:
                    slots.append((self._value_of(slot, text), self._write(slot, text)))
                    around.append(b"")
                else:
                    around[-1] += line_writer(self.pen, slot)(text.fill({}))
            if element.where in after and setting.met(element.conditions):
                before, name, write, behind = after[element.where]
                around[-1] += before
                slots.append((itemgetter(name), write))
                around.append(behind)
        if setting.misfits:
            raise Misfit
        return Plan(tuple(around), tuple(slots))

    def _given(self, slot: Slot) -> Expression:
        """The slot's text with all values put in that are the same for every record of this case."""
        tables = {name: value for name, value in self.names.items() if isinstance(value, tuple)}  # their length is
        row = {} if slot.row is None else {"row.no": slot.row[1] + 1}
        return slot.text.given({**self.fixed, **tables, **row})

    def _value_of(self, slot: Slot, text: Expression) -> ValueOf:
        needs = tuple(sorted(text.names))
        if slot.row is None:
            looked_at = text.parts_of_dates()
            return _date_like(needs[0], looked_at) if looked_at and len(needs) == 1 else itemgetter(*needs)
        field, place = slot.row
        row = self.names[field][place]  # type: ignore[index]  # the plan has this row
        chosen = itemgetter(*needs)
        if all(name in row for name in needs):
            return lambda values: chosen(values[field][place])
        return lambda values: chosen({**values, **values[field][place]})

    def _write(self, slot: Slot, text: Expression) -> Write:
        fill, write = filler(text), line_writer(self.pen, slot)
        if text.names & self.unique:
            return lambda value: write(fill(value))
        return Remembered(lambda value: write(fill(value))).__getitem__


class Remembered(dict[Any, bytes]):
    """What was written lately, by value."""

    def __init__(self, write: Write) -> None:
        super().__init__()
        self._write = write

    def __missing__(self, value: Any) -> bytes:
        written = self._write(value)
        if len(self) >= KEPT:
            self.clear()
        self[value] = written
        return written


def _date_like(name: str, looked_at: frozenset[str]) -> ValueOf:
    """How to get, for a date, one that is the same in what is looked at: so that few are written and remembered."""
    if looked_at == {"year"}:
        return lambda values: (day := values[name]) and date(day.year, 1, 1)
    if "year" not in looked_at:
        return lambda values: (day := values[name]) and day.replace(year=2000)
    return itemgetter(name)


def filler(text: Expression) -> Callable[[Any], str]:
    """The text for its value, or for the tuple of its values in the order of their names."""
    needs = tuple(sorted(text.names))
    if len(needs) > 1:
        return lambda values: text.fill(dict(zip(needs, values, strict=True)))
    if len(text.parts) > 1:
        return text.fill_one
    (reference,) = text.parts
    return reference.filled if not isinstance(reference, str) else text.fill_one


def line_writer(pen: Pen, slot: Slot) -> Callable[[str], bytes]:
    """How texts are written in a slot."""
    style, step = slot.style, slot.style.steps[0]
    show = pen.faces[style.face].shower(kern=style.kern)
    track, room = 1000 * style.track, slot.width / PT / step.size * 1000 + 1e-6
    mm = step.size / 1000 * PT
    left = slot.align == "left"

    def around(index: int, count: int) -> tuple[bytes, bytes]:
        """What stands around one of so many lines; with a `%b` for x if that depends on its width."""
        x = number(slot.x * MM) if left else b"%b"
        return pen.around(style, step.size, x, slot.baseline(step.size, index, count))

    before, after = around(0, 1)

    def write(text: str) -> bytes:
        if not text:
            return b""
        if "\n" in text:
            return write_lines(text.split("\n")) or otherwise(text)
        shown, width = show(text)
        units = width + track * (len(text) - 1)
        if units > room:
            return otherwise(text)
        if left:
            return before + shown + after
        return before % (b"%.2f" % (slot.left(units * mm) * MM)) + shown + after

    def write_lines(lines: Sequence[str]) -> bytes:
        """Lines that are broken already; nothing if they are too many or too long."""
        count = len(lines)
        if count > step.lines:
            return b""
        written = []
        for index, line in enumerate(lines):
            shown, width = show(line)
            units = width + track * (len(line) - 1)
            if units > room:
                return b""
            first, last = placed.get((index, count)) or placed.setdefault((index, count), around(index, count))
            written.append(first if left else first % (b"%.2f" % (slot.left(units * mm) * MM)))
            written += shown, last
        return b"".join(written)

    placed: dict[tuple[int, int], tuple[bytes, bytes]] = {}

    def otherwise(text: str) -> bytes:
        """At a smaller step, or broken into lines."""
        lines = slot.lines(text)
        if lines is None:
            raise Misfit
        return b"".join(map(pen.line, lines))

    return write
