"""The code of a seal on its page, as large as the square that the template keeps for it; see docs/seal.md."""

from __future__ import annotations

from typing import Final

from tte.rendering.pen import number
from tte.rendering.qr import QUIET_MODULES, image
from tte.rendering.seal_symbol import version_of
from tte.rendering.seal_tables import seal_codes
from tte.rendering.units import MM
from tte.template import elements as e

PROPERTY: Final = b"TTE_Seal"
"""A second-class name (ISO 32000-2 annex E) under which the text of a code stands in the page's operators."""


def sealed_code(element: e.Qr, page_height: float, text: str) -> bytes:
    """The operators that draw a seal's code, as large as its square allows; TooLong.

    What it says stands beside it as a property of the artifact, so that a program need not read a picture.
    """
    codes = seal_codes(version_of(text))
    module = element.size / (codes.side + 2 * QUIET_MODULES)
    left, low = element.x * MM, (page_height - element.y - element.size) * MM
    white = b" ".join(map(number, (left, low, element.size * MM, element.size * MM)))
    turned, far = number(-module * codes.side * MM), module * (QUIET_MODULES + codes.side) * MM
    return b"/Artifact <</%b (%b)>> BDC q 1 g %b re f 0 g 0 %b %b 0 %b %b cm %b %b> EI\nQ EMC\n" % (
        PROPERTY,
        text.encode("ascii"),
        white,
        turned,
        turned,
        number(left + far),
        number(low + far),
        image(codes.side),
        codes.symbol(text),
    )
