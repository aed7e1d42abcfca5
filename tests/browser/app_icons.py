"""The pictures of the page that can be put on a home screen: the flower, as PNG. `python -m tests.browser.app_icons`.

Drawn four times as large and made smaller; its shapes are those of tte/web/static/flower.svg, which it reads.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

from tte.web.answering import STATIC

BLUE, CREAM, GOLD = "#182f5e", "#f6e7d3", "#dca970"
ICONS: Final = {"icon-192.png": (192, False), "icon-512.png": (512, False), "icon-maskable-512.png": (512, True)}
"""By file: pixels along a side, and whether a phone may cut it to any shape, so that only the middle is safe."""

Point = tuple[float, float]


def petals() -> list[list[Point]]:
    """The outlines of the four, in the units of the drawing, 40 along a side."""
    drawing = (STATIC / "flower.svg").read_text(encoding="utf-8")
    (path,) = re.findall(r'<path d="([^"]+)"', drawing)
    return [_outline(one) for one in re.findall(r"M[^z]+z", path)]


def _outline(path: str) -> list[Point]:
    """M x y, then absolute (C) or relative (c) cubic curves."""
    at: Point = (0, 0)
    found: list[Point] = []
    for letter, numbers in re.findall(r"([MCc])([^MCcz]+)", path):
        values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        points = list(zip(values[::2], values[1::2], strict=True))
        if letter == "M":
            (at,) = points
            continue
        for place in range(0, len(points), 3):
            base = at if letter == "c" else (0.0, 0.0)
            one, two, end = ((base[0] + x, base[1] + y) for x, y in points[place : place + 3])
            found += [_along(at, one, two, end, step / 32) for step in range(33)]
            at = end
    return found


def _along(start: Point, one: Point, two: Point, end: Point, t: float) -> Point:
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    x, y = (
        sum(weight * point[axis] for weight, point in zip(weights, (start, one, two, end), strict=True))
        for axis in (0, 1)
    )
    return x, y


def icon(side: int, *, maskable: bool) -> Image.Image:
    """The flower on its ground; a maskable one to the edge and smaller, in a circle of 80 % (W3C manifest, icons)."""
    large, unit = side * 4, side * 4 / 40
    drawn = Image.new("RGBA", (large, large), (0, 0, 0, 0))
    pen = ImageDraw.Draw(drawn)
    if maskable:
        pen.rectangle((0, 0, large, large), fill=BLUE)
    else:
        pen.rounded_rectangle((0, 0, large - 1, large - 1), radius=11 * unit, fill=BLUE)
    scale = 0.78 if maskable else 1.0

    def placed(point: Point) -> Point:
        return (20 + (point[0] - 20) * scale) * unit, (20 + (point[1] - 20) * scale) * unit

    for petal in petals():
        pen.polygon([placed(point) for point in petal], fill=CREAM)
    pen.ellipse((*placed((17.4, 17.4)), *placed((22.6, 22.6))), fill=GOLD)
    return drawn.resize((side, side), Image.Resampling.LANCZOS)


def main(folder: Path = STATIC) -> None:
    """Write them."""
    for name, (side, maskable) in ICONS.items():
        icon(side, maskable=maskable).quantize(64, dither=Image.Dither.NONE).save(folder / name, optimize=True)


if __name__ == "__main__":
    main()
