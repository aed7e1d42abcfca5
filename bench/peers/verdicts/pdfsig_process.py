"""poppler's pdfsig, without judging the certificate; a process for each document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.peers.programs import program, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers.workshop import Workshop


def prepare(shop: Workshop, pdf: bytes) -> Callable[[], None]:
    """Write the file that is looked at again and again."""
    pdfsig, file = program("pdfsig", "poppler-utils"), shop.folder / "pdfsig-verdict.pdf"
    file.write_bytes(pdf)

    def verdict() -> None:
        if "Signature is Valid." not in run(pdfsig, "-nocert", file):
            raise ValueError("pdfsig finds it invalid")

    return verdict
