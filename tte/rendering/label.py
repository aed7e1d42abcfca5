"""A few lines of plain text as a page of their own size, for a signature on somebody else's document."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import Any, Final, cast

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tte.rendering.faces import FOLDER
from tte.template.metrics import metrics

_FACE: Final = "LontarSans-Regular"
_LARGEST, _LEADING, _ASCENT = 9.0, 1.22, 0.95
"""Points, and how far lines and the first baseline are apart, in letters' heights."""
_MISSING: Final = "?"


@lru_cache(maxsize=64)
def label(lines: tuple[str, ...], width: float, height: float) -> bytes:
    """A PDF of one page, `width` by `height` points, with these lines, as large as they fit, at most 9 points.

    A letter that the face does not have is a question mark. The face is embedded; same lines, same bytes.
    """
    widths = metrics(_FACE).widths
    texts = ["".join(letter if letter in widths else _MISSING for letter in line) for line in lines]
    widest = max((sum(widths[letter] for letter in text) for text in texts), default=0) / 1000
    size = min(_LARGEST, height / (_LEADING * len(texts)), width / widest if widest else _LARGEST)
    pdfmetrics.registerFont(TTFont(_FACE, FOLDER / f"{_FACE}.ttf"))
    file = BytesIO()
    canvas = Canvas(file, pagesize=(width, height), initialFontName=cast(Any, _FACE), invariant=1, pageCompression=1)
    first = (height + len(texts) * size * _LEADING) / 2 - size * _ASCENT
    for place, text in enumerate(texts):
        canvas.setFont(_FACE, size)
        canvas.drawString(0, first - place * size * _LEADING, text)
    canvas.save()
    return file.getvalue()


def standard_widths(name: str) -> tuple[float, ...]:
    """How wide the 256 codes of one of the fourteen standard fonts are, in 1/1000 em; of Helvetica for any other."""
    font = pdfmetrics.getFont(name if name in pdfmetrics.standardFonts else "Helvetica")
    return tuple(font.widths)
