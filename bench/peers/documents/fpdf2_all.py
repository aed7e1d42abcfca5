"""fpdf2 for everything: it draws the page and signs it by way of endesive, with a plain CMS signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.peers.renderings.fpdf2_page import draw

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers.record import Record
    from bench.peers.workshop import Workshop


def prepare(shop: Workshop) -> Callable[[Record], bytes]:
    """Nothing is kept but the parsed key."""
    identity = shop.identity

    def document(record: Record) -> bytes:
        pdf = draw(record, shop.emblem)
        pdf.sign(identity.key, identity.certificate, [identity.issuer])
        return bytes(pdf.output())

    return document
