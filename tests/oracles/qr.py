"""zxing-cpp reads the QR code of a rendered page, as a phone would."""

from __future__ import annotations

import tempfile
from pathlib import Path

import zxingcpp
from PIL import Image

from tests.oracles import poppler

CORNER_MM = 80
"""The code stands at the bottom right (domain: "pojok kanan bawah")."""


def read(pdf: Path, *, dpi: int = 100) -> list[str]:
    """The texts of all QR codes in the lower right corner of the first page."""
    with tempfile.TemporaryDirectory() as folder:
        picture = poppler.corner(pdf, Path(folder) / "corner.png", size_mm=CORNER_MM, dpi=dpi)
        with Image.open(picture) as image:
            only_qr = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
            codes = zxingcpp.read_barcodes(image.convert("L"), formats=only_qr)
    return [code.text for code in codes]
