"""Signing with rustpdf, the key staying with `cryptography`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rustpdf
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers.identity import Identity


def signing(identity: Identity) -> Callable[[bytes], bytes]:
    """A function that signs a PDF: PAdES baseline B, both certificates inside."""
    options = rustpdf.SigningOptions(pades=True)
    certificate, chain = identity.certificate_der, (identity.issuer_der,)

    def raw(text: bytes) -> bytes:
        return identity.key.sign(text, padding.PKCS1v15(), hashes.SHA256())

    def sign(pdf: bytes) -> bytes:
        return rustpdf.sign_with(pdf, certificate, raw, chain, options)

    return sign
