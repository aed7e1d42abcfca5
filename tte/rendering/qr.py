"""The QR code of a document: its public address, as one image of one bit a module.

Choosing a mask and computing the error correction is what makes a QR encoder slow. With version, level and mask fixed
neither depends on the text: error correction is linear over GF(2), and a mask is the same XOR for every symbol
(ISO/IEC 18004 §7.5, §7.8). So the symbol of any text is that of one chosen text XOR, for every letter that differs, the
change which that letter makes. `Codes` holds those changes for all ids of one length under one address, made by segno.
"""

from __future__ import annotations

from binascii import hexlify
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import xor
from typing import Final

import segno

from tte.rendering.pen import artifact, number
from tte.rendering.units import MM
from tte.template import elements as e

QUIET_MODULES = 4
"""ISO/IEC 18004 §9.1: light modules around the code."""

ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz0123456789"
"""What ids are made of."""


def address(base_url: str, id: str) -> str:  # noqa: A002 (the house's word)
    """Where anyone can ask about a document."""
    return f"{base_url.rstrip('/')}/d/{id}"


def quiet_mm(element: e.Qr, modules: int) -> float:
    """How far the white around the code reaches."""
    return QUIET_MODULES * element.code / modules


@dataclass(frozen=True, slots=True)
class Codes:
    """The symbols of all ids of `len(changes)` letters.

    `side` is in modules. `base` is the symbol of the id that is all "a", row by row, each row filled up to whole bytes,
    1 for dark. `changes[place][letter]` is what another letter in that place changes of it.
    """

    side: int
    base: int
    changes: tuple[Mapping[str, int], ...]

    def symbol(self, id: str) -> bytes:  # noqa: A002
        """The symbol as hex digits, row by row. ValueError for an id of another length, KeyError for other letters."""
        bits = self.base
        for change, letter in zip(self.changes, id, strict=True):
            bits ^= change[letter]
        return hexlify(bits.to_bytes(self.side * _row_bytes(self.side), "big"))


def codes(base_url: str, length: int) -> Codes:
    """The codes of all ids of this length. Costs about 0.3 s.

    One bit of one letter at a time: what several change together is the XOR of what each changes alone.
    """
    plain = "a" * length
    chosen = segno.make(address(base_url, plain), error="m", boost_error=False, micro=False, mode="byte")
    if not isinstance(chosen.version, int) or chosen.mask is None:
        raise TypeError("no QR code")

    def bits(text: str) -> int:
        made = segno.make(
            address(base_url, text),
            error="m",
            boost_error=False,
            mode="byte",
            version=chosen.version,
            mask=chosen.mask,
            encoding="latin-1",
        )
        return _packed(made.matrix)

    base = bits(plain)
    changes = []
    for place in range(length):
        alone = [bits(_with(plain, place, chr(ord("a") ^ 1 << bit))) ^ base for bit in range(7)]
        changes.append({letter: reduce(xor, _chosen(alone, ord(letter) ^ ord("a")), 0) for letter in ALPHABET})
    return Codes(len(chosen.matrix), base, tuple(changes))


def _with(text: str, place: int, letter: str) -> str:
    return text[:place] + letter + text[place + 1 :]


def _chosen(alone: Sequence[int], bits: int) -> Iterator[int]:
    return (change for bit, change in enumerate(alone) if bits >> bit & 1)


def _row_bytes(side: int) -> int:
    return (side + 7) // 8


def _packed(matrix: Sequence[bytearray]) -> int:
    """The modules as one number, each row filled up to whole bytes as images want it."""
    spare = 8 * _row_bytes(len(matrix)) - len(matrix)
    packed = 0
    for row in matrix:
        for module in row:
            packed = packed << 1 | module & 1
        packed <<= spare
    return packed


def drawing(element: e.Qr, page_height: float, side: int) -> tuple[bytes, bytes]:
    """What stands before and after the hex digits of a symbol: an image mask `element.code` mm wide, in the middle.

    The digits are text (ASCIIHexDecode), so that no bits of a code can be taken for the end of the image.
    """
    inset = (element.size - element.code) / 2
    x, y = (element.x + inset) * MM, (page_height - element.y - inset - element.code) * MM
    size = number(element.code * MM)
    drawn = b"0 g %b 0 0 %b %b %b cm %b " % (size, size, number(x), number(y), image(side))
    before, after = artifact(drawn + b"\0> EI").split(b"\0")
    return before, after


def image(side: int) -> bytes:
    """How an image mask of so many modules begins; its hex digits follow."""
    return b"BI /W %d /H %d /BPC 1 /IM true /D [1 0] /F /AHx ID" % (side, side)
