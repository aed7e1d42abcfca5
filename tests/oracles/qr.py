"""zxing-cpp reads the QR code of a rendered page, as a phone would."""

from __future__ import annotations

import tempfile
from pathlib import Path

import zxingcpp
from PIL import Image

from tests.oracles import poppler


def read(pdf: Path, *, dpi: int = 100) -> list[str]:
    """The texts of all QR codes on the first page."""
    with tempfile.TemporaryDirectory() as folder:
        picture = poppler.picture(pdf, Path(folder) / "page.png", dpi=dpi)
        with Image.open(picture) as image:
            codes = zxingcpp.read_barcodes(
                image.convert("L"), formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
            )
    return [code.text for code in codes]
