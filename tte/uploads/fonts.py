"""What the codes of a font mean and how wide they are, as far as it takes to find a text on a page (ISO 32000-1 §9.10).

A font's own /ToUnicode comes first, then its /Encoding. Letters of composite fonts without /ToUnicode stay unknown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import pikepdf

from tte.uploads.opening import unpacked

_SECTIONS: Final = re.compile(rb"begin(bfchar|bfrange|codespacerange)(.*?)end\1", re.DOTALL)
_ITEMS: Final = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\[)|(\])")
_MOST, _MOST_MAP = 65_536, 1 << 20
"""Codes, and bytes of a /ToUnicode."""
_PUNCTUATION: Final = {
    "space": " ", "exclam": "!", "quotedbl": "\"", "numbersign": "#", "dollar": "$", "percent": "%", "ampersand": "&",
    "quotesingle": "'", "parenleft": "(", "parenright": ")", "asterisk": "*", "plus": "+", "comma": ",",
    "hyphen": "-", "period": ".", "slash": "/", "colon": ":", "semicolon": ";", "less": "<", "equal": "=",
    "greater": ">", "question": "?", "at": "@", "bracketleft": "[", "backslash": "\\", "bracketright": "]",
    "asciicircum": "^", "underscore": "_", "grave": "`", "braceleft": "{", "bar": "|", "braceright": "}",
    "asciitilde": "~", "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9",
}  # fmt: skip
"""Names of glyphs that are not letters (Adobe Glyph List, its ASCII part)."""


class Glyph(NamedTuple):
    """One code as it stands in a string, what it means, how wide it is in text space for a size of 1, and whether word
    spacing applies.
    """

    code: bytes
    text: str
    width: float
    blank: bool


class Font(dict[bytes, Glyph]):
    """The glyphs of a font by their codes, each made when it is first asked for.

    `means` and `widths` are by code; `default` is the width of codes without one, `unit` what widths are counted in.
    """

    def __init__(
        self,
        size: int,
        means: Mapping[int, str],
        widths: Mapping[int, float],
        *,
        default: float,
        fallback: str = "",
        unit: float = 0.001,
    ) -> None:
        super().__init__()
        self._size, self._means, self._widths = size, means, widths
        self._default, self._fallback, self._unit = default, fallback, unit

    def glyphs(self, string: bytes) -> list[Glyph]:
        """The glyphs of a string."""
        size = self._size
        return [self[string[at : at + size]] for at in range(0, len(string), size)]

    def __missing__(self, code: bytes) -> Glyph:
        number = int.from_bytes(code, "big")
        text = self._means.get(number)
        if text is None:
            text = code.decode(self._fallback, "replace") if self._fallback else "\ufffd"
        width = self._widths.get(number, self._default) * self._unit
        found = self[code] = Glyph(code, text, width, self._size == 1 and number == 32)
        return found


def font_of(value: Any) -> Font:
    """A font dictionary read."""
    means, size = _to_unicode(value.get("/ToUnicode"))
    if value.get("/Subtype") == "/Type0":
        inner = value.get("/DescendantFonts", [{}])[0]
        return Font(size or 2, means, _composite_widths(inner.get("/W", [])), default=float(inner.get("/DW", 1000)))
    encoding = value.get("/Encoding")
    base = encoding.get("/BaseEncoding") if isinstance(encoding, pikepdf.Dictionary) else encoding
    fallback = "mac_roman" if base == "/MacRomanEncoding" else "cp1252"
    differences: Any = encoding.get("/Differences", []) if isinstance(encoding, pikepdf.Dictionary) else []
    unit = abs(float(value.FontMatrix[0])) if value.get("/Subtype") == "/Type3" and "/FontMatrix" in value else 0.001
    widths, default = _simple_widths(value)
    return Font(1, {**_named(differences), **means}, widths, default=default, fallback=fallback, unit=unit)


def _simple_widths(value: Any) -> tuple[Mapping[int, float], float]:
    listed = value.get("/Widths")
    if listed is None:
        from tte.rendering.label import standard_widths

        return dict(enumerate(standard_widths(str(value.get("/BaseFont", ""))[1:]))), 0.0
    first = int(value.get("/FirstChar", 0))
    missing = float(value.get("/FontDescriptor", {}).get("/MissingWidth", 0))
    return {first + place: float(width) for place, width in enumerate(list(listed)[:256])}, missing


def _composite_widths(listed: Any) -> Mapping[int, float]:
    found: dict[int, float] = {}
    items, at = list(listed), 0
    while at + 1 < len(items) and len(found) < _MOST:
        first, second = int(items[at]), items[at + 1]
        if isinstance(second, pikepdf.Array):
            found.update((first + place, float(width)) for place, width in enumerate(second))
            at += 2
        elif at + 2 < len(items):
            last = min(int(second), first + _MOST)
            found.update(dict.fromkeys(range(first, last + 1), float(items[at + 2])))
            at += 3
        else:
            break
    return found


def _named(differences: Any) -> dict[int, str]:
    found: dict[int, str] = {}
    code = 0
    for item in differences:
        if isinstance(item, pikepdf.Name):
            name = str(item)[1:]
            if name in _PUNCTUATION or len(name) == 1:
                found[code] = _PUNCTUATION.get(name, name)
            elif match := re.fullmatch(r"u(?:ni)?([0-9A-F]{4,6})", name):
                found[code] = chr(min(int(match[1], 16), 0x10FFFF))
            code += 1
        else:
            code = int(item)
    return found


def _to_unicode(stream: Any) -> tuple[dict[int, str], int]:
    """Code to text, and how many bytes a code has; 0 if it is not said."""
    found: dict[int, str] = {}
    size = 0
    if not isinstance(stream, pikepdf.Stream):
        return found, size
    for kind, body in _SECTIONS.findall(unpacked(stream, _MOST_MAP) or b""):
        items = list(_ITEMS.finditer(body))
        if kind == b"codespacerange" and items:
            size = max(size, len(_hex(items[0][1])))
        elif kind == b"bfchar":
            for code, text in zip(items[::2], items[1::2], strict=False):
                found[int.from_bytes(_hex(code[1]), "big")] = _text(_hex(text[1]))
        elif kind == b"bfrange":
            _ranges(items, found)
        if len(found) > _MOST:
            break
    return found, size


def _ranges(items: list[re.Match[bytes]], found: dict[int, str]) -> None:
    at = 0
    while at + 2 < len(items) and len(found) < _MOST:
        first, last = (int.from_bytes(_hex(one[1]), "big") for one in items[at : at + 2])
        at += 2
        if items[at][2]:
            at += 1
            while at < len(items) and not items[at][3]:
                found[first] = _text(_hex(items[at][1]))
                first, at = first + 1, at + 1
        else:
            text = _text(_hex(items[at][1]))
            for place, code in enumerate(range(first, min(last, first + _MOST) + 1)):
                found[code] = text[:-1] + chr(min(ord(text[-1]) + place, 0x10FFFF)) if text else ""
        at += 1


def _hex(digits: bytes | None) -> bytes:
    plain = b"".join((digits or b"").split()).decode()
    return bytes.fromhex(plain + "0" * (len(plain) % 2))


def _text(code: bytes) -> str:
    return code.decode("utf-16-be", "replace")
