"""Pages of plain writing for any texts: rules, boxes, shapes, lines of text. PDF/A-2b, the same page, the same bytes.

A document's page refuses what does not fit; this one is for texts of strangers, so it cuts them and says so with three
dots. A letter that the faces do not have becomes a question mark. A text is only ever a string, never an operator.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tte.frame import named
from tte.rendering.faces import reserve
from tte.rendering.pen import Pen
from tte.rendering.sheet import Sheet
from tte.rendering.skeleton import skeleton
from tte.rendering.units import MM
from tte.template.fitting import PT, width
from tte.template.marks import Line
from tte.template.metrics import metrics
from tte.template.style import FACES, Ink, Step, Style

A4: Final = (210.0, 297.0)
_CUT: Final = "..."
_MOST: Final = 600
"""Characters of a text that are looked at."""
_SPELLED: Final = {"…": _CUT, "\u00a0": " ", "−": "–", "‐": "-", "‑": "-"}


@dataclass(frozen=True, slots=True)
class Look:
    """How a text looks: one of FACES, a size in pt, an ink by name, and the leading in em."""

    face: str
    size: float
    ink: str = "black"
    leading: float = 1.32
    track: float = 0.0

    @property
    def style(self) -> Style:
        face = FACES[self.face]
        return Style(self.face, face, (Step(self.size, 1),), self.track, self.leading, self.ink, True, False)

    @property
    def step(self) -> float:
        """From baseline to baseline, in mm."""
        return self.size * self.leading * PT


class Leaf:
    """An A4 page, in mm from its top left corner; y of a text is its baseline. By itself, or on the sheet of more."""

    def __init__(self, ink: Ink, sheet: Sheet | None = None) -> None:
        self.ink = ink
        self._sheet = sheet or Sheet(A4, ink, FACES["sans"])
        self.lines: list[Line] = []

    def box(self, x: float, y: float, width: float, height: float, ink: str) -> None:
        """A filled rectangle, under every text."""
        self._sheet.fill(self.ink.colour(ink))
        self._sheet.rect(x, y, width, height, stroke=False, fill=True)

    def dot(self, x: float, y: float, radius: float, ink: str) -> None:
        """A filled circle around x, y."""
        self._sheet.fill(self.ink.colour(ink))
        self._sheet.canvas.circle(x * MM, (A4[1] - y) * MM, radius * MM, stroke=0, fill=1)

    def rule(self, x: float, y: float, x2: float, ink: str, weight: float = 0.5) -> None:
        """A line from left to right."""
        self._sheet.stroke(self.ink.colour(ink), weight)
        self._sheet.line(x, y, x2, y)

    def path(self, points: Sequence[tuple[float, float]], ink: str, weight: float) -> None:
        """Straight lines from point to point."""
        self._sheet.stroke(self.ink.colour(ink), weight)
        self._sheet.polygon(points, fill=False)

    def shape(self, points: Sequence[tuple[float, float]], ink: str) -> None:
        """The area within these corners, filled."""
        self._sheet.fill(self.ink.colour(ink))
        self._sheet.polygon(points, fill=True)

    def width(self, text: str, look: Look) -> float:
        """How wide a text would be on one line, in mm."""
        return width(writable(text), look.style, look.size)

    def text(self, x: float, y: float, text: str, look: Look, *, room: float, right: bool = False) -> None:
        """One line, cut to `room` mm; with `right` it ends at x."""
        shown = _cut(writable(text), look, room)
        if shown:
            left = x - width(shown, look.style, look.size) if right else x
            self.lines.append(Line(left, y, shown, look.style, look.size))

    def paragraph(self, x: float, y: float, text: str, look: Look, *, room: float, most: int) -> float:
        """At most so many lines; gives the baseline of the line after the last."""
        lines = list(_broken(writable(text), look, room))
        if len(lines) > most:
            lines[most - 1 :] = [_cut(" ".join(lines[most - 1 :]), look, room)]
        for line in lines:
            self.text(x, y, line, look, room=room)
            y += look.step
        return y

    def lines_of(self, text: str, look: Look, *, room: float) -> Sequence[str]:
        """The lines that a paragraph would take."""
        return [*_broken(writable(text), look, room)]

    def pdf(self, title: str) -> bytes:
        """The file. Nothing can be drawn after that."""
        pen = pen_for(self._sheet, self.ink, self.lines)
        words = b"".join(pen.line(line) for line in self.lines)
        return skeleton(self._sheet.save(), title, field=None, appearance=b"").filled(words, named(words))


def pen_for(sheet: Sheet, ink: Ink, lines: Iterable[Line]) -> Pen:
    """A pen that can write these lines: their letters are now among the embedded ones."""
    letters: dict[str, set[str]] = {}
    for line in lines:
        letters.setdefault(line.style.face, {" "}).update(line.text)
    return Pen(A4[1], ink, {face: reserve(sheet.canvas, face, letters[face]) for face in sorted(letters)})


def writable(text: str) -> str:
    """The text on one line in letters that the faces have."""
    known = metrics(FACES["sans"]).widths
    kept = []
    for letter in unicodedata.normalize("NFC", text[:_MOST]):
        if letter in known:
            kept.append(letter)
        elif letter in _SPELLED:
            kept.append(_SPELLED[letter])
        else:
            kept.append(" " if letter.isspace() or unicodedata.category(letter) in ("Cc", "Cf") else "?")
    return " ".join("".join(kept).split()) + (_CUT if len(text) > _MOST else "")


def _cut(text: str, look: Look, room: float) -> str:
    """As much of a line as fits."""
    if width(text, look.style, look.size) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width(text[:middle].rstrip() + _CUT, look.style, look.size) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + _CUT if low else ""


def _broken(text: str, look: Look, room: float) -> Iterator[str]:
    """Lines, broken between words, and inside a word that is wider than a line."""
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width(longer, look.style, look.size) <= room:
            line = longer
            continue
        if line:
            yield line
        while width(word, look.style, look.size) > room:
            whole = next(at for at in range(len(word), 0, -1) if at == 1 or _fits(word[:at], look, room))
            yield word[:whole]
            word = word[whole:]
        line = word
    if line:
        yield line


def _fits(text: str, look: Look, room: float) -> bool:
    return width(text, look.style, look.size) <= room
