"""pyHanko: the signature, its chain to a trusted authority (no revocation asked for), and what changed after it."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers.workshop import Workshop


def prepare(shop: Workshop, pdf: bytes) -> Callable[[], None]:
    """Load the authority's certificate."""
    root = x509.Certificate.load(shop.identity.issuer_der)

    def verdict() -> None:
        context = ValidationContext(trust_roots=[root], allow_fetching=False)
        (signature,) = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures
        if not validate_pdf_signature(signature, context).bottom_line:
            raise ValueError("pyHanko finds it invalid")

    return verdict
