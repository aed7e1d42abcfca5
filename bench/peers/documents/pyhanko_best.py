"""The most that was found in pyHanko's own interface, without replacing any of its parts.

The fixed part of the page, its fonts and the empty signature field are in a form that was made beforehand; pyHanko adds
one content stream. The key is parsed once, one event loop is kept, room for the CMS is fixed (so it is built once, not
twice), the file is written in place, and nothing is validated on the way.
"""

from __future__ import annotations

import asyncio
from io import BytesIO
from typing import TYPE_CHECKING, Final

from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfSigner

from bench.peers import page
from bench.peers.printed_form import print_form
from bench.peers.pyhanko_way import ParsedKeySigner, pades_metadata, with_empty_field

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers.record import Record
    from bench.peers.workshop import Workshop

_ROOM: Final = 6144
"""Bytes reserved for the CMS: enough for two RSA-2048 certificates, and what saves a trial run."""


def prepare(shop: Workshop) -> Callable[[Record], bytes]:
    """Make the form with its signature field, the signer and the event loop."""
    page.register_fonts()
    form = print_form(shop.emblem)
    blank, _ = with_empty_field(form.pdf)
    signer = PdfSigner(pades_metadata(), signer=ParsedKeySigner(shop.identity))
    loop = asyncio.new_event_loop()

    def document(record: Record) -> bytes:
        file = BytesIO(blank)
        writer = IncrementalPdfFileWriter(file)
        writer.add_stream_to_page(0, writer.add_object(StreamObject(stream_data=form.content(record))))
        loop.run_until_complete(
            signer.async_sign_pdf(writer, existing_fields_only=True, bytes_reserved=2 * _ROOM, in_place=True)
        )
        return file.getvalue()

    return document
