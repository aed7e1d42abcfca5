"""fpdf2, the page drawn anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fpdf import FPDF

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
    from pathlib import Path

    from bench.peers.record import Record
    from bench.peers.workshop import Workshop


def prepare(shop: Workshop) -> Callable[[Record], bytes]:
    """Nothing can be kept: fpdf2 reads its fonts for each document."""

    def document(record: Record) -> bytes:
        return bytes(draw(record, shop.emblem).output())

    return document


def draw(record: Record, emblem: Path) -> FPDF:
    """The page, not yet written out."""
    pdf = FPDF(unit="pt", format="A4")
    pdf.set_title("Kutipan akta kelahiran")
    pdf.add_font(REGULAR, fname=REGULAR_TTF)
    pdf.add_font(BOLD, fname=BOLD_TTF)
    pdf.add_page()
    height = pdf.h
    x, y, width, tall = EMBLEM_BOX
    pdf.image(emblem, x, height - y - tall, width, tall)
    for font, size, x, y, text in HEADINGS:
        pdf.set_font(font, size=size)
        pdf.text(x, height - y, text)
    pdf.set_line_width(0.7)
    pdf.line(RULE[0], height - RULE[1], RULE[2], height - RULE[3])
    pdf.rect(FRAME[0], height - FRAME[1] - FRAME[3], FRAME[2], FRAME[3])
    pdf.set_font(BOLD, size=LABEL_SIZE)
    for label, (x, y) in zip(LABELS, PLACES, strict=True):
        pdf.text(x, height - y - LABEL_RISE, label)
        pdf.line(x, height - y + LINE_DROP, x + LINE_LENGTH, height - y + LINE_DROP)
    pdf.set_font(REGULAR, size=VALUE_SIZE)
    for value, (x, y) in zip(record.values, PLACES, strict=True):
        pdf.text(x, height - y, value)
    pdf.set_font(REGULAR, size=NOTE_SIZE)
    for index, note in enumerate(NOTES):
        x, y = note_place(index)
        pdf.text(x, height - y, note)
    for x, y, width, tall in qr_rectangles(record, soon=True):
        pdf.rect(x, height - y - tall, width, tall, style="F")
    return pdf
