"""The floor: one RSA-2048 verification by OpenSSL, the public key parsed once. No PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers.workshop import Workshop


def prepare(shop: Workshop, pdf: bytes) -> Callable[[], None]:
    """Sign some bytes once; the returned function verifies that signature."""
    scheme, digest, text = padding.PKCS1v15(), hashes.SHA256(), pdf[:64]
    signature = shop.identity.key.sign(text, scheme, digest)
    public = shop.identity.key.public_key()

    def verdict() -> None:
        public.verify(signature, text, scheme, digest)

    return verdict
