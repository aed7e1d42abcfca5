"""pyHanko, adding one content stream to the form that was made beforehand."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from bench.peers import page
from bench.peers.printed_form import print_form

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers.record import Record
    from bench.peers.workshop import Workshop


def prepare(shop: Workshop) -> Callable[[Record], bytes]:
    """Make the form."""
    page.register_fonts()
    form = print_form(shop.emblem)

    def document(record: Record) -> bytes:
        file = BytesIO(form.pdf)
        writer = IncrementalPdfFileWriter(file)
        writer.add_stream_to_page(0, writer.add_object(StreamObject(stream_data=form.content(record))))
        writer.write_in_place()
        return file.getvalue()

    return document
