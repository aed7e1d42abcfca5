"""Fitting a text into its box: the first step of its style in which it fits, broken between words, or nothing at all.

Never clipped, condensed, hyphenated or abbreviated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tte.template.metrics import metrics
from tte.template.style import Style

PT: Final = 25.4 / 72
"""mm in a point."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text as it will stand: its size in pt and its lines."""

    size: float
    lines: tuple[str, ...]


def fit(text: str, style: Style, width: float) -> Fitted | None:
    """The text in the first step of its style that holds it within `width` mm, or None. `\\n` ends a line."""
    paragraphs = text.split("\n")
    whole = [_units(paragraph, style) for paragraph in paragraphs]
    for step in style.steps:
        if len(paragraphs) > step.lines:
            continue
        room = _room(width, step.size)
        if max(whole) <= room:
            return Fitted(step.size, tuple(paragraphs))
        if step.lines == 1:
            continue
        lines = _broken(paragraphs, style, room, most=step.lines)
        if lines:
            return Fitted(step.size, tuple(lines))
    return None


def width(text: str, style: Style, size: float) -> float:
    """The width of one line in mm."""
    return _units(text, style) * size / 1000 * PT


def _room(width: float, size: float) -> float:
    return width / PT / size * 1000 + 1e-6


def _units(text: str, style: Style) -> float:
    tracked = style.track * 1000 * max(len(text) - 1, 0)
    return metrics(style.face).advance(text, kern=style.kern) + tracked


def _broken(paragraphs: Sequence[str], style: Style, room: float, *, most: int) -> list[str]:
    lines = [line for paragraph in paragraphs for line in _greedy(paragraph, style, room)]
    if len(lines) > most or any(_units(line, style) > room for line in lines):
        return []
    return _balanced(lines, style, room) if style.balance and len(paragraphs) == 1 else lines


def _greedy(text: str, style: Style, room: float) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if line and _units(longer, style) > room:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]


def _balanced(lines: list[str], style: Style, room: float) -> list[str]:
    """The same words in as many lines, the longest as short as can be: found by halving the room."""
    text, best = " ".join(lines), lines
    low, high = room / len(lines) / 2, room
    while high - low > 50:
        middle = (low + high) / 2
        tried = _greedy(text, style, middle)
        if len(tried) <= len(lines) and all(_units(line, style) <= middle for line in tried):
            best, high = tried, middle
        else:
            low = middle
    return best
