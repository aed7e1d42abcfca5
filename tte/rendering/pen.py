"""Writing laid-out words as operators of a content stream, where a value is only ever a string, never an operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tte.rendering.faces import Face
from tte.rendering.units import MM
from tte.template.marks import Line, Mark, Stroke
from tte.template.style import Ink, Style


@dataclass(frozen=True, slots=True)
class Pen:
    """What it takes to write on one kind of page.

    Every line leaves the graphics state as it found it: black, without tracking. So lines can be written one by one.
    """

    height: float
    ink: Ink
    faces: Mapping[str, Face]

    def write(self, marks: Sequence[Mark]) -> bytes:
        """The marks of one element: its strokes as an artifact, then its lines of text in the order given."""
        strokes = [mark for mark in marks if isinstance(mark, Stroke)]
        lines = b"".join(self.line(mark) for mark in marks if isinstance(mark, Line))
        return self.strokes(strokes) + lines

    def line(self, line: Line) -> bytes:
        """One line of text. OutsideSubset if a letter is not embedded."""
        before, after = self.around(line.style, line.size, number(line.x * MM), line.y)
        return before + self.faces[line.style.face].shown(line.text, kern=line.style.kern) + after

    def around(self, style: Style, size: float, x: bytes, y: float) -> tuple[bytes, bytes]:
        """What stands before and after the operator that shows a line of this style: x in points as it is written."""
        colour, track = fill(self.ink.colour(style.ink)), number(style.track * size)
        face, place = self.faces[style.face].resource, (x, number((self.height - y) * MM))
        before, after = b"BT %b %b Tf %b %b Td " % (face, number(size), *place), b" ET\n"
        if track != b"0":
            before, after = b"%b%b Tc " % (before, track), b" 0 Tc%b" % after
        if colour != BLACK:
            before, after = b"%b %b" % (colour, before), b"%b %b\n" % (after.rstrip(), BLACK)
        return before, after

    def strokes(self, strokes: Iterable[Stroke]) -> bytes:
        """Straight lines, as an artifact; nothing if there are none."""
        out = []
        last = None
        for stroke in strokes:
            pen = (stroke.weight, stroke.ink)
            if pen != last:
                out.append(b"%b w %b RG" % (number(stroke.weight), components(self.ink.colour(stroke.ink))))
                last = pen
            ends = (stroke.x, self.height - stroke.y, stroke.x2, self.height - stroke.y2)
            out.append(b"%b %b m %b %b l S" % tuple(number(end * MM) for end in ends))
        return artifact(b"\n".join(out)) if out else b""


BLACK = b"0 g"
"""The colour of a page's beginning."""


def artifact(operators: bytes) -> bytes:
    """Operators marked as no part of what the page says, their graphics state kept to themselves."""
    return b"/Artifact BMC q\n%b\nQ EMC\n" % operators


def number(value: float) -> bytes:
    """A number as PDF likes it: two decimals at most, no exponent."""
    return f"{value:.2f}".rstrip("0").rstrip(".").encode() if value else b"0"


def fill(colour: str) -> bytes:
    """The operator that fills with `#RRGGBB`."""
    return BLACK if colour == "#000000" else b"%b rg" % components(colour)


def components(colour: str) -> bytes:
    """The operands of rg or RG for `#RRGGBB`."""
    return b" ".join(f"{int(colour[at : at + 2], 16) / 255:.3f}".encode() for at in (1, 3, 5))
