"""rustpdf: digest and signature, without judging the certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rustpdf

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers.workshop import Workshop


def prepare(_: Workshop, pdf: bytes) -> Callable[[], None]:
    """Nothing to set up."""

    def verdict() -> None:
        (found,) = rustpdf.verify_signatures(pdf)
        if not (found["is_valid"] and found["covers_whole_document"]):
            raise ValueError(f"rustpdf finds it invalid: {found}")

    return verdict
