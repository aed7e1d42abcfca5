"""Charts for paper: flat, one hue, axes from zero, each value written beside its mark; no meaning by colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil, cos, pi, sin
from typing import Final

from tte.figures.friday import Punctual, Week
from tte.rendering.leaf import Leaf, Look
from tte.reports.friday.words import change, count, short

LABEL: Final = Look("sans", 8.6)
STRONG: Final = Look("sans semibold", 8.6)
SMALL: Final = Look("sans", 7.4)
TINY: Final = Look("sans", 6.6)
_STEPS: Final = (1, 2, 2.5, 5, 10)


def gauge(leaf: Leaf, x: float, y: float, radius: float, percent: float, target: float | None) -> None:
    """A half ring around x, y. It reaches as far as its value does; 100 is marked where that is beyond it."""
    most = max(100.0, ceil(percent / 10) * 10.0)
    inner = radius * 0.845
    _ring(leaf, x, y, inner, radius, (0, most), most, "mark")
    _ring(leaf, x, y, inner, radius, (0, percent), most, "deep")
    for mark, end in ((0.0, x - radius), (most, x + inner)):
        leaf.text(end + (radius - inner) / 2 - leaf.width(f"{mark:g}", SMALL) / 2, y + 4.2, f"{mark:g}", SMALL, room=12)
    if most > 100:
        leaf.path([_around(x, y, radius, 100 / most), _around(x, y, radius + 2.2, 100 / most)], "black", 0.8)
        at = _around(x, y, radius + 4.6, 100 / most)
        leaf.text(at[0] - 0.5, at[1] + 0.4, "100", SMALL, room=12)
    if target is not None:
        leaf.path([_around(x, y, inner - 1.6, target / most), _around(x, y, radius + 1.6, target / most)], "black", 1.6)


def bars(leaf: Leaf, box: tuple[float, float, float, float], rows: Sequence[tuple[str, int]]) -> None:
    """Horizontal bars in x, y, width, height; the longest takes what the labels and its number leave."""
    x, y, width, height = box
    pitch = min(height / max(len(rows), 1), 8.4)
    most = max([value for _, value in rows], default=0) or 1
    label_mm = min(max([leaf.width(label, LABEL) for label, _ in rows], default=0.0) + 0.1, width * 0.6)
    longest = width - label_mm - 3 - max([leaf.width(count(value), STRONG) for _, value in rows], default=0) - 2
    for place, (label, value) in enumerate(rows):
        top = y + place * pitch
        long = longest * value / most
        thick = pitch * 0.66
        base = top + thick / 2 + 1.05
        leaf.text(x + label_mm, base, label, LABEL, room=label_mm, right=True)
        if value:
            leaf.box(x + label_mm + 3, top, max(long, 0.3), thick, "deep")
        leaf.text(x + label_mm + 3 + long + 1.8, base, count(value), STRONG, room=30)


def cover(
    leaf: Leaf,
    x: float,
    y: float,
    width: float,
    height: float,
    percent: float,
    *,
    most: float = 100.0,
    target: float | None = None,
) -> None:
    """A bar for a coverage on a scale up to `most`; black lines: the target, thick, and 100 where the scale goes on."""
    leaf.box(x, y, width, height, "mark")
    leaf.box(x, y, max(width * percent / most, 0.2), height, "deep")
    if most > 100:
        at = x + width * 100 / most
        leaf.path([(at, y - 0.3), (at, y + height + 0.3)], "white" if percent > 100 else "black", 0.5)
    if target is not None:
        at = x + width * target / most
        leaf.path([(at, y - 0.9), (at, y + height + 0.9)], "black", 1.3)


def spark(leaf: Leaf, x: float, y: float, width: float, height: float, values: Sequence[int | None]) -> None:
    """A trend as small as a word, from zero up; y is its foot. The last value has a dot."""
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    if not known:
        return
    most = max(value for _, value in known) or 1
    step = width / max(len(values) - 1, 1)
    points = [(x + place * step, y - height * value / most) for place, value in known]
    leaf.path([(x, y), (x + width, y)], "mark", 0.35)
    if len(points) > 1:
        leaf.path(points, "deep", 0.7)
    leaf.dot(*points[-1], 0.55, "deep")


def trend(leaf: Leaf, box: tuple[float, float, float, float], weeks: Sequence[Week]) -> None:
    """Two lines over the weeks: PRR thick with filled dots, suket thin with open ones; sum and change at the right."""
    x, y, width, height = box
    right = x + width - 27
    values = [value for week in weeks for value in (week.prr, week.suket) if value is not None]
    step = _step(max(values, default=0))
    most = step * max(ceil(max(values, default=0) / step), 1)
    for line in range(int(most / step) + 1):
        at = y + height - height * line * step / most
        leaf.rule(x + 14, at, right, "mark" if line else "mid", 0.5)
        leaf.text(x + 12, at + 1.0, count(round(line * step)), SMALL, room=20, right=True)
    across = (right - x - 14) / max(len(weeks) - 1, 1)
    every = 2 if len(weeks) > 9 else 1
    for place, week in enumerate(reversed(weeks)):
        if place % every == 0:
            look = Look("sans semibold", 7.4) if not place else SMALL
            label = short(week.friday)
            at = right - place * across
            leaf.text(at - leaf.width(label, look) / 2, y + height + 5, label, look, room=20)
    ends = []
    for name, weight, dot in (("PRR", 1.9, True), ("suket", 1.1, False)):
        series = [week.prr if name == "PRR" else week.suket for week in weeks]
        points = [
            (x + 14 + place * across, y + height - height * value / most)
            for place, value in enumerate(series)
            if value is not None
        ]
        if not points:
            continue
        if name == "PRR" and len(points) > 1:
            foot = y + height
            leaf.shape([(points[0][0], foot), *points, (points[-1][0], foot)], "tint")
        ends.append((name, weight, dot, points, series))
    for _, weight, dot, points, _ in ends:
        if len(points) > 1:
            leaf.path(points, "deep", weight)
        for place, point in enumerate(points):
            radius = 1.35 if place == len(points) - 1 else 0.85
            leaf.dot(*point, radius, "deep")
            if not dot:
                leaf.dot(*point, radius - 0.4, "white")
    heights = _apart([points[-1][1] for _, _, _, points, _ in ends], 9.5, y + height)
    for (name, _, _, _, series), at in zip(ends, heights, strict=True):
        last = next(value for value in reversed(series) if value is not None)
        before = series[-2] if len(series) > 1 else None
        moved = f", {change(last - before)}" if before is not None and series[-1] is not None else ""
        leaf.text(right + 4, at + 0.6, count(last), Look("sans semibold", 12.5, "deep"), room=26)
        leaf.text(right + 4, at + 4.6, f"{name}{moved}", SMALL, room=26)


def mark(leaf: Leaf, x: float, y: float, punctual: Punctual) -> None:
    """A full dot, a ring, or an empty square: told apart without colour."""
    if punctual is Punctual.MISSING:
        leaf.box(x - 1.2, y - 1.2, 2.4, 2.4, "black")
        leaf.box(x - 0.8, y - 0.8, 1.6, 1.6, "white")
        return
    leaf.dot(x, y, 1.25, "deep")
    if punctual is Punctual.LATE:
        leaf.dot(x, y, 0.75, "white")


def _apart(heights: Sequence[float], gap: float, foot: float) -> Sequence[float]:
    """The same heights, moved so that two labels do not meet and none goes below the foot."""
    if len(heights) < 2:
        return [min(each, foot - 3) for each in heights]
    order = sorted(range(len(heights)), key=lambda place: heights[place])
    moved = list(heights)
    for above, below in pairwise(order):
        moved[below] = max(moved[below], moved[above] + gap)
    over = max(moved[order[-1]] - (foot - 3), 0)
    return [each - over for each in moved]


def _step(most: float) -> float:
    """A round step of four or five to an axis."""
    size = 10.0 ** max(len(str(int(max(most, 1)))) - 2, 0)
    return next(step * size * scale for scale in (1, 10) for step in _STEPS if most <= 5 * step * size * scale)


def _ring(
    leaf: Leaf, x: float, y: float, inner: float, outer: float, span: tuple[float, float], most: float, ink: str
) -> None:
    shares = [(span[0] + (span[1] - span[0]) * step / 72) / most for step in range(73)]
    there = [_around(x, y, outer, share) for share in shares]
    back = [_around(x, y, inner, share) for share in reversed(shares)]
    leaf.shape([*there, *back], ink)


def _around(x: float, y: float, radius: float, share: float) -> tuple[float, float]:
    """A point of the half circle, from the left (0) over the top to the right (1)."""
    return x - radius * cos(pi * share), y - radius * sin(pi * share)
