"""PyMuPDF, writing onto the form that was made beforehand. Its output is not subset, so the whole font goes in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pymupdf

from bench.peers import page
from bench.peers.page import PLACES, REGULAR, REGULAR_TTF, VALUE_SIZE, qr_rectangles
from bench.peers.printed_form import print_form

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers.record import Record
    from bench.peers.workshop import Workshop


def prepare(shop: Workshop) -> Callable[[Record], bytes]:
    """Make the form and load the font."""
    page.register_fonts()
    form = print_form(shop.emblem).pdf
    font = pymupdf.Font(fontname=REGULAR, fontfile=str(REGULAR_TTF))

    def document(record: Record) -> bytes:
        with pymupdf.open(stream=form, filetype="pdf") as pdf:
            sheet = pdf[0]
            height = sheet.rect.height
            writer = pymupdf.TextWriter(sheet.rect)
            for value, (x, y) in zip(record.values, PLACES, strict=True):
                writer.append((x, height - y), value, font=font, fontsize=VALUE_SIZE)
            writer.write_text(sheet)
            shape = sheet.new_shape()
            for x, y, width, tall in qr_rectangles(record, soon=True):
                shape.draw_rect((x, height - y - tall, x + width, height - y))
            shape.finish(fill=(0, 0, 0), width=0)
            shape.commit()
            return pdf.tobytes()

    return document
