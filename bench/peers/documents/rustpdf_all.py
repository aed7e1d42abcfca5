"""rustpdf (Rust behind Python) for everything: the page drawn anew, then signed with a parsed key outside of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.peers.renderings.rustpdf_page import prepare as prepare_page
from bench.peers.rustpdf_way import signing

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers.record import Record
    from bench.peers.workshop import Workshop


def prepare(shop: Workshop) -> Callable[[Record], bytes]:
    """Read fonts and emblem, which rustpdf takes anew for each document."""
    draw, sign = prepare_page(shop), signing(shop.identity)

    def document(record: Record) -> bytes:
        return sign(draw(record))

    return document
