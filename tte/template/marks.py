"""What is left of an element once it is laid out: lines of text and strokes, at their final place."""

from __future__ import annotations

from dataclasses import dataclass

from tte.template.style import Style


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text. x, y in mm from the top left corner: the left end of its baseline. `size` in pt."""

    x: float
    y: float
    text: str
    style: Style
    size: float


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line in mm from the top left corner, `weight` pt wide, in one of INK_NAMES."""

    x: float
    y: float
    x2: float
    y2: float
    weight: float
    ink: str


Mark = Line | Stroke
