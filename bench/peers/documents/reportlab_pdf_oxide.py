"""reportlab and pdf_oxide's signer (Rust behind Python), its certificate and key loaded once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pdf_oxide

from bench.peers import page

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers.record import Record
    from bench.peers.workshop import Workshop


def prepare(shop: Workshop) -> Callable[[Record], bytes]:
    """Register the fonts and load the key."""
    page.register_fonts()
    identity = shop.identity
    signer = pdf_oxide.Certificate.load_pem(identity.certificate_pem.read_text(), identity.key_pem.read_text())

    def document(record: Record) -> bytes:
        unsigned = page.render(record, shop.emblem)
        return pdf_oxide.sign_pdf_bytes_pades(unsigned, signer, pdf_oxide.PadesLevel.B_B)

    return document
