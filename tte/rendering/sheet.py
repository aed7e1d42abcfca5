"""The page on which artwork is drawn: a reportlab canvas measured in millimetres from the top left corner."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from tte.rendering.curves import Curve
from tte.rendering.faces import register
from tte.rendering.units import MM
from tte.template.style import Ink

HAIR: Final = 0.35
FINE: Final = 0.5
EDGE: Final = 0.8
"""pt. Nothing dark is thinner than a hair: a printer would break it up."""


class Sheet:
    """Artwork, page by page. Motifs are drawn once and stamped; a motif's own origin is its middle."""

    def __init__(self, size: tuple[float, float], ink: Ink, face: str) -> None:
        register(face)
        self.width, self.height = size
        self.ink = ink
        self.file = io.BytesIO()
        self.canvas = Canvas(
            self.file,
            pagesize=(self.width * MM, self.height * MM),
            pageCompression=0,
            invariant=1,
            initialFontName=face,  # type: ignore[arg-type]  # the stub is wrong: a name
            lang="id-ID",
        )
        self.canvas._preamble = ""  # type: ignore[attr-defined]  # it would name a font in every form
        self.canvas.saveState()  # with nothing on the page yet, reportlab forgets which forms it uses

    def turn(self) -> None:
        """End the page; what is drawn from here on stands on another one."""
        self.canvas.restoreState()
        self.canvas.showPage()
        self.canvas.saveState()

    def save(self) -> bytes:
        """The pages as reportlab writes them."""
        self.canvas.restoreState()
        self.canvas.showPage()
        self.canvas.save()
        return self.file.getvalue()

    def stroke(self, colour: str, weight: float) -> None:
        self.canvas.setStrokeColor(HexColor(colour))
        self.canvas.setLineWidth(weight)

    def fill(self, colour: str) -> None:
        self.canvas.setFillColor(HexColor(colour))

    def line(self, x: float, y: float, x2: float, y2: float) -> None:
        self.canvas.line(x * MM, self._up(y), x2 * MM, self._up(y2))

    def polygon(self, points: Sequence[tuple[float, float]], *, fill: bool) -> None:
        """Straight lines from point to point: filled, or drawn and not closed."""
        path = self.canvas.beginPath()
        for place, (x, y) in enumerate(points):
            (path.lineTo if place else path.moveTo)(round(x * MM, 2), round(self._up(y), 2))
        if fill:
            path.close()
        self.canvas.drawPath(path, stroke=int(not fill), fill=int(fill))

    def rect(self, x: float, y: float, width: float, height: float, *, stroke: bool, fill: bool) -> None:
        self.canvas.rect(x * MM, self._up(y + height), width * MM, height * MM, stroke=int(stroke), fill=int(fill))

    def draw(self, *curves: Curve, stroke: bool = False, fill: bool = False) -> None:
        """Curves around the current origin; y runs upwards in them."""
        path = self.canvas.beginPath()
        for curve in curves:
            _trace(path, curve)
        self.canvas.drawPath(path, stroke=int(stroke), fill=int(fill))

    @contextmanager
    def clip(self, x: float, y: float, width: float, height: float) -> Iterator[None]:
        """Nothing drawn meanwhile shows outside this rectangle."""
        self.canvas.saveState()
        path = self.canvas.beginPath()
        path.rect(x * MM, self._up(y + height), width * MM, height * MM)
        self.canvas.clipPath(path, stroke=0, fill=0)
        yield
        self.canvas.restoreState()

    @contextmanager
    def motif(self, name: str, width: float, height: float) -> Iterator[bool]:
        """Record a motif of this size around its origin. Gives False if it is known already: then draw nothing."""
        if self.canvas.hasForm(name):
            yield False
            return
        half, tall = width / 2 * MM, height / 2 * MM
        self.canvas.beginForm(name, -half, -tall, half, tall)  # type: ignore[arg-type]  # the stub: whole numbers
        yield True
        self.canvas.endForm()

    def stamp(self, name: str, x: float, y: float, *, turned: float = 0.0) -> None:
        """Draw a motif with its origin here, turned by so many degrees."""
        self.stamp_at(name, x * MM, self._up(y), turned=turned)

    def stamp_at(self, name: str, across: float, up: float, *, turned: float = 0.0) -> None:
        """The same in points from the current origin, for motifs inside motifs."""
        cos, sin = (round(part(math.radians(turned)), 4) + 0.0 for part in (math.cos, math.sin))
        self.canvas.saveState()
        self.canvas.transform(cos, sin, -sin, cos, round(across, 2), round(up, 2))
        self.canvas.doForm(name)
        self.canvas.restoreState()

    def _up(self, y: float) -> float:
        return (self.height - y) * MM


def _trace(path: PDFPathObject, curve: Curve) -> None:
    path.moveTo(*curve.start)
    for piece in curve.pieces:
        path.curveTo(*piece)
    if curve.closed:
        path.close()
