"""The room each text on a page may take, whatever the record: the most its style allows, not what a sample needs.

If no two of these boxes overlap, no record can make two texts overlap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

from tte.template import elements as e
from tte.template.fitting import PT, fit, width
from tte.template.layout import FORM_GAP
from tte.template.style import Style
from tte.template.tables import bottom
from tte.template.text import Expression

ASCENT: Final = 0.72
DESCENT: Final = 0.23
"""em above and below a baseline that letters fill; accents on capitals reach 0.2 em higher, into the white."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in mm from the top left corner."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """True if they share more than a hair."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > 0.05 and down > 0.05

    def inside(self, other: Box) -> bool:
        return (
            self.left >= other.left - 0.05
            and self.top >= other.top - 0.05
            and self.right <= other.right + 0.05
            and self.bottom <= other.bottom + 0.05
        )


@dataclass(frozen=True, slots=True)
class Extent:
    """A box that something may fill, when these conditions are met."""

    what: str
    box: Box
    conditions: e.Conditions

    def meets(self, other: Extent) -> bool:
        """True if both can be on one page."""
        return not any((name, not wanted) in other.conditions for name, wanted in self.conditions)


def words(element: e.Words) -> list[Extent]:
    """The boxes of an element that holds words. A signature is one box; `inside` has those within it."""
    match element:
        case e.Text():
            return list(_text(element))
        case e.Form():
            return list(_form(element))
        case e.Table():
            end = bottom(element, element.most)
            return [
                Extent(element.where, Box(element.x, element.y, element.x + element.width, end), element.conditions)
            ]
        case e.Qr():
            box = Box(element.x, element.y, element.x + element.size, element.y + element.size)
            return [Extent(element.where, box, element.conditions)]
        case e.Signature():
            box = Box(element.x, element.y, element.x + element.width, element.y + element.height)
            return [Extent(element.where, box, element.conditions)]


def inside(signature: e.Signature) -> list[Extent]:
    """The boxes of the words in a signature."""
    return [extent for word in signature.words for extent in _text(word)]


def artwork(element: e.Artwork) -> Extent | None:
    """The box of a drawing that words must keep clear of, or None for one that lies under the words."""
    match element:
        case e.Emblem() | e.Kawung():
            r = element.radius
            return Extent(element.where, Box(element.x - r, element.y - r, element.x + r, element.y + r), ())
        case e.Image():
            box = Box(element.x, element.y, element.x + element.width, element.y + element.height)
            return Extent(element.where, box, ())
        case _:
            return None


def outline(element: e.Artwork) -> Box | None:
    """The box a drawing fills, to see that it lies on the page; None for those that know the page's size themselves."""
    match element:
        case e.Rule():
            return Box(element.x, element.y, element.x2, element.y2)
        case e.Panel() | e.Waves() | e.Braid() | e.Image():
            return Box(element.x, element.y, element.x + element.width, element.y + element.height)
        case e.Emblem() | e.Kawung() | e.Rosette():
            r = element.radius
            return Box(element.x - r, element.y - r, element.x + r, element.y + r)
        case e.Frame():
            return None


def _text(text: e.Text) -> Iterator[Extent]:
    box = _box(text.text, text.style, text.x, text.y, text.width, text.align, text.grow)
    if box:
        yield Extent(text.where, box, text.conditions)


def _form(form: e.Form) -> Iterator[Extent]:
    names = sorted({name for line in form.lines for name, _ in line.conditions})
    seen: set[Extent] = set()
    for met in product((True, False), repeat=len(names)):
        case = tuple(zip(names, met, strict=True))
        y = form.y
        for number, line in enumerate(form.lines, 1):
            if not set(line.conditions) <= set(case):
                continue
            for extent in _form_line(form, line, y, f"{form.where} line {number}", (*form.conditions, *case)):
                if extent not in seen:
                    seen.add(extent)
                    yield extent
            y += line.height


def _form_line(form: e.Form, line: e.FormLine, y: float, what: str, case: e.Conditions) -> Iterator[Extent]:
    label_width, across = line.value_x - form.x - FORM_GAP, form.right - line.value_x
    for text, style, x, room, baseline in (
        (line.label, form.label_style, form.x, label_width, y),
        (line.text, line.style, line.value_x, across, y),
        (line.english, form.english_style, form.x, label_width, y + form.drop),
        (line.text_english, form.english_style, line.value_x, across, y + form.drop),
    ):
        box = _box(text, style, x, baseline, room, "left", line.grow)
        if box:
            yield Extent(what, box, case)


def _box(text: Expression, style: Style, x: float, y: float, room: float, align: str, grow: str) -> Box | None:
    if not text.parts:
        return None
    if text.names:
        heights = [(step.size * PT, step.lines) for step in style.steps]
        across = room
    else:
        fixed = fit(text.fill({}), style, room)
        if fixed is None:
            return Box(x, y, x + room, y)
        heights = [(fixed.size * PT, len(fixed.lines))]
        across = max(width(line, style, fixed.size) for line in fixed.lines)
    share = {"down": 0.0, "up": 1.0, "both": 0.5}[grow]
    tops, bottoms = [], []
    for em, lines in heights:
        further = style.leading * em * (lines - 1)
        tops.append(y - share * further - ASCENT * em)
        bottoms.append(y + (1 - share) * further + DESCENT * em)
    left = x + (room - across) * {"left": 0.0, "centre": 0.5, "right": 1.0}[align]
    return Box(left, min(tops), left + across, max(bottoms))
