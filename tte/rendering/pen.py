"""Writing laid-out words as operators of a content stream, where a value is only ever a string, never an operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tte.rendering.faces import Face
from tte.rendering.units import MM
from tte.template.marks import Line, Mark, Stroke
from tte.template.metrics import metrics
from tte.template.style import Ink


@dataclass(frozen=True, slots=True)
class Pen:
    """What it takes to write on one kind of page."""

    height: float
    ink: Ink
    faces: Mapping[str, Face]

    def write(self, marks: Sequence[Mark]) -> bytes:
        """The marks of one element: its strokes as an artifact, then its lines of text in the order given."""
        strokes = [mark for mark in marks if isinstance(mark, Stroke)]
        out = [self._line(mark) for mark in marks if isinstance(mark, Line)]
        if strokes:
            out.insert(0, artifact(self._strokes(strokes)))
        return b"\n".join(out)

    def _line(self, line: Line) -> bytes:
        style = line.style
        face = self.faces[style.face]
        colour = rgb(self.ink.colour(style.ink))
        pieces = self._kerned(line, face) if style.kern else [b"(", *map(face.codes.__getitem__, line.text), b") Tj"]
        return b"BT %s rg %s %s Tf %s Tc 1 0 0 1 %s %s Tm %s ET" % (
            colour,
            face.resource,
            number(line.size),
            number(style.track * line.size),
            number(line.x * MM),
            number((self.height - line.y) * MM),
            b"".join(pieces),
        )

    def _kerned(self, line: Line, face: Face) -> list[bytes]:
        moved = metrics(line.style.face).kerning
        pieces = [b"[(", face.codes[line.text[0]]]
        for left, right in pairwise(line.text):
            if (kern := moved.get(left + right)) is not None:
                pieces.append(b")%d(" % -kern)
            pieces.append(face.codes[right])
        return [*pieces, b")] TJ"]

    def _strokes(self, strokes: Iterable[Stroke]) -> bytes:
        out = []
        last = None
        for stroke in strokes:
            pen = (stroke.weight, stroke.ink)
            if pen != last:
                out.append(b"%s w %s RG" % (number(stroke.weight), rgb(self.ink.colour(stroke.ink))))
                last = pen
            ends = (stroke.x, self.height - stroke.y, stroke.x2, self.height - stroke.y2)
            out.append(b"%s %s m %s %s l S" % tuple(number(end * MM) for end in ends))
        return b"\n".join(out)


def artifact(operators: bytes) -> bytes:
    """Operators marked as no part of what the page says, their graphics state kept to themselves."""
    return b"/Artifact BMC q\n%s\nQ EMC" % operators


def number(value: float) -> bytes:
    """A number as PDF likes it: two decimals at most, no exponent."""
    return f"{value:.2f}".rstrip("0").rstrip(".").encode() if value else b"0"


def rgb(colour: str) -> bytes:
    """The operands of rg or RG for `#RRGGBB`."""
    return b" ".join(f"{int(colour[at : at + 2], 16) / 255:.3f}".encode() for at in (1, 3, 5))
