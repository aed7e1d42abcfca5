"""From the text of a seal to the modules of its QR code: level M, of the smallest size from version 11 that holds it.

The address stands in a segment of bytes, the digits in a numeric one: 3.3 bits a digit. As in `qr`, mask and version
are fixed, so a symbol is a base XOR the modules of its bits (ISO/IEC 18004 §7). But there are too many bits for a table
of symbols to stay in the processor's cache. Here error correction comes from a table of remainders, and the bits go to
their modules two columns at a time, by `bytes.translate`: they are filled together, by fewer bits than a table has
places. So a symbol comes column by column. `seal_tables` makes the tables.
"""

from __future__ import annotations

from binascii import hexlify
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import getitem, itemgetter, xor
from typing import Final, NamedTuple

LEVEL: Final = "m"
MASK: Final = 4


class Blocks(NamedTuple):
    """Error correction of a version at level M: its codewords a block, and the data codewords of each block."""

    correction: int
    data: tuple[int, ...]


VERSIONS: Final = {
    11: Blocks(30, (50, *[51] * 4)),
    12: Blocks(22, (*[36] * 6, 37, 37)),
    13: Blocks(22, (*[37] * 8, 38)),
}
"""ISO/IEC 18004 table 9. All three count bytes in 16 bits and digits in 12 (table 3)."""

LARGEST: Final = 17 + 4 * max(VERSIONS)
"""Modules along the side of the largest symbol."""

NONE: Final = 255
"""In a table of modules: one that shows no bit."""

_TENS: Final = (
    {f"{number:03d}": f"{number:010b}" for number in range(1000)}
    | {f"{number:02d}": f"{number:07b}" for number in range(100)}
    | {str(number): f"{number:04b}" for number in range(10)}
)


class TooLong(ValueError):
    """A text that fits none of the versions."""


def _bits_of(text: str) -> str:
    """The two segments of a text with a fragment of digits."""
    head, _, digits = text.partition("#")
    start = head.encode("ascii") + b"#"
    tens = "".join(map(_TENS.__getitem__, _threes(len(digits))(digits)))
    return f"0100{len(start):016b}{int.from_bytes(start, 'big'):0{8 * len(start)}b}0001{len(digits):012b}{tens}"


@lru_cache(maxsize=32)
def _threes(length: int) -> Callable[[str], tuple[str, ...]]:
    """Takes so many digits apart, three by three; much faster than slicing them in a loop."""
    return itemgetter(*(slice(at, at + 3) for at in range(0, length, 3)))


def _length(text: str) -> int:
    """How many bits that are."""
    head, _, digits = text.partition("#")
    whole, rest = divmod(len(digits), 3)
    return 4 + 16 + 8 * (len(head) + 1) + 4 + 12 + 10 * whole + (0, 4, 7)[rest]


def version_of(text: str) -> int:
    """The smallest version that holds it; TooLong."""
    needed = _length(text)
    for version, blocks in VERSIONS.items():
        if needed <= 8 * sum(blocks.data):
            return version
    raise TooLong(f"a seal of {needed} bits")


@dataclass(frozen=True, slots=True)
class SealCodes:
    """The symbols of one version. Columns of the symbol are rows here, each filled up to whole bytes; 1 for dark.

    `remainders[n][byte]`: the correction codewords that a byte stands for, by how far it is from the end of its block.
    `strips`: for columns that are filled together, where their bits begin and end in the stream; and for each module,
    which of them it shows, counted from the first, or NONE.
    """

    side: int
    blocks: Blocks
    base: int
    remainders: Sequence[Sequence[int]]
    strips: Sequence[tuple[int, int, bytes]]

    def symbol(self, text: str) -> bytes:
        """The symbol as hex digits, column by column."""
        stream = self._stream(self._codewords(text))
        bits = f"{int.from_bytes(stream, 'big'):0{8 * len(stream)}b}".encode()
        columns = [which.translate(bits[start:end].ljust(256, b"0")) for start, end, which in self.strips]
        modules = int(b"".join(columns), 2) ^ self.base
        return hexlify(modules.to_bytes(self.side * ((self.side + 7) // 8), "big"))

    def _codewords(self, text: str) -> bytes:
        """The data codewords: the segments, a terminator, and the padding of §7.4.10."""
        bits, room = _bits_of(text), sum(self.blocks.data)
        bits += "0000"[: 8 * room - len(bits)]
        used = (len(bits) + 7) // 8
        return int(bits.ljust(8 * used, "0"), 2).to_bytes(used, "big") + (b"\xec\x11" * room)[: room - used]

    def _stream(self, codewords: bytes) -> bytes:
        """All codewords, those of the blocks interleaved (§7.6)."""
        correction, sizes = self.blocks
        count, least, most, room = len(sizes), min(sizes), max(sizes), len(codewords)
        stream, last, at = bytearray(room + count * correction), bytearray(), 0
        for place, size in enumerate(sizes):
            block = codewords[at : at + size]
            at += size
            stream[place : count * least : count] = block[:least]
            last += block[least:]
            rest = reduce(xor, map(getitem, self.remainders[most - size :], block))
            stream[room + place :: count] = rest.to_bytes(correction, "big")
        stream[count * least : room] = last
        return bytes(stream)
