"""Charts as SVG, made on the server: no script, no style attribute, colours by class so that dark mode has its own.

Flat, one hue, axes from zero, the value written beside its mark; nothing is told apart by colour alone. Every chart is
decoration: the page says the same in words or as a table beside it, and the drawing is hidden from screen readers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, cos, pi, sin
from typing import Final

from markupsafe import Markup

Point = tuple[float, float]
_STEPS: Final = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a trend: its name, a value for each week or None, and the class that draws it."""

    name: str
    values: Sequence[int | None]
    kind: str


def gauge(percent: float, target: float | None) -> Markup:
    """A half ring that reaches as far as its value; 100 is marked where the value lies beyond it."""
    most = max(100.0, ceil(percent / 10) * 10.0)
    parts = [_ring(most, most, "rest"), _ring(percent, most, "full")]
    if most > 100:
        parts += [_tick(100 / most, 74, 94, "hundred"), _label(*_around(101, 100 / most), "100", "middle")]
    if target is not None:
        parts.append(_tick(target / most, 70, 97, "target"))
    parts += [_label(16, 112, "0", "middle"), _label(184, 112, f"{most:g}", "middle")]
    return _svg("gauge", 200, 116, parts)


def cover(percent: float, target: float | None = None, *, most: float = 100.0) -> Markup:
    """A bar for a coverage on a scale up to `most`; a thick line is the target, a thin one 100 % if `most` is more."""
    wide = 100 * percent / most
    parts = [_box(0, 0, 100, 8, "rest"), _box(0, 0, min(max(wide, 0.5), 100), 8, "full")]
    if most > 100:
        parts.append(_line([(100 * 100 / most, 0), (100 * 100 / most, 8)], "hundred"))
    if target is not None:
        parts.append(_line([(100 * target / most, -1), (100 * target / most, 9)], "target"))
    return _svg("cover", 100, 8, parts, stretched=True)


def spark(values: Sequence[int | None]) -> Markup:
    """A trend as small as a word, from zero up; the last value has a dot."""
    most = max([value for value in values if value is not None], default=0) or 1
    step = 60 / max(len(values) - 1, 1)
    points = [
        None if value is None else (2 + step * place, 16 - 13 * value / most) for place, value in enumerate(values)
    ]
    drawn = [_line([(2, 16.5), (62, 16.5)], "axis"), *_runs(points, "line")]
    if points and points[-1]:
        drawn.append(_dot(points[-1], 2.2, "dot"))
    return _svg("spark", 65, 19, drawn)


def trend(series: Sequence[Series], weeks: Sequence[str], number: Callable[[int], str], *, width: int) -> Markup:
    """Lines over weeks, each with its last value and name at its end. In units of `width` a letter is 12 high."""
    height, top, base, right = 200.0, 12.0, 172.0, width - 92.0
    values = [value for one in series for value in one.values if value is not None]
    step = _step(max(values, default=0))
    most = step * max(ceil(max(values, default=0) / step), 1)
    start = 9 + 7 * len(number(round(most)))
    across = (right - start) / max(len(weeks) - 1, 1)
    drawn = []
    for line in range(round(most / step) + 1):
        y = base - (base - top) * line * step / most
        drawn += [_line([(start, y), (right, y)], "axis"), _label(start - 6, y + 4, number(round(line * step)), "end")]
    every = ceil(46 / across) if across else 1
    for place, week in enumerate(weeks):
        if (len(weeks) - 1 - place) % every == 0:
            drawn.append(_label(start + place * across, base + 20, week, "middle"))
    ends: list[tuple[float, Series, int]] = []
    for one in series:
        points = [
            None if value is None else (start + place * across, base - (base - top) * value / most)
            for place, value in enumerate(one.values)
        ]
        drawn += _runs(points, f"line {one.kind}")
        there = [point for point in points if point]
        drawn += [_dot(point, 3.2, f"dot {one.kind}") for point in there]
        if there:
            last = next(value for value in reversed(one.values) if value is not None)
            ends.append((there[-1][1], one, last))
    ends.sort(key=lambda end: end[0])
    at = -100.0
    for y, one, last in ends:
        at = max(min(y, base - 30 * (len(ends) - 1 - ends.index((y, one, last)))), at + 32)
        drawn += [_label(right + 10, at, number(last), f"value {one.kind}"), _label(right + 10, at + 14, one.name, "")]
    return _svg("trend", width, height, drawn)


def _step(most: float) -> float:
    """A round step of four or five to an axis."""
    size = 10.0 ** max(len(str(int(max(most, 1)))) - 2, 0)
    return next(step * size * scale for scale in (1, 10) for step in _STEPS if most <= 5 * step * size * scale)


def _runs(points: Sequence[Point | None], kind: str) -> list[Markup]:
    """Lines through what is known; a week of which nothing is known is a gap."""
    runs: list[list[Point]] = []
    for before, point in pairwise([None, *points]):
        if point is not None:
            if before is None:
                runs.append([])
            runs[-1].append(point)
    return [_line(run, kind) for run in runs if len(run) > 1]


def _around(radius: float, share: float) -> Point:
    return 100 - radius * cos(pi * share), 97 - radius * sin(pi * share)


def _ring(value: float, most: float, kind: str) -> Markup:
    shares = [value / most * step / 48 for step in range(49)]
    points = [*(_around(92, share) for share in shares), *(_around(76, share) for share in reversed(shares))]
    return Markup('<polygon class="{}" points="{}"/>').format(kind, _points(points))


def _tick(share: float, inner: float, outer: float, kind: str) -> Markup:
    return _line([_around(inner, share), _around(outer, share)], kind)


def _points(points: Sequence[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _line(points: Sequence[Point], kind: str) -> Markup:
    return Markup('<polyline class="{}" points="{}"/>').format(kind, _points(points))


def _box(x: float, y: float, width: float, height: float, kind: str) -> Markup:
    return Markup('<rect class="{}" x="{:.2f}" y="{:g}" width="{:.2f}" height="{:g}"/>').format(
        kind, x, y, width, height
    )


def _dot(at: Point, radius: float, kind: str) -> Markup:
    return Markup('<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="{:g}"/>').format(kind, *at, radius)


def _label(x: float, y: float, text: str, kind: str) -> Markup:
    return Markup('<text class="{}" x="{:.1f}" y="{:.1f}">{}</text>').format(kind, x, y, text)


def _svg(kind: str, width: float, height: float, parts: Sequence[Markup], *, stretched: bool = False) -> Markup:
    ratio = Markup(' preserveAspectRatio="none"') if stretched else ""
    return Markup(
        '<svg class="chart {}" viewBox="0 0 {:g} {:g}"{} aria-hidden="true" focusable="false">{}</svg>'
    ).format(kind, width, height, ratio, Markup("").join(parts))
