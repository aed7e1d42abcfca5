"""The fixed layer of a page: ground, SPECIMEN, rules and emblem, in this order, and no word from a record."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from PIL import Image
from reportlab.lib.colors import HexColor
from reportlab.lib.utils import ImageReader

from tte.rendering.curves import Curve
from tte.rendering.emblem import emblem
from tte.rendering.ground import braid, frame, kawung, rosette, waves
from tte.rendering.sheet import FINE, Sheet
from tte.rendering.units import MM
from tte.template import elements as e
from tte.template.fitting import width
from tte.template.style import FACES, Step, Style

SPECIMEN: Final = "SPECIMEN"
SPECIMEN_LINE: Final = "SPECIMEN  ·  TIDAK BERLAKU  ·  NOT VALID"
SPECIMEN_FACE: Final = FACES["serif semibold"]


def draw_ground(sheet: Sheet, elements: Iterable[e.Element]) -> None:
    """What lies under everything: guilloche, then filled panels."""
    every = list(elements)
    for element in every:
        match element:
            case e.Waves():
                waves(sheet, element)
            case e.Rosette():
                rosette(sheet, element)
            case e.Frame():
                frame(sheet, element)
            case e.Braid():
                braid(sheet, element)
    for element in every:
        match element:
            case e.Panel(fill=ink) if ink:
                sheet.fill(sheet.ink.colour(ink))
                sheet.rect(element.x, element.y, element.width, element.height, stroke=False, fill=True)
            case e.Table():
                sheet.fill(sheet.ink.tint)
                sheet.rect(element.x, element.y, element.width, element.head, stroke=False, fill=True)


def draw_lines(sheet: Sheet, elements: Iterable[e.Element], assets: dict[str, bytes]) -> None:
    """What lies over the ground: rules, frames of panels, ornaments, emblem, pictures."""
    for element in elements:
        match element:
            case e.Rule():
                sheet.stroke(sheet.ink.colour(element.ink), element.weight)
                sheet.line(element.x, element.y, element.x2, element.y2)
            case e.Panel(ink=ink) if ink:
                sheet.stroke(sheet.ink.colour(ink), element.weight)
                sheet.rect(element.x, element.y, element.width, element.height, stroke=True, fill=False)
            case e.Kawung():
                kawung(sheet, element)
            case e.Emblem():
                emblem(sheet, element)
            case e.Image():
                _picture(sheet, element, assets[element.file])


def draw_qr_place(sheet: Sheet, element: e.Qr, white: float) -> None:
    """The white square of `white` mm that a QR code needs, in the middle of its element."""
    spare = (element.size - white) / 2
    sheet.fill("#FFFFFF")
    sheet.rect(element.x + spare, element.y + spare, white, white, stroke=False, fill=True)


def draw_no_qr(sheet: Sheet, element: e.Qr) -> None:
    """Where the QR code will be. A page that is not signed must not look as if it were."""
    draw_qr_place(sheet, element, element.code)
    spare = (element.size - element.code) / 2
    sheet.stroke(sheet.ink.deep, FINE)
    sheet.canvas.setDash(3, 2)
    sheet.rect(element.x + spare, element.y + spare, element.code, element.code, stroke=True, fill=False)
    sheet.canvas.setDash()


def draw_specimen(sheet: Sheet) -> None:
    """SPECIMEN from corner to corner as a drawing, along two edges as text: for people, copiers and extraction alike.

    The large word is no text because extraction would scatter its letters among those of the record.
    """
    canvas, portrait = sheet.canvas, sheet.height > sheet.width
    size = 108 if portrait else 124
    large = Style(SPECIMEN, SPECIMEN_FACE, (Step(size, 1),), 0.05, 1.2, "mark", kern=False, balance=False)
    canvas.saveState()
    canvas.translate(sheet.width / 2 * MM, sheet.height / 2 * MM)
    canvas.rotate(50 if portrait else 28)
    canvas.translate(-width(SPECIMEN, large, size) / 2 * MM, -0.33 * size)
    sheet.fill(sheet.ink.mark)
    sheet.draw(*(curve.scaled(size / 1000) for curve in _outlines(SPECIMEN)), fill=True)
    canvas.restoreState()
    for y in (5.0, sheet.height - 3.2):
        _edge_line(sheet, y)


@cache
def _outlines(word: str) -> tuple[Curve, ...]:
    """A word drawn beforehand by `docs/fonts/build.py`, in 1/1000 em."""
    table = json.loads(Path(__file__).with_name("specimen.json").read_text(encoding="utf-8"))
    return tuple(Curve(tuple(start), tuple(map(tuple, pieces)), True) for start, *pieces in table[word])


def _edge_line(sheet: Sheet, y: float) -> None:
    style = Style(SPECIMEN, SPECIMEN_FACE, (Step(7.4, 1),), 0.08, 1.2, "black", kern=False, balance=False)
    size = style.steps[0].size
    left = sheet.width / 2 - width(SPECIMEN_LINE, style, size) / 2
    words = sheet.canvas.beginText(left * MM, (sheet.height - y) * MM)
    words.setFont(style.face, size)
    words.setCharSpace(style.track * size)
    words.setFillColor(HexColor("#000000"))
    words.textOut(SPECIMEN_LINE)
    words.setCharSpace(0)
    sheet.canvas.drawText(words)


def _picture(sheet: Sheet, element: e.Image, content: bytes) -> None:
    """A picture on white: PDF/A allows transparency, but printers do not agree on it."""
    with Image.open(io.BytesIO(content)) as picture:
        shown = picture.convert("RGBA")
    white = Image.new("RGBA", shown.size, "white")
    white.alpha_composite(shown)
    sheet.canvas.drawImage(
        ImageReader(white.convert("RGB")),
        element.x * MM,
        (sheet.height - element.y - element.height) * MM,
        element.width * MM,
        element.height * MM,
    )
