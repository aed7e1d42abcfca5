"""What one text operator shows, and the same without a tag (ISO 32000-1 §9.4.3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf

from tte.uploads.fonts import Glyph
from tte.uploads.text_state import Matrix, Point, State, point, times

_BELOW, _ABOVE = -0.25, 0.95
"""How far letters reach from their baseline, for a size of 1."""


def without_tag(
    shown: list[Any], state: State, text: Matrix, tag: str
) -> tuple[tuple[Point, ...] | None, float, list[Any]]:
    """The corners of the tag in what is shown, how far it moves on, and what is shown without the tag.

    No corners if it has no tag. What comes after the tag stays where it was.
    """
    if state.font is None:
        return None, 0, shown
    items = [state.font.glyphs(bytes(one)) if isinstance(one, pikepdf.String) else float(one) for one in shown]
    if tag not in "".join(glyph.text for item in items if isinstance(item, list) for glyph in item):
        return None, _width(items, state), shown
    at, written = 0.0, ""
    glyphs: list[tuple[float, float, Glyph] | float] = []
    starts: dict[int, int] = {}
    for item in items:
        if isinstance(item, float):
            at -= item / 1000 * state.size * state.scale
            glyphs.append(item)
            continue
        for glyph in item:
            advance = glyph.width * state.size + state.letter_spacing + glyph.blank * state.word_spacing
            starts[len(written)] = len(glyphs)
            glyphs.append((at, advance, glyph))
            written += glyph.text
            at += advance * state.scale
    starts[len(written)] = len(glyphs)
    place = next((one for one in _places(written, tag) if {one, one + len(tag)} <= starts.keys()), None)
    if place is None or not state.size:
        return None, at, shown
    first, last = starts[place], starts[place + len(tag)]
    inside = [one for one in glyphs[first:last] if isinstance(one, tuple)]
    left, right = inside[0][0], inside[-1][0] + inside[-1][2].width * state.size * state.scale
    trm = times(text, state.ctm)
    low, high = _BELOW * state.size + state.rise, _ABOVE * state.size + state.rise
    corners = tuple(point(trm, x, y) for x in (left, right) for y in (low, high))
    kept: list[Any] = []
    for index, one in enumerate(glyphs):
        if isinstance(one, float):
            kept.append(one)
        elif first <= index < last:
            kept.append(-one[1] * 1000 / state.size)
        else:
            kept.append(one[2].code)
    return corners, at, _joined(kept)


def _width(items: list[list[Glyph] | float], state: State) -> float:
    """How far these move on."""
    moved = 0.0
    for item in items:
        if isinstance(item, float):
            moved -= item / 1000 * state.size
        else:
            moved += sum(glyph.width for glyph in item) * state.size + len(item) * state.letter_spacing
            moved += sum(glyph.blank for glyph in item) * state.word_spacing
    return moved * state.scale


def _joined(items: list[Any]) -> list[Any]:
    """Codes that follow each other as one string."""
    found: list[Any] = []
    for item in items:
        if isinstance(item, bytes) and found and isinstance(found[-1], bytes):
            found[-1] += item
        else:
            found.append(item)
    return [pikepdf.String(one) if isinstance(one, bytes) else round(one, 3) for one in found]


def _places(text: str, tag: str) -> Iterator[int]:
    at = text.find(tag)
    while at >= 0:
        yield at
        at = text.find(tag, at + 1)
