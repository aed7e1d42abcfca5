"""The QR code of a seal: some five hundred letters and digits, at level M and of the smallest size from version 11.

The address stands in a segment of bytes, the digits in a numeric one: 3.3 bits a digit. The size is the same for most
documents, so that a module is as large as it can be; docs/seal.md has the measurements.

As in `qr`, mask and version are fixed, so a symbol is a base XOR the modules of its bits (ISO/IEC 18004 §7). But there
are too many bits for a table of symbols to stay in the processor's cache. Here error correction comes from a table of
remainders, and the bits go to their modules two columns at a time, by `bytes.translate`: they are filled together, by
fewer bits than a table has places. So the image is that of the columns, and is turned when it is drawn. `segno` says
which modules carry no data, and draws the base; tests read symbols back with another program.
"""

from __future__ import annotations

from binascii import hexlify
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from itertools import chain
from operator import getitem, itemgetter, xor
from typing import Any, Final, NamedTuple

import segno
from segno import consts

from tte.rendering.pen import number
from tte.rendering.qr import QUIET_MODULES, image
from tte.rendering.units import MM
from tte.template import elements as e

LEVEL: Final = "m"
_MASK: Final = 4


class _Blocks(NamedTuple):
    """Error correction of a version at level M: its codewords a block, and the data codewords of each block."""

    correction: int
    data: tuple[int, ...]


VERSIONS: Final = {
    11: _Blocks(30, (50, *[51] * 4)),
    12: _Blocks(22, (*[36] * 6, 37, 37)),
    13: _Blocks(22, (*[37] * 8, 38)),
}
"""ISO/IEC 18004 table 9. All three count bytes in 16 bits and digits in 12 (table 3)."""

LARGEST: Final = 17 + 4 * max(VERSIONS)
"""Modules along the side of the largest symbol."""

PROPERTY: Final = b"TTE_Seal"
"""A second-class name (ISO 32000-2 annex E) under which the text of a code stands in the page's operators."""

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
    which of them it shows, counted from the first, or _NONE.
    """

    side: int
    blocks: _Blocks
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


def sealed_code(element: e.Qr, page_height: float, text: str) -> bytes:
    """The operators that draw a seal's code, as large as its square allows; TooLong.

    What it says stands beside it as a property of the artifact, so that a program need not read a picture.
    """
    codes = seal_codes(version_of(text))
    module = element.size / (codes.side + 2 * QUIET_MODULES)
    left, low = element.x * MM, (page_height - element.y - element.size) * MM
    white = b" ".join(map(number, (left, low, element.size * MM, element.size * MM)))
    turned, far = number(-module * codes.side * MM), module * (QUIET_MODULES + codes.side) * MM
    return b"/Artifact <</%b (%b)>> BDC q 1 g %b re f 0 g 0 %b %b 0 %b %b cm %b %b> EI\nQ EMC\n" % (
        PROPERTY,
        text.encode("ascii"),
        white,
        turned,
        turned,
        number(left + far),
        number(low + far),
        image(codes.side),
        codes.symbol(text),
    )


@lru_cache(maxsize=len(VERSIONS))
def seal_codes(version: int) -> SealCodes:
    """The codes of a version, with tables of a megabyte, made in a tenth of a second."""
    side, blocks = 17 + 4 * version, VERSIONS[version]
    row = 8 * ((side + 7) // 8)
    kinds = [list(line) for line in _sample(version).matrix_iter(border=0, verbose=True)]
    places = {module: bit for bit, module in enumerate(_walk(side, kinds))}
    columns = [[places.get((y, x)) for y in range(row)] for x in range(side)]
    remainders = [_table(rest) for rest in reversed(_remainders(blocks.correction, max(blocks.data)))]
    blank = SealCodes(side, blocks, 0, remainders, [*_strips(columns)])
    drawn = 0
    for x in range(side):
        column = "".join("1" if kinds[y][x] >> 8 else "0" for y in range(side))
        drawn = drawn << row | int(column, 2) << row - side
    return replace(blank, base=drawn ^ int(blank.symbol(_SAMPLE), 16))


_NONE: Final = 255


def _strips(columns: Sequence[Sequence[int | None]]) -> Iterator[tuple[int, int, bytes]]:
    """See `SealCodes.strips`. Column 6 has the timing pattern and no bits."""
    for left, right in (*((x, x + 2) for x in (0, 2, 4)), (6, 7), *((x, x + 2) for x in range(7, len(columns), 2))):
        shown = [bit for column in columns[left:right] for bit in column]
        bits = [bit for bit in shown if bit is not None]
        first, end = min(bits, default=0), max(bits, default=-1) + 1
        yield first, end, bytes(_NONE if bit is None else bit - first for bit in shown)


_SAMPLE: Final = "#" + "1" * 299


def _sample(version: int) -> segno.QRCode:
    """A symbol of which everything is known."""
    head, _, digits = _SAMPLE.partition("#")
    segments: Any = [(head + "#", consts.MODE_BYTE), (digits, consts.MODE_NUMERIC)]  # its types know of texts only
    return segno.make(
        segments,
        version=version,
        error=LEVEL,
        mask=_MASK,
        boost_error=False,
        micro=False,
    )


def _walk(side: int, kinds: Sequence[Sequence[int]]) -> Iterator[tuple[int, int]]:
    """The modules that carry data, in the order in which they are filled (§7.7.3)."""
    upwards = True
    columns = chain(range(side - 1, 6, -2), range(5, 0, -2))  # column 6 is the timing pattern
    for right in columns:
        for y in range(side - 1, -1, -1) if upwards else range(side):
            for x in (right, right - 1):
                misnamed = (y, x) == (8, side - 9)  # segno calls this module one of the format (§7.9.1): it is not
                if misnamed or kinds[y][x] in (consts.TYPE_DATA_DARK, consts.TYPE_DATA_LIGHT):
                    yield y, x
        upwards = not upwards


def _table(rest: Sequence[int]) -> list[int]:
    """For each byte, its product with these coefficients, as one number."""
    bits = [int.from_bytes(bytes(_times(x, 1 << bit) for x in rest), "big") for bit in range(8)]
    table = [0] * 256
    for byte in range(1, 256):
        lowest = byte & -byte
        table[byte] = table[byte ^ lowest] ^ bits[lowest.bit_length() - 1]
    return table


def _remainders(degree: int, count: int) -> list[list[int]]:
    """x^(degree + n) modulo the generator polynomial, for n from 0, highest coefficient first."""
    generator = [1]
    root = 1
    for _ in range(degree):
        longer = [*generator, 0]
        for place, x in enumerate(generator, 1):
            longer[place] ^= _times(x, root)
        generator, root = longer, _times(root, 2)
    found = [generator[1:]]
    while len(found) < count:
        first, *rest = found[-1]
        found.append([a ^ _times(first, b) for a, b in zip([*rest, 0], generator[1:], strict=True)])
    return found


def _times(a: int, b: int) -> int:
    """The product in GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a = a << 1 ^ (0x11D if a & 0x80 else 0)
        b >>= 1
    return product
