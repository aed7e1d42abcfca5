"""How wide the letters of a font are, as its dictionary says (ISO 32000-2 §9.6, §9.7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pikepdf

from tte.validation.revision import get, items, name_of

_SIMPLE = ("/Type1", "/TrueType", "/MMType1")
_MOST = 100_000
_WIDEST = 10_000
"""Thousandths of a letter's height; what is wider is not believed."""


class Unclear(Exception):
    """What is drawn cannot be bounded."""


@dataclass(frozen=True, slots=True)
class Widths:
    """In letters' heights, by code of `size` bytes; `usual` for the others."""

    size: int
    by_code: Mapping[int, float]
    usual: float
    widest: float

    def of(self, text: bytes) -> Iterator[tuple[float, bool]]:
        """Of each code its width, and whether it is the blank to which word spacing applies (§9.3.3)."""
        for at in range(0, len(text), self.size):
            code = int.from_bytes(text[at : at + self.size])
            yield self.by_code.get(code, self.usual), self.size == 1 and code == 32


def widths_of(font: object) -> Widths:
    """Unclear of a font whose letters are drawings, or stand below one another."""
    kind = name_of(get(font, "/Subtype"))
    if kind == "/Type0":
        (below,) = items(get(font, "/DescendantFonts")) or (None,)
        if name_of(get(font, "/Encoding")) != "/Identity-H" or not isinstance(below, pikepdf.Dictionary):
            raise Unclear
        said = get(below, "/DW")
        return _widths(2, dict(_of_cids(items(get(below, "/W")))), 1000.0 if said is None else float(said))  # type: ignore[arg-type]
    if kind not in _SIMPLE:
        raise Unclear
    first = get(font, "/FirstChar") or 0
    found = {int(first) + place: _width(one) for place, one in enumerate(items(get(font, "/Widths")))}  # type: ignore[call-overload]
    missing = get(get(font, "/FontDescriptor"), "/MissingWidth") or 0
    return _widths(1, found, max(1000.0, _width(missing)))


def _widths(size: int, by_code: Mapping[int, float], usual: float) -> Widths:
    everything = (usual, *by_code.values())
    if min(everything) < 0 or not max(everything) <= _WIDEST or len(by_code) > _MOST:
        raise Unclear
    scaled = {code: width / 1000 for code, width in by_code.items()}
    return Widths(size, scaled, usual / 1000, max(everything) / 1000)


def _of_cids(given: list[object]) -> Iterator[tuple[int, float]]:
    """§9.7.4.3: `c [w1 w2 …]` or `first last w`."""
    at = 0
    while at < len(given):
        first, after = int(given[at]), given[at + 1] if at + 1 < len(given) else None  # type: ignore[call-overload]
        if isinstance(after, pikepdf.Array):
            yield from ((first + place, _width(one)) for place, one in enumerate(items(after)))
            at += 2
            continue
        if at + 2 >= len(given) or not 0 <= int(after) - first <= _MOST:  # type: ignore[call-overload]
            raise Unclear
        width = _width(given[at + 2])
        yield from ((code, width) for code in range(first, int(after) + 1))  # type: ignore[call-overload]
        at += 3


def _width(value: object) -> float:
    return float(value)  # type: ignore[arg-type]
