"""reportlab and endesive, which takes a parsed key. Its signature is a plain CMS one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from endesive.pdf import cms

from bench.peers import page

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers.record import Record
    from bench.peers.workshop import Workshop


def prepare(shop: Workshop) -> Callable[[Record], bytes]:
    """Register the fonts; endesive keeps nothing from document to document."""
    page.register_fonts()
    identity = shop.identity
    signed_at = datetime.now(UTC).strftime("D:%Y%m%d%H%M%S+00'00'")
    how = {
        "aligned": 16384,
        "sigflags": 3,
        "sigfield": "Signature",
        "contact": "",
        "location": "",
        "reason": "",
        "signingdate": signed_at,
    }

    def document(record: Record) -> bytes:
        pdf = page.render(record, shop.emblem)
        return pdf + cms.sign(pdf, how, identity.key, identity.certificate, [identity.issuer], "sha256")

    return document
