"""reportlab and @signpdf for Node.js, which a process that stays is asked to run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.peers import page
from bench.peers.node_way import node_signer

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers.record import Record
    from bench.peers.workshop import Workshop


def prepare(shop: Workshop) -> Callable[[Record], bytes]:
    """Register the fonts and start Node.js."""
    page.register_fonts()
    sign = node_signer(shop, "signpdf")

    def document(record: Record) -> bytes:
        return sign(page.render(record, shop.emblem))

    return document
