"""How big a picture is, read from the first bytes of a PNG or JPEG file. Drawing it is another room's business."""

from __future__ import annotations

import struct

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG_SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


def picture_size(picture: bytes) -> tuple[int, int]:
    """Width and height in pixels. ValueError if this is neither a PNG nor a JPEG file, or an empty one."""
    try:
        size = _png_size(picture) if picture.startswith(_PNG) else _jpeg_size(picture)
    except (struct.error, IndexError):
        raise ValueError("is cut short") from None
    if min(size) < 1:
        raise ValueError("has no pixels")
    return size


def _png_size(picture: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from(">II", picture, 16)
    return width, height


def _jpeg_size(picture: bytes) -> tuple[int, int]:
    if not picture.startswith(b"\xff\xd8"):
        raise ValueError("is neither a PNG nor a JPEG file")
    at = 2
    while picture[at] == 0xFF:
        marker, length = struct.unpack_from(">xBH", picture, at)
        if marker in _JPEG_SIZES:
            height, width = struct.unpack_from(">HH", picture, at + 5)
            return width, height
        at += 2 + length
    raise ValueError("is no complete JPEG file")
