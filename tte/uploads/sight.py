"""A page as it is seen: cut to its crop box, turned by /Rotate, enlarged by /UserUnit (ISO 32000-1 table 30)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Any, Final

import pikepdf
from pikepdf import Array

from tte.errors import NoSuchPage, OffThePage
from tte.uploads.opening import broken
from tte.uploads.placing import OnPage, Origin

_DEEPEST: Final = 100
_A_HAIR: Final = 0.01
"""By so many points a box may reach over the edge: coordinates come rounded."""


@dataclass(frozen=True, slots=True)
class Sight:
    """`box` is what is seen of the page, in its own coordinates: left, bottom, right, top. `turned` is 0, 90, 180 or
    270 degrees clockwise; `unit` how many points one unit of the page has.
    """

    box: tuple[float, float, float, float]
    turned: int
    unit: float

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points, as seen."""
        left, bottom, right, top = self.box
        width, height = (right - left) * self.unit, (top - bottom) * self.unit
        return (height, width) if self.turned % 180 else (width, height)

    def rect(self, placed: OnPage) -> tuple[Decimal, ...]:
        """A box in the coordinates of the page. OffThePage unless it has an area and lies on what is seen."""
        width, height = self.size
        x, y = placed.x, placed.y
        numbers = (x, y, placed.width, placed.height)
        if not all(map(isfinite, numbers)) or placed.width <= 0 or placed.height <= 0:
            raise OffThePage("the box for the signature has no area", hint="give its width and height in points")
        if placed.origin is Origin.TOP_LEFT:
            y = height - y - placed.height
        if min(x, y) < -_A_HAIR or x + placed.width > width + _A_HAIR or y + placed.height > height + _A_HAIR:
            raise OffThePage(
                f"the box for the signature does not lie on the page, which is {width:.0f} by {height:.0f} points",
                hint="a point is 1/72 inch; x and y are the corner of the box nearest to the origin",
            )
        corners = [self.on_page(x, y), self.on_page(x + placed.width, y + placed.height)]
        (left, right), (bottom, top) = (sorted(pair) for pair in zip(*corners, strict=True))
        return tuple(Decimal(side).quantize(Decimal("0.001")) for side in (left, bottom, right, top))

    def on_page(self, x: float, y: float) -> tuple[float, float]:
        """A point given in points from the bottom left as seen, in the page's own coordinates."""
        left, bottom, right, top = self.box
        x, y = x / self.unit, y / self.unit
        match self.turned:
            case 90:
                return right - y, bottom + x
            case 180:
                return right - x, top - y
            case 270:
                return left + y, top - x
        return left + x, bottom + y

    def seen_at(self, x: float, y: float) -> tuple[float, float]:
        """The other way round."""
        left, bottom, right, top = self.box
        match self.turned:
            case 90:
                found = y - bottom, right - x
            case 180:
                found = right - x, top - y
            case 270:
                found = top - y, x - left
            case _:
                found = x - left, y - bottom
        return found[0] * self.unit, found[1] * self.unit

    @property
    def matrix(self) -> tuple[int, ...]:
        """What turns a form so that it stands upright as seen; a viewer fits it into the rectangle (§12.5.5)."""
        return {0: (1, 0, 0, 1, 0, 0), 90: (0, 1, -1, 0, 0, 0), 180: (-1, 0, 0, -1, 0, 0)}.get(
            self.turned, (0, -1, 1, 0, 0, 0)
        )


def page_of(file: pikepdf.Pdf, number: int) -> Any:
    """The page with this number: from 1, or from the end, -1 the last. NoSuchPage."""
    count = len(file.pages)
    if number == 0 or not -count <= number <= count:
        raise NoSuchPage(f"the PDF has {count} pages", hint="pages count from 1; -1 is the last one")
    page = file.pages[number - 1 if number > 0 else number].obj
    if page.objgen[0] >= int(file.trailer.Size):  # qpdf has made it, because it stands in the tree twice or within it
        raise broken("a page is no object of its own")
    return page


def sight(page: Any) -> Sight:
    """How a page is seen. BrokenPdf if its boxes are none."""
    media = _box(inherited(page, "/MediaBox")) or (0.0, 0.0, 612.0, 792.0)
    crop = _box(inherited(page, "/CropBox")) or media
    box = max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3])
    if box[0] >= box[2] or box[1] >= box[3]:
        raise broken("a page has no area")
    turned = int(inherited(page, "/Rotate") or 0) % 360
    unit = float(page.get("/UserUnit", 1))
    return Sight(box, turned - turned % 90, unit if 0 < unit < 1e6 else 1.0)


def inherited(page: Any, key: str) -> Any:
    """An entry of a page or of what it hangs on (§7.7.3.4)."""
    node = page
    for _ in range(_DEEPEST):
        if node is None or key in node:
            break
        node = node.get("/Parent")
    return None if node is None else node.get(key)


def _box(value: Any) -> tuple[float, float, float, float] | None:
    if not isinstance(value, Array) or len(value) != 4:
        return None
    sides: Sequence[float] = [float(side) for side in value]
    if not all(map(isfinite, sides)):
        raise broken("a page has no area")
    return (
        min(sides[0], sides[2]),
        min(sides[1], sides[3]),
        max(sides[0], sides[2]),
        max(sides[1], sides[3]),
    )
