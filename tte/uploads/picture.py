"""A picture for a signature, as PDF has it (ISO 32000-1 §8.9): a QR code, or a PNG or JPEG that somebody sent.

A sent picture is decoded in full before anything of it is used, within a bound on pixels, so that what a viewer gets is
sound. A JPEG stays as it is, other pictures are packed anew.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Final

from tte.errors import ImageRefused

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS: Final = 16_000_000
MOST_BYTES: Final = 10_000_000
_QUIET: Final = 4
"""ISO/IEC 18004 §9.1: light modules around the code."""
_MASK: Final = 2
"""One of the eight masks; to weigh them all takes five times as long, and every reader reads every one."""
_DIGITS: Final = bytes(ord("0" if module & 1 else "1") for module in range(256))
"""Dark modules are 1 in a code, and 0 in a picture."""
_LONGEST: Final = 1200
"""Bytes of text; more makes a code that no telephone reads from paper."""


@dataclass(frozen=True, slots=True)
class Picture:
    """`content` as `filter` packs it; `gray` of 1 or 8 `bits`, or RGB; `alpha` is packed with Flate, a byte a pixel."""

    width: int
    height: int
    gray: bool
    bits: int
    filter: str
    content: bytes
    alpha: bytes = b""


@lru_cache(maxsize=256)
def qr(text: str) -> Picture:
    """The QR code of a text, with its quiet zone. ImageRefused if the text is too long."""
    import segno

    if len(text.encode()) > _LONGEST:
        raise ImageRefused(f"a QR code holds at most {_LONGEST} bytes", hint="make it an address, not a text")
    matrix = segno.make(text, error="m", micro=False, boost_error=False, mask=_MASK).matrix
    side = len(matrix) + 2 * _QUIET
    width = (side + 7) // 8
    light = b"\xff" * width
    rows = [light] * _QUIET
    for modules in matrix:
        bits = b"1" * _QUIET + modules.translate(_DIGITS)
        rows.append(int(bits.ljust(8 * width, b"1"), 2).to_bytes(width, "big"))
    rows += [light] * _QUIET
    return Picture(side, side, gray=True, bits=1, filter="/FlateDecode", content=zlib.compress(b"".join(rows)))


@lru_cache(maxsize=16)
def picture(image: bytes, *, opaque: bool) -> Picture:
    """A PNG or JPEG. With `opaque` what is transparent becomes white (PDF/A-1 has no transparency). ImageRefused."""
    from PIL import Image

    if len(image) > MOST_BYTES:
        raise ImageRefused(f"the picture has more than {MOST_BYTES // 1_000_000} MB", hint="make it smaller")
    try:
        opened = Image.open(BytesIO(image), formats=("PNG", "JPEG"))
        if opened.width * opened.height > MOST_PIXELS:
            raise ImageRefused("the picture has too many pixels", hint="make it smaller: 1000 by 1000 is plenty")
        opened.load()
        return _as_it_is(opened, image) or _packed(opened, opaque=opaque)
    except ImageRefused:
        raise
    except (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, TypeError, MemoryError) as why:
        raise _unreadable() from why
    except (struct.error, zlib.error, Image.DecompressionBombError) as why:
        raise _unreadable() from why


def _unreadable() -> ImageRefused:
    return ImageRefused("the picture is no PNG or JPEG, or it is damaged", hint="save it again as PNG")


def _as_it_is(opened: Image, image: bytes) -> Picture | None:
    """A JPEG in gray or RGB that is the right way up."""
    if opened.format != "JPEG" or opened.mode not in {"L", "RGB"} or opened.getexif().get(0x0112, 1) != 1:
        return None
    return Picture(opened.width, opened.height, opened.mode == "L", 8, "/DCTDecode", image)


def _packed(opened: Image, *, opaque: bool) -> Picture:
    from PIL import Image, ImageOps

    upright = ImageOps.exif_transpose(opened)
    alpha = b""
    if upright.has_transparency_data:
        clear = upright.convert("RGBA")
        if opaque:
            white = Image.new("RGBA", clear.size, "white")
            white.alpha_composite(clear)
            clear = white
        else:
            alpha = zlib.compress(clear.getchannel("A").tobytes())
        upright = clear.convert("RGB")
    elif upright.mode.startswith("I"):
        upright = upright.convert("I").point(lambda value: value / 256).convert("L")
    gray = upright.mode in {"1", "L"}
    pixels = upright.convert("L" if gray else "RGB")
    content = zlib.compress(pixels.tobytes())
    return Picture(pixels.width, pixels.height, gray, 8, "/FlateDecode", content, alpha)
