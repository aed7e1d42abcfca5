"""Codes read from pictures, by zxing-cpp, which is needed for nothing else: `pip install tte-signing[scan]`."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tte.errors import ConfigError

if TYPE_CHECKING:
    from tte.checking.sealed_file import SealInPdf

_DPI: Final = 300
_LARGEST: Final = 60_000_000
"""Pixels of a picture that is looked at."""


def scanned(content: bytes, file: Path) -> str:
    """The text of the code in a picture, or on the first page of a PDF. ConfigError if none can be read."""
    from PIL import Image

    if content.startswith(b"%PDF-"):
        content = _drawn(content, file)
    try:
        with Image.open(io.BytesIO(content)) as opened:
            if opened.width * opened.height > _LARGEST:
                raise ConfigError(f"{file} is too large a picture", hint="scan it at 300 dpi")
            picture = opened.convert("L")
    except (OSError, ValueError, Image.DecompressionBombError) as why:
        raise ConfigError(f"{file} is neither a PDF nor a picture that can be read") from why
    for factor in (1, 2):  # some scans are read only at double size
        texts = _codes(picture.resize((picture.width * factor, picture.height * factor)))
        seals = [text for text in texts if "/d/" in text] or texts
        if seals:
            return seals[0]
    raise ConfigError(f"no code can be read in {file}", hint="scan it again, flat and at 300 dpi; or type its code")


def modules_read(seal: SealInPdf) -> bool | None:
    """Whether the dots that a page draws say what the file says of them; None where zxing-cpp is missing."""
    from PIL import Image

    picture = Image.new("L", (seal.side + 8, seal.side + 8), 255)
    row = (seal.side + 7) // 8
    for x in range(seal.side):
        for y in range(seal.side):
            if seal.modules[x * row + y // 8] >> (7 - y % 8) & 1:
                picture.putpixel((x + 4, y + 4), 0)
    try:
        return seal.text in _codes(picture.resize((picture.width * 4, picture.height * 4), Image.Resampling.NEAREST))
    except ConfigError:
        return None


def _codes(picture: Any) -> list[str]:
    try:
        import zxingcpp
    except ImportError:
        raise ConfigError("reading pictures needs zxing-cpp", hint="pip install tte-signing[scan]") from None
    only_qr = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    return [code.text for code in zxingcpp.read_barcodes(picture, formats=only_qr)]


def _drawn(pdf: bytes, file: Path) -> bytes:
    """The first page as a picture."""
    program = shutil.which("pdftoppm")
    if program is None:
        raise ConfigError("reading a scanned PDF needs pdftoppm", hint="install poppler-utils, or give a picture")
    words = [program, "-r", str(_DPI), "-gray", "-png", "-f", "1", "-l", "1", "-singlefile", "-"]
    done = subprocess.run(words, input=pdf, capture_output=True, check=False, timeout=60)  # noqa: S603  found above
    if done.returncode or not done.stdout:
        raise ConfigError(f"{file} cannot be drawn")
    return done.stdout
