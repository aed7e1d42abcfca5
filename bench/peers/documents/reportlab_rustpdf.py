"""reportlab and rustpdf's signer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.peers import page
from bench.peers.rustpdf_way import signing

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers.record import Record
    from bench.peers.workshop import Workshop


def prepare(shop: Workshop) -> Callable[[Record], bytes]:
    """Register the fonts."""
    page.register_fonts()
    sign = signing(shop.identity)

    def document(record: Record) -> bytes:
        return sign(page.render(record, shop.emblem))

    return document
