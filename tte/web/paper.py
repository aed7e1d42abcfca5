"""What a document of ours says on paper: the lines of its page, read from the register's own file. Never a stranger's.

Every line of text on our pages is one text object: a font, a place, a string (`tte.rendering.pen`). So this needs no
more of PDF than that, and what it does not know it leaves out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf

_MM = 72 / 25.4
_PAIR = re.compile(rb"<([0-9A-Fa-f]{2})>\s*<([0-9A-Fa-f]{4,})>")


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A line of text. x, y in mm from the top left corner of its page: the left end of its baseline."""

    x: float
    y: float
    text: str


def lines_of(pdf: bytes) -> list[PaperLine]:
    """The lines of every page, in the order they are written."""
    found: list[PaperLine] = []
    with pikepdf.open(BytesIO(pdf)) as opened:
        for page in opened.pages:
            height = float(page.mediabox[3])
            fonts = {name: _letters(font) for name, font in page.Resources.get("/Font", pikepdf.Dictionary()).items()}
            found += _lines(page, fonts, height)
    return found


def _lines(page: pikepdf.Page, fonts: dict[str, dict[int, str]], height: float) -> list[PaperLine]:
    found: list[PaperLine] = []
    letters: dict[int, str] = {}
    x = y = 0.0
    for step in pikepdf.parse_content_stream(page, "Tf Td Tj TJ"):
        operands = step.operands
        match str(step.operator):
            case "Tf":
                letters = fonts.get(str(operands[0]), {})
            case "Td":
                x, y = float(operands[0]), float(operands[1])
            case "Tj" | "TJ":
                text = "".join(letters.get(code, "\ufffd") for code in _codes(operands[0]))
                found.append(PaperLine(x / _MM, (height - y) / _MM, text))
    return found


def _codes(shown: Any) -> bytes:
    if isinstance(shown, pikepdf.Array):
        return b"".join(bytes(part) for part in shown if isinstance(part, pikepdf.String))
    return bytes(shown)


def _letters(font: Any) -> dict[int, str]:
    """Which letter each code of a font is, by its ToUnicode map (ISO 32000-1 §9.10.3)."""
    if "/ToUnicode" not in font:
        return {}
    return {
        int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be", "replace")
        for code, text in _PAIR.findall(font.ToUnicode.read_bytes().partition(b"beginbfchar")[2])
    }
