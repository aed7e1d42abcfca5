"""A later signature's mark on a page: whether it surely covers nothing that stood there.

What the page draws is bounded (`ink`), and so is the mark: readers keep an appearance within its /BBox, which is as
large as the widget's /Rect here (§12.5.5), so that no reader stretches it. In any doubt it does not stand apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

import pikepdf

from tte.validation.changes.comparison import Comparison
from tte.validation.changes.faces import Unclear
from tte.validation.changes.ink import Box, drawn_on, matrix
from tte.validation.revision import TRAILER, Ref, entries, get, items, name_of, ref_of

_MARGIN = 4.0
"""Points between a mark and what the page draws, at least."""
_LARGEST = 0.25
"""Of what is seen of the page."""
_SLACK = 0.5
_DEEPEST = 50
_MAY_HAVE = frozenset(
    {
        *("/Type", "/Subtype", "/FT", "/T", "/TU", "/V", "/Rect", "/AP", "/F", "/P", "/M"),
        *("/Ff", "/MK", "/DA", "/DR", "/Q", "/Lock", "/SV", "/StructParent"),
    }
)
_FLAGS = 4 | 64 | 128 | 512
"""Printed, read-only, locked: any other makes readers draw it elsewhere, or now and then."""
_QUARTERS: tuple[tuple[float, float, float, float], ...] = ((1, 0, 0, 1), (0, 1, -1, 0), (-1, 0, 0, -1), (0, -1, 1, 0))
_ODD = (Unclear, pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, RuntimeError)


def stands_apart(comparison: Comparison, widget: object) -> bool:
    """Whether this widget, new in the new revision, is on one page, small, plain, and far from all that was there."""
    try:
        return _stands_apart(comparison, widget)
    except (*_ODD, OverflowError, MemoryError, RecursionError):
        return False


def _stands_apart(comparison: Comparison, widget: object) -> bool:
    old, ref = comparison.old, ref_of(widget)
    if ref == TRAILER or ref in old.table or not entries(widget).keys() <= _MAY_HAVE or _f(widget) & ~_FLAGS:
        return False
    form = get(comparison.new.root, "/AcroForm")
    if any(get(form, key) not in (None, False) for key in ("/NeedAppearances", "/XFA")):
        return False
    place = _box(get(widget, "/Rect"))
    page = _page(comparison, ref)
    if page is None or ref_of(get(widget, "/P")) not in (TRAILER, page) or not _fits(get(widget, "/AP"), place):
        return False
    before = old.object(page)
    if get(before, "/UserUnit") not in (None, 1) or _area(place) > _LARGEST * _area(_seen(before)):
        return False
    return not any(_near(place, one) for one in _there(before))


def _seen(page: object) -> Box:
    """What readers show of a page: its /CropBox as far as it is in the /MediaBox (§14.11.2)."""
    media, crop = (_box(found) if (found := _inherited(page, key)) else None for key in ("/MediaBox", "/CropBox"))
    if media is None:
        raise Unclear
    left, bottom, right, top = crop or media
    seen = max(left, media[0]), max(bottom, media[1]), min(right, media[2]), min(top, media[3])
    if seen[0] >= seen[2] or seen[1] >= seen[3]:
        raise Unclear
    return seen


def _there(page: object) -> Iterator[Box]:
    """All that a page showed, its annotations too."""
    for one in items(get(page, "/Annots")):
        if name_of(get(one, "/Subtype")) not in ("/Widget", "/Link") or _f(one) & (8 | 16):
            raise Unclear
        box = _box(get(one, "/Rect"))
        if _area(box):
            yield box
    yield from drawn_on(get(page, "/Contents"), _inherited(page, "/Resources"))


def _page(comparison: Comparison, ref: Ref) -> Ref | None:
    """The one page that shows the widget, if it was a page of the document before, and lists it once."""
    new, old = comparison.new, comparison.old
    found: set[Ref] = set()
    for user in new.users.get(ref, frozenset()) - {TRAILER}:
        lists = {user, *new.users.get(user, frozenset())} - {TRAILER}
        found |= {page for page in lists if ref in map(ref_of, items(get(new.object(page), "/Annots")))}
    if len(found) != 1:
        return None
    [page] = found
    annotations = [ref_of(one) for one in items(get(new.object(page), "/Annots"))]
    there = name_of(get(old.object(page), "/Type")) == "/Page" and page in old.reached
    return page if there and annotations.count(ref) == 1 else None


def _fits(appearance: object, place: Box) -> bool:
    """Whether one form is shown, neither stretched nor sheared."""
    form = get(appearance, "/N")
    if entries(appearance).keys() != {"/N"} or not isinstance(form, pikepdf.Stream) or "/OC" in entries(form):
        return False
    if name_of(get(form, "/Subtype")) != "/Form":
        return False
    turned = matrix(items(get(form, "/Matrix")) or [1, 0, 0, 1, 0, 0])[:4]
    if turned not in _QUARTERS:
        return False
    left, bottom, right, top = _box(get(form, "/BBox"))
    sizes = (right - left, top - bottom)
    wide, high = sizes if turned[0] else sizes[::-1]
    return abs(wide - (place[2] - place[0])) <= _SLACK and abs(high - (place[3] - place[1])) <= _SLACK


def _inherited(page: object, key: str) -> object:
    node = page
    for _ in range(_DEEPEST):
        found = get(node, key)
        if found is not None:
            return found
        node = get(node, "/Parent")
        if node is None:
            return None
    raise Unclear


def _box(value: object) -> Box:
    sides = [float(side) for side in items(value)]  # type: ignore[arg-type]
    if len(sides) != 4 or not all(map(isfinite, sides)):
        raise Unclear
    return min(sides[0], sides[2]), min(sides[1], sides[3]), max(sides[0], sides[2]), max(sides[1], sides[3])


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _near(one: Box, other: Box) -> bool:
    return (
        one[0] - _MARGIN < other[2]
        and other[0] < one[2] + _MARGIN
        and one[1] - _MARGIN < other[3]
        and other[1] < one[3] + _MARGIN
    )


def _f(annotation: object) -> int:
    return int(get(annotation, "/F") or 0)  # type: ignore[call-overload,no-any-return]
