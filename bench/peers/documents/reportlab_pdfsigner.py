"""reportlab and pdfsigner (Rust behind Python), which reads files and opens the PKCS#12 file at every signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pdfsigner

from bench.peers import page
from bench.peers.identity import PASSPHRASE

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers.record import Record
    from bench.peers.workshop import Workshop


def prepare(shop: Workshop) -> Callable[[Record], bytes]:
    """Register the fonts."""
    page.register_fonts()
    unsigned, signed = shop.folder / "pdfsigner-in.pdf", shop.folder / "pdfsigner-out.pdf"

    def document(record: Record) -> bytes:
        unsigned.write_bytes(page.render(record, shop.emblem))
        pdfsigner.sign_pdf(unsigned, signed, shop.identity.p12, PASSPHRASE, level="bb")
        return signed.read_bytes()

    return document
