"""Curves by formula, as cubic Béziers in points, rounded so that they stay small in the file."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from tte.rendering.units import MM

Point = tuple[float, float]
Piece = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Curve:
    """A chain of Béziers: two control points and an end for each piece."""

    start: Point
    pieces: tuple[Piece, ...]
    closed: bool = False

    def scaled(self, factor: float) -> Curve:
        """The same curve, larger or smaller around its origin."""
        x, y = self.start
        pieces = tuple(
            _rounded((a * factor, b * factor, c * factor, d * factor, e * factor, f * factor), 2)
            for a, b, c, d, e, f in self.pieces
        )
        return Curve((round(x * factor, 2), round(y * factor, 2)), pieces, self.closed)


def curve(
    point: Callable[[float], Point], start: float, end: float, count: int, *, closed: bool = False, places: int = 1
) -> Curve:
    """A parametric curve, in mm, in `count` pieces that share its direction where they meet (Hermite form)."""

    def at(t: float) -> Point:
        x, y = point(t)
        return x * MM, y * MM

    def reach(t: float) -> Point:
        (ax, ay), (bx, by) = at(t - 1e-4), at(t + 1e-4)
        third = step / 3 / 2e-4
        return (bx - ax) * third, (by - ay) * third

    step = (end - start) / count
    pieces = []
    for index in range(count):
        t, u = start + index * step, start + (index + 1) * step
        (x0, y0), (x1, y1), (p, q), (r, s) = at(t), at(u), reach(t), reach(u)
        numbers = (x0 + p, y0 + q, x1 - r, y1 - s, x1, y1)
        pieces.append(_rounded(numbers, places))
    x, y = at(start)
    return Curve((round(x, places), round(y, places)), tuple(pieces), closed)


def ellipse(across: float, along: float, *, shift: float = 0.0, places: int = 1) -> Curve:
    """An ellipse with these half-axes in mm, its middle `shift` mm to the right of the origin."""
    return curve(
        lambda t: (shift + across * math.cos(t), along * math.sin(t)), 0, 2 * math.pi, 4, closed=True, places=places
    )


def leaf(start: float, end: float, width: float, *, places: int = 2) -> Curve:
    """A pointed leaf along the x axis, from `start` to `end` mm, `width` mm at its widest."""
    first, last, half = start * MM, end * MM, width / 2 * MM
    third, bulge = (last - first) * 0.36, half * 4 / 3
    upper = (first + third, bulge, last - third, bulge, last, 0.0)
    lower = (last - third, -bulge, first + third, -bulge, first, 0.0)
    return Curve((round(first, places), 0.0), (_rounded(upper, places), _rounded(lower, places)), True)


def _rounded(numbers: Piece, places: int) -> Piece:
    a, b, c, d, e, f = (round(value, places) + 0.0 for value in numbers)
    return a, b, c, d, e, f
