"""The floor: one RSA-2048 PKCS#1 v1.5 signature by OpenSSL over a record's words, the key parsed once. No PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers.record import Record
    from bench.peers.workshop import Workshop


def prepare(shop: Workshop) -> Callable[[Record], bytes]:
    """Take the key; the returned function gives a raw signature."""
    key, scheme, digest = shop.identity.key, padding.PKCS1v15(), hashes.SHA256()

    def document(record: Record) -> bytes:
        return key.sign(record.url.encode(), scheme, digest)

    return document
