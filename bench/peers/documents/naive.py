"""reportlab and pyHanko as their own first examples have it: page, SimpleSigner, sign_pdf."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyhanko.sign.signers import SimpleSigner

from bench.peers import page
from bench.peers.identity import PASSPHRASE
from bench.peers.pyhanko_way import sign_anew

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers.record import Record
    from bench.peers.workshop import Workshop


def prepare(shop: Workshop) -> Callable[[Record], bytes]:
    """Register the fonts and load the PKCS#12 file once; all the rest is done for each document."""
    page.register_fonts()
    signer = SimpleSigner.load_pkcs12(str(shop.identity.p12), passphrase=PASSPHRASE.encode())
    if signer is None:
        raise RuntimeError("pyHanko cannot read the PKCS#12 file")

    def document(record: Record) -> bytes:
        return sign_anew(page.render(record, shop.emblem), signer)

    return document
