"""The five faces, known to reportlab, and how one page's letters are written in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FOLDER: Final = Path(__file__).with_name("fonts")

_ESCAPED: Final = {code: b"\\" + bytes([code]) for code in b"()\\"} | {0x0D: b"\\r", 0x0A: b"\\n"}


@dataclass(frozen=True, slots=True)
class Face:
    """One face as embedded in one file: its resource name, and for each letter the bytes inside a PDF string."""

    resource: bytes
    codes: Mapping[str, bytes]


@cache
def register(name: str) -> TTFont:
    """Make a face known to reportlab, once in a process."""
    # asciiReadable would put all of ASCII into every subset, wanted or not.
    pdfmetrics.registerFont(TTFont(name, str(FOLDER / f"{name}.ttf"), asciiReadable=False))
    font = pdfmetrics.getFont(name)
    if not isinstance(font, TTFont):
        raise TypeError(name)
    return font


def reserve(canvas: Canvas, name: str, letters: set[str]) -> Face:
    """Put these letters into the embedded subset of a face, used or not, and return how they are written.

    The same letters give the same codes, so words set later need neither the canvas nor reportlab.
    """
    font = register(name)
    document = canvas._doc  # type: ignore[attr-defined]  # the fonts keep their subsets by document
    codes = {}
    for letter in sorted(letters):
        ((subset, code),) = font.splitString(letter, document)
        if subset:
            raise ValueError(f"{name}: more letters than one subset holds")
        codes[letter] = b"".join(_ESCAPED.get(byte, bytes([byte])) for byte in code)
    return Face(font.getSubsetInternalName(0, document).encode(), codes)
