"""reportlab and poppler's pdfsig, which signs with a key in an NSS database; a process for each document.

It adds plain CMS signatures only: of -etsi it says itself that a new signature cannot have it yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.peers import page
from bench.peers.identity import NICKNAME, PASSPHRASE
from bench.peers.programs import program, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers.record import Record
    from bench.peers.workshop import Workshop


def prepare(shop: Workshop) -> Callable[[Record], bytes]:
    """Register the fonts and put the key into an NSS database."""
    page.register_fonts()
    pdfsig = program("pdfsig", "poppler-utils")
    database = shop.folder / "nss"
    database.mkdir()
    run(program("certutil", "libnss3-tools"), "-N", "-d", database, "--empty-password")
    run(program("pk12util", "libnss3-tools"), "-i", shop.identity.p12, "-d", database, "-W", PASSPHRASE)
    unsigned, signed = shop.folder / "pdfsig-in.pdf", shop.folder / "pdfsig-out.pdf"

    def document(record: Record) -> bytes:
        unsigned.write_bytes(page.render(record, shop.emblem))
        run(pdfsig, "-nssdir", database, "-nick", NICKNAME, "-add-signature", unsigned, signed)
        return signed.read_bytes()

    return document
