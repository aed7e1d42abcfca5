"""The QR code of a document: its public address, as one filled path."""

from __future__ import annotations

import segno

from tte.rendering.pen import artifact, number
from tte.rendering.units import MM
from tte.template import elements as e

QUIET_MODULES = 4
"""ISO/IEC 18004 §9.1: light modules around the code."""


def address(base_url: str, id: str) -> str:  # noqa: A002 (the house's word)
    """Where anyone can ask about a document."""
    return f"{base_url.rstrip('/')}/d/{id}"


def quiet_mm(element: e.Qr, modules: int) -> float:
    """How far the white around the code reaches."""
    return QUIET_MODULES * element.code / modules


def modules(text: str) -> int:
    """How many modules the code of a text has to a side."""
    return len(_matrix(text))


def qr(element: e.Qr, page_height: float, text: str) -> bytes:
    """The operators that draw the code, `element.code` mm wide, in the middle of the element's square."""
    matrix = _matrix(text)
    module = element.code * MM / len(matrix)
    inset = (element.size - element.code) / 2
    x, y = (element.x + inset) * MM, (page_height - element.y - inset) * MM
    out = [b"0 g %.5f 0 0 %.5f %s %s cm" % (module, -module, number(x), number(y))]
    for row, bits in enumerate(matrix):
        start = None
        for column, dark in enumerate([*bits, 0]):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                out.append(b"%d %d %d 1 re" % (start, row, column - start))
                start = None
    return artifact(b"\n".join([*out, b"f"]))


def _matrix(text: str) -> list[list[int]]:
    code = segno.make(text, error="m", boost_error=False, micro=False)
    return [[int(module) for module in row] for row in code.matrix]
