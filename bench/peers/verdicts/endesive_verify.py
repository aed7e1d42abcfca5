"""endesive: digest, signature and chain of the last signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.serialization import Encoding
from endesive.pdf import verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers.workshop import Workshop


def prepare(shop: Workshop, pdf: bytes) -> Callable[[], None]:
    """Take the authority's certificate."""
    trusted = [shop.identity.issuer.public_bytes(Encoding.PEM)]

    def verdict() -> None:
        result, rest = verify(pdf, trusted)
        if not (result.hashok and result.signatureok and result.certok) or rest is not None:
            raise ValueError(f"endesive finds it invalid: {result}")

    return verdict
