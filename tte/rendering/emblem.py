"""A neutral emblem, for offices that have not put their own in: a fan of palm leaf over three written strips of lontar.

It belongs to no office and imitates no arms.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Final

from tte.rendering.curves import curve, ellipse, leaf
from tte.rendering.sheet import Sheet
from tte.rendering.units import MM
from tte.template import elements as e

_LEAVES: Final = 9
_BEADS: Final = 36


def emblem(sheet: Sheet, element: e.Emblem) -> None:
    """Draw it around its middle; everything scales with its radius."""
    r, name = element.radius, f"emblem{element.radius:g}"
    leaf_name = f"{name}leaf"
    with sheet.motif(leaf_name, 2 * r, 2 * r) as new:
        if new:
            sheet.fill("#FFFFFF")
            sheet.draw(leaf(0.17 * r, 0.80 * r, 0.125 * r), fill=True)
    with sheet.motif(name, 2.02 * r, 2.02 * r) as new:
        if new:
            _ring(sheet, r)
            for index in range(_LEAVES):
                sheet.stamp_at(leaf_name, 0, -0.20 * r * MM, turned=12 + 156 / (_LEAVES - 1) * index)
            _strips(sheet, r)
    sheet.stamp(name, element.x, element.y)


def _ring(sheet: Sheet, r: float) -> None:
    sheet.fill("#FFFFFF")
    sheet.draw(ellipse(r, r, places=2), fill=True)
    for radius, weight in ((0.985, 0.032), (0.915, 0.010), (0.765, 0.010)):
        sheet.stroke(sheet.ink.deep, weight * r)
        sheet.draw(ellipse(radius * r, radius * r, places=2), stroke=True)
    sheet.stroke(sheet.ink.deep, 0.018 * r)
    for side in (1, -1):
        strand = partial(_rope, r, side)
        sheet.draw(curve(strand, 0, 2 * math.pi, _BEADS * 2, closed=True, places=2), stroke=True)
    sheet.fill(sheet.ink.deep)
    sheet.draw(ellipse(0.715 * r, 0.715 * r, places=2), fill=True)


def _strips(sheet: Sheet, r: float) -> None:
    """Three leaves of a lontar book, with the hole for its cord."""
    tall, gap = 0.085 * r, 0.032 * r
    for index, width in enumerate((0.92, 0.84, 0.66)):
        top = -0.235 * r - index * (tall + gap)
        half = width * r / 2
        sheet.fill("#FFFFFF")
        sheet.canvas.roundRect(
            -half * MM, (top - tall) * MM, 2 * half * MM, tall * MM, tall / 2.4 * MM, stroke=0, fill=1
        )
        sheet.fill(sheet.ink.deep)
        sheet.canvas.circle(0, (top - tall / 2) * MM, tall * 0.24 * MM, stroke=0, fill=1)


def _rope(r: float, side: int, angle: float) -> tuple[float, float]:
    radius = r * (0.84 + side * 0.052 * math.cos(_BEADS / 2 * angle))
    return radius * math.cos(angle), radius * math.sin(angle)
