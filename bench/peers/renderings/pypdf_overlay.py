"""pypdf, laying a reportlab page with the values over the form that was made beforehand: the usual recipe."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from bench.peers import page
from bench.peers.printed_form import print_form

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers.record import Record
    from bench.peers.workshop import Workshop


def prepare(shop: Workshop) -> Callable[[Record], bytes]:
    """Make the form."""
    page.register_fonts()
    form = print_form(shop.emblem).pdf

    def document(record: Record) -> bytes:
        over = BytesIO()
        canvas = Canvas(over, pagesize=A4)
        page.draw_values(canvas, record)
        canvas.showPage()
        canvas.save()
        writer = PdfWriter(clone_from=BytesIO(form))
        writer.pages[0].merge_page(PdfReader(over).pages[0])
        made = BytesIO()
        writer.write(made)
        return made.getvalue()

    return document
