"""The fastest that was put together from others: the form made beforehand, one stream added and signed by rustpdf."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rustpdf

from bench.peers import page
from bench.peers.printed_form import print_form
from bench.peers.rustpdf_way import signing

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers.record import Record
    from bench.peers.workshop import Workshop


def prepare(shop: Workshop) -> Callable[[Record], bytes]:
    """Make the form once."""
    page.register_fonts()
    form = print_form(shop.emblem)
    sign = signing(shop.identity)

    def document(record: Record) -> bytes:
        with rustpdf.EditableDoc.load(form.pdf) as editable:
            editable.overlay_page(0, form.content(record))
            return sign(editable.to_bytes_incremental(form.pdf))

    return document
