"""The emblem and the QR code of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import segno
import zxingcpp
from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

QR_VERSION: Final = 4
"""What the addresses of the records need at level M: 33 modules."""

_DARK: Final = bytes([1]) + bytes(255)
"""Black pixels become ones, white ones zeros."""


def draw_emblem(path: Path) -> None:
    """A made-up emblem, 240 pixels square, as PNG."""
    image = Image.new("RGB", (240, 240), "white")
    pen = ImageDraw.Draw(image)
    for step, colour in enumerate(("#20455e", "#ffffff", "#b58a2b", "#ffffff", "#20455e")):
        inset = 4 + 14 * step
        pen.ellipse((inset, inset, 239 - inset, 239 - inset), fill=colour)
    for angle in range(0, 360, 15):
        pen.pieslice((70, 70, 169, 169), angle, angle + 7, fill="#e8d9a8")
    image.save(path, optimize=True)


def qr_bars(text: str) -> Iterator[tuple[int, int, int]]:
    """The dark runs of a QR code (level M) as row, column and length, from its top; by segno, in Python."""
    matrix = segno.make(text, version=QR_VERSION, error="m", mode="byte", boost_error=False).matrix
    return _runs(bytes(row) for row in matrix)


def qr_bars_soon(text: str) -> Iterator[tuple[int, int, int]]:
    """The same by zxing-cpp, in C++ and some fifteen times as fast, for the peers that try to be."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image = memoryview(code.to_image(scale=1, add_quiet_zones=False))
    width, modules = image.shape[1], image.tobytes().translate(_DARK)
    return _runs(modules[start : start + width] for start in range(0, len(modules), width))


def _runs(rows: Iterable[bytes]) -> Iterator[tuple[int, int, int]]:
    """Row, column and length of every run of bytes that are not zero."""
    for row, modules in enumerate(rows):
        column = 0
        for dark in modules.split(b"\0"):
            if dark:
                yield row, column, len(dark)
            column += len(dark) + 1
