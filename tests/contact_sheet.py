"""Pages side by side in one picture, to be looked at all at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw

ACROSS = 6
WIDTH, HEIGHT, GAP, LINE = 240, 340, 12, 18


def picture(pdf: Path) -> Image.Image:
    """The first page of a file, with what is seen in its signature field."""
    with pypdfium2.PdfDocument(pdf) as document:
        document.init_forms()
        drawn: Image.Image = document[0].render(scale=1.0).to_pil()
    return drawn.convert("RGB")


def sheet(pages: Mapping[str, Image.Image]) -> Image.Image:
    """Each page over its name, in rows; a page that lies down is as wide as one that stands."""
    rows = -(-len(pages) // ACROSS)
    size = GAP + ACROSS * (WIDTH + GAP), GAP + rows * (HEIGHT + LINE + GAP)
    whole = Image.new("RGB", size, "#e7e4de")
    pen = ImageDraw.Draw(whole)
    for place, (name, page) in enumerate(pages.items()):
        x, y = GAP + place % ACROSS * (WIDTH + GAP), GAP + place // ACROSS * (HEIGHT + LINE + GAP)
        small = page.copy()
        small.thumbnail((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        whole.paste(small, (x, y))
        pen.text((x, y + HEIGHT + 3), name, fill="#1b2333")
    return whole.quantize(48)
