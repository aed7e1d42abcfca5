"""pyHanko fills a form made beforehand and `mutool sign` signs its field; a process for each document."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from bench.peers import page
from bench.peers.identity import PASSPHRASE
from bench.peers.printed_form import print_form
from bench.peers.programs import program, run
from bench.peers.pyhanko_way import with_empty_field

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers.record import Record
    from bench.peers.workshop import Workshop


def prepare(shop: Workshop) -> Callable[[Record], bytes]:
    """Make the form with the signature field that mutool wants to find."""
    page.register_fonts()
    mutool = program("mutool", "mupdf-tools")
    form = print_form(shop.emblem)
    blank, field = with_empty_field(form.pdf)
    unsigned, signed = shop.folder / "mutool-in.pdf", shop.folder / "mutool-out.pdf"

    def document(record: Record) -> bytes:
        file = BytesIO(blank)
        writer = IncrementalPdfFileWriter(file)
        writer.add_stream_to_page(0, writer.add_object(StreamObject(stream_data=form.content(record))))
        writer.write_in_place()
        unsigned.write_bytes(file.getvalue())
        run(mutool, "sign", "-s", shop.identity.p12, "-P", PASSPHRASE, "-o", signed, unsigned, str(field))
        return signed.read_bytes()

    return document
