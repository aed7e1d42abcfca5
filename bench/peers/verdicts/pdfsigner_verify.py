"""pdfsigner: digest, signature, chain to a trusted authority, and whether anything came after the signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pdfsigner

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers.workshop import Workshop


def prepare(shop: Workshop, pdf: bytes) -> Callable[[], None]:
    """Write the file that is looked at again and again."""
    file = shop.folder / "pdfsigner-verdict.pdf"
    file.write_bytes(pdf)

    def verdict() -> None:
        report = pdfsigner.verify_pdf_report(file, roots=shop.identity.issuer_pem)
        if not (report["document_intact"] and report["all_valid"] and report["all_trusted"]):
            raise ValueError(f"pdfsigner finds it invalid: {report}")

    return verdict
