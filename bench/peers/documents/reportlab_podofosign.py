"""reportlab and PoDoFo's podofosign; a process for each document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.peers import page
from bench.peers.programs import program, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers.record import Record
    from bench.peers.workshop import Workshop


def prepare(shop: Workshop) -> Callable[[Record], bytes]:
    """Register the fonts."""
    page.register_fonts()
    identity, podofosign = shop.identity, program("podofosign", "libpodofo-utils")
    unsigned, signed = shop.folder / "podofo-in.pdf", shop.folder / "podofo-out.pdf"
    key = ("-cert", identity.certificate_pem, "-pkey", identity.key_pem, "-digest", "SHA256")

    def document(record: Record) -> bytes:
        unsigned.write_bytes(page.render(record, shop.emblem))
        run(podofosign, "-in", unsigned, "-out", signed, *key)
        return signed.read_bytes()

    return document
