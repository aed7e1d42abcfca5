"""The guilloche: fine line work under the words, that a copier loses and a forger has to redraw.

Lines are wide and light (0.4 pt, L* 90) rather than thin and dark: viewers draw nothing thinner than a pixel, so this
looks alike on a screen and on paper.
"""

from __future__ import annotations

import math
from typing import Final

from tte.rendering.curves import Curve, curve, ellipse, leaf
from tte.rendering.sheet import EDGE, HAIR, Sheet
from tte.rendering.units import MM
from tte.template import elements as e

LIGHT: Final = 0.4

_WREATHS: Final = ((0.66, 0.34, 0.25, 48), (0.34, 0.27, 0.12, 36), (0.80, 0.19, 0.30, 24))
"""For each wreath, in radii of the rosette: how far out its ellipses sit, their half-axes, and how many there are."""

_WAVE_MM: Final = 44.0
_WAVE_PITCH_MM: Final = 3.1
_WAVES_A_TILE: Final = 11


def rosette(sheet: Sheet, element: e.Rosette) -> None:
    """Wreaths of turned ellipses: one ellipse, stamped all the way round."""
    for index, (out, across, along, count) in enumerate(_WREATHS):
        name, r = f"wreath{index}x{element.radius:g}", element.radius
        with sheet.motif(name, 2.02 * r, 2.02 * r) as new:
            if new:
                sheet.stroke(sheet.ink.line, LIGHT)
                sheet.draw(ellipse(across * r, along * r, shift=out * r), stroke=True)
        for turn in range(count):
            sheet.stamp(name, element.x, element.y, turned=360 / count * turn)


def waves(sheet: Sheet, element: e.Waves) -> None:
    """A woven field: one wave, laid down again and again with a growing shift to either side.

    y = 1.7 sin τ + 0.8 sin 2τ mm, τ = 2πx / 44 mm. After eleven lines the shift is a whole wave, so a tile of eleven
    lines each way fills any field.
    """
    half = element.width / 2 + _WAVE_MM
    tall = _WAVES_A_TILE * _WAVE_PITCH_MM
    with sheet.motif("wave", 2 * half, 8) as new:
        if new:
            sheet.stroke(sheet.ink.line, LIGHT)
            sheet.draw(curve(_wave, -half, half, round(2 * half / _WAVE_MM * 6)), stroke=True)
    with sheet.motif("waves", 2 * half + 2 * _WAVE_MM, tall + 8) as new:
        if new:
            for line in range(_WAVES_A_TILE):
                shift = line * _WAVE_MM / _WAVES_A_TILE - _WAVE_MM / 2
                up = tall / 2 - line * _WAVE_PITCH_MM
                sheet.stamp_at("wave", shift * MM, up * MM)
                sheet.stamp_at("wave", -shift * MM, up * MM, turned=180)
    with sheet.clip(element.x, element.y, element.width, element.height):
        for tile in range(math.ceil(element.height / tall) + 1):
            sheet.stamp("waves", element.x + element.width / 2, element.y + tile * tall + tall / 2 - 4)


def braid(sheet: Sheet, element: e.Braid) -> None:
    """A plait of three strands along the middle of a box, level or plumb, whichever way the box is longer."""
    level = element.width >= element.height
    length, width = (element.width, element.height) if level else (element.height, element.width)
    turns = max(round(length / (width * 1.5)), 1)
    period = length / turns
    name = f"braid{period:.3f}x{width:g}"
    with sheet.motif(name, period + 0.2, width + 0.6) as new:
        if new:
            sheet.stroke(sheet.ink.mid, HAIR)
            sheet.draw(*_strands(period, width), stroke=True)
    for turn in range(turns):
        along = (turn + 0.5) * period
        if level:
            sheet.stamp(name, element.x + along, element.y + width / 2)
        else:
            sheet.stamp(name, element.x + width / 2, element.y + along, turned=90)


def frame(sheet: Sheet, element: e.Frame) -> None:
    """Two lines around the page with a plait between them, and a kawung in each corner."""
    edge, band = element.edge, element.width
    for inset, weight in ((edge, EDGE), (edge + band, HAIR)):
        sheet.stroke(sheet.ink.deep, weight)
        sheet.rect(inset, inset, sheet.width - 2 * inset, sheet.height - 2 * inset, stroke=True, fill=False)
    tall = band * 0.6
    far = edge + band
    near = edge + (band - tall) / 2
    for y in (near, sheet.height - near - tall):
        braid(sheet, e.Braid(element.where, far, y, sheet.width - 2 * far, tall))
    for x in (near, sheet.width - near - tall):
        braid(sheet, e.Braid(element.where, x, far, tall, sheet.height - 2 * far))
    middle = edge + band / 2
    for x in (middle, sheet.width - middle):
        for y in (middle, sheet.height - middle):
            kawung(sheet, e.Kawung(element.where, x, y, band * 0.42, "deep"))


def kawung(sheet: Sheet, element: e.Kawung) -> None:
    """Four leaves around a point, each with a slit."""
    name, r = f"kawung{element.radius:.3g}{element.ink}", element.radius
    with sheet.motif(name, 2 * r, 2 * r) as new:
        if new:
            sheet.fill(sheet.ink.colour(element.ink))
            sheet.draw(leaf(0.14 * r, r, 0.58 * r), fill=True)
            sheet.fill(sheet.ink.colour("white"))
            sheet.draw(leaf(0.42 * r, 0.84 * r, 0.07 * r), fill=True)
    for turn in range(4):
        sheet.stamp(name, element.x, element.y, turned=45 + 90 * turn)


def _wave(x: float) -> tuple[float, float]:
    turn = 2 * math.pi * x / _WAVE_MM
    return x, 1.7 * math.sin(turn) + 0.8 * math.sin(2 * turn)


def _strands(period: float, width: float) -> list[Curve]:
    def strand(phase: float) -> Curve:
        return curve(
            lambda x: (x, width / 2 * math.sin(2 * math.pi * x / period + phase)),
            -period / 2,
            period / 2,
            4,
            places=2,
        )

    return [strand(third * 2 * math.pi / 3) for third in range(3)]
