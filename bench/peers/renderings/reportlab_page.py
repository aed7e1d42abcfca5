"""reportlab, the page drawn anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.peers import page

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers.record import Record
    from bench.peers.workshop import Workshop


def prepare(shop: Workshop) -> Callable[[Record], bytes]:
    """Register the fonts."""
    page.register_fonts()

    def document(record: Record) -> bytes:
        return page.render(record, shop.emblem)

    return document
