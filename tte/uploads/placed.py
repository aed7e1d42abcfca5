"""A placing and a mark become a rectangle on a page, and what is seen in it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pikepdf

from tte.errors import OffThePage
from tte.pades.revision import Revision
from tte.uploads.appearance import Canvas, drawn, is_archived
from tte.uploads.form import signed_fields
from tte.uploads.placing import AtTag, Mark, OnPage, Placing
from tte.uploads.sight import Sight, page_of, sight
from tte.uploads.tags import found_tag, without


@dataclass(frozen=True, slots=True)
class Placed:
    """The page, the widget's rectangle in its coordinates, and the form that is seen there; None if nothing is."""

    page: Any
    rect: tuple[Decimal, ...]
    form: Any


def placed(revision: Revision, file: pikepdf.Pdf, placing: Placing | None, mark: Mark) -> Placed:
    """The mark in its place. NoSuchPage, OffThePage, TagNotFound, ImageRefused."""
    if placing is None:
        archived = is_archived(file)
        nothing = drawn(revision, Canvas(0, 0, (1, 0, 0, 1, 0, 0), archived=True), Mark()) if archived else None
        return Placed(page_of(file, 1), (Decimal(0),) * 4, nothing)
    if isinstance(placing, AtTag):
        return _at_tag(revision, file, placing, mark)
    page = page_of(file, placing.page)
    return _in_box(revision, file, page, sight(page), placing, mark)


def in_field(revision: Revision, file: pikepdf.Pdf, widget: Any, mark: Mark) -> Any:
    """The mark in the box of a widget that is there; None if that has no area, or there is nothing to draw."""
    left, bottom, right, top = (float(side) for side in widget.Rect)
    if mark == Mark() or left == right or bottom == top:
        return None
    pages = [page.obj for page in file.pages if any(one.objgen == widget.objgen for one in page.obj.get("/Annots", []))]
    seen = sight(pages[0] if pages else page_of(file, 1))
    width, height = abs(right - left) * seen.unit, abs(top - bottom) * seen.unit
    if seen.turned % 180:
        width, height = height, width
    return drawn(revision, Canvas(width, height, seen.matrix, archived=is_archived(file)), mark)


def _at_tag(revision: Revision, file: pikepdf.Pdf, placing: AtTag, mark: Mark) -> Placed:
    found = found_tag(file, placing)
    seen = sight(found.page)
    corners = [seen.seen_at(*corner) for corner in found.corners]
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    bottom, top = min(y for _, y in corners), max(y for _, y in corners)
    width, height = seen.size
    if placing.width > width or placing.height > height:
        raise OffThePage(
            f"the box for the signature is larger than the page, which is {width:.0f} by {height:.0f} points",
            hint="a point is 1/72 inch",
        )
    x = min(max((left + right - placing.width) / 2, 0), width - placing.width)
    y = min(max((bottom + top - placing.height) / 2, 0), height - placing.height)
    box = OnPage(x, y, placing.width, placing.height)
    if found.removable and next(signed_fields(file), None) is None:
        without(revision, found)
        return _in_box(revision, file, found.page, seen, box, mark)
    blank = left - x, bottom - y, right - left, top - bottom
    return _in_box(revision, file, found.page, seen, box, mark, blank=blank)


def _in_box(
    revision: Revision,
    file: pikepdf.Pdf,
    page: Any,
    seen: Sight,
    box: OnPage,
    mark: Mark,
    *,
    blank: tuple[float, float, float, float] | None = None,
) -> Placed:
    rect = seen.rect(box)
    canvas = Canvas(box.width, box.height, seen.matrix, archived=is_archived(file), blank=blank)
    return Placed(page, rect, drawn(revision, canvas, mark))
