"""rustpdf, the page drawn anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rustpdf

from bench.peers.page import (
    BOLD,
    BOLD_TTF,
    EMBLEM_BOX,
    FRAME,
    HEADINGS,
    LABEL_RISE,
    LABEL_SIZE,
    LINE_DROP,
    LINE_LENGTH,
    NOTE_SIZE,
    NOTES,
    PLACES,
    REGULAR,
    REGULAR_TTF,
    RULE,
    VALUE_SIZE,
    note_place,
    qr_rectangles,
)
from bench.peers.record import LABELS

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers.record import Record
    from bench.peers.workshop import Workshop


def prepare(shop: Workshop) -> Callable[[Record], bytes]:
    """Read fonts and emblem, which rustpdf takes anew for each document."""
    typefaces = {REGULAR: REGULAR_TTF.read_bytes(), BOLD: BOLD_TTF.read_bytes()}
    emblem = shop.emblem.read_bytes()

    def document(record: Record) -> bytes:
        with rustpdf.Document() as pdf:
            pdf.set_info(title="Kutipan akta kelahiran")
            pdf.set_default_size(595.28, 841.89)
            pdf.add_page()
            fonts = {name: pdf.add_font(typeface) for name, typeface in typefaces.items()}
            pdf.draw_image(pdf.add_image_png(emblem), *EMBLEM_BOX)
            _lines(pdf)
            for font, size, x, y, text in HEADINGS:
                pdf.show_text(fonts[font], size, x, y, text)
            for label, value, (x, y) in zip(LABELS, record.values, PLACES, strict=True):
                pdf.show_text(fonts[BOLD], LABEL_SIZE, x, y + LABEL_RISE, label)
                pdf.show_text(fonts[REGULAR], VALUE_SIZE, x, y, value)
            for index, note in enumerate(NOTES):
                pdf.show_text(fonts[REGULAR], NOTE_SIZE, *note_place(index), note)
            for x, y, width, height in qr_rectangles(record, soon=True):
                pdf.rect(x, y, width, height)
            pdf.fill()
            return pdf.to_bytes()

    return document


def _lines(pdf: rustpdf.Document) -> None:
    """The frame, the rule and a line under each value; rustpdf has no lines, so they are flat rectangles."""
    pdf.set_line_width(0.7)
    pdf.rect(*FRAME)
    pdf.stroke()
    left, y, right, _ = RULE
    pdf.rect(left, y, right - left, 0.7)
    for x, y in PLACES:
        pdf.rect(x, y - LINE_DROP, LINE_LENGTH, 0.7)
    pdf.fill()
