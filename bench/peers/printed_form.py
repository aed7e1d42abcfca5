"""The page with everything fixed drawn beforehand: only a short content stream is made for a record."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from string import ascii_uppercase, digits
from typing import TYPE_CHECKING, Final

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import getFont
from reportlab.pdfgen.canvas import Canvas

from bench.peers.page import PLACES, REGULAR, VALUE_SIZE, draw_fixed, qr_rectangles

if TYPE_CHECKING:
    from pathlib import Path

    from bench.peers.record import Record

_CHARACTERS: Final = ascii_uppercase + digits + " .,:;-/()'"
"""What a value may be made of; all of it is in the embedded font."""


@dataclass(frozen=True, slots=True)
class PrintedForm:
    """An unsigned PDF without values, the name its font has in the page's resources, and the font's codes."""

    pdf: bytes
    font: str
    codes: dict[int, str]

    def content(self, record: Record) -> bytes:
        """The content stream that puts a record's values and its QR code on the page."""
        lines = [f"q 0 g BT {self.font} {VALUE_SIZE} Tf"]
        lines += [
            f"1 0 0 1 {x} {y} Tm <{value.translate(self.codes)}> Tj"
            for value, (x, y) in zip(record.values, PLACES, strict=True)
        ]
        lines.append("ET")
        lines += [
            f"{x:.2f} {y:.2f} {width:.2f} {height:.2f} re" for x, y, width, height in qr_rectangles(record, soon=True)
        ]
        lines.append("f Q")
        return "\n".join(lines).encode("ascii")


def print_form(emblem: Path) -> PrintedForm:
    """Draw the fixed part once; needs register_fonts first."""
    made = BytesIO()
    canvas = Canvas(made, pagesize=A4)
    canvas.setTitle("Kutipan akta kelahiran")
    draw_fixed(canvas, emblem)
    font = getFont(REGULAR)
    pieces = {character: font.splitString(character, canvas._doc) for character in _CHARACTERS}
    if any(len(piece) != 1 or piece[0][0] != 0 for piece in pieces.values()):
        raise RuntimeError("the characters of the values do not fit into one subset of the font")
    name = font.getSubsetInternalName(0, canvas._doc)
    canvas.showPage()
    canvas.save()
    codes = {ord(character): piece[0][1].hex() for character, piece in pieces.items()}
    return PrintedForm(made.getvalue(), name, codes)
