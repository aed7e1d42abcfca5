"""The QR code of a seal: some five hundred letters and digits, at level M and of the smallest size from version 11.

The address stands in a segment of bytes, the digits in a numeric one: 3.3 bits a digit. The size is the same for most
documents, so that a module is as large as it can be; docs/seal.md has the measurements. As in `qr`, a symbol is a base
XOR what each of its codewords changes (ISO/IEC 18004 §7.5, §7.8), from tables made at first use in a fifth of a second.
What the tables say is drawn by our own reading of the standard; `segno` gives the modules that carry no data, and the
base. Tests read symbols back with another program.
"""

from __future__ import annotations

from binascii import hexlify
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import itemgetter
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
    """The symbols of one version. `changes[codeword][byte]` is what a data codeword changes of the base."""

    side: int
    base: int
    changes: Sequence[Sequence[int]]

    def symbol(self, text: str) -> bytes:
        """The symbol as hex digits, row by row, each row filled up to whole bytes; 1 for dark."""
        bits = self.base
        for change, byte in zip(self.changes, self._codewords(text), strict=True):
            bits ^= change[byte]
        return hexlify(bits.to_bytes(self.side * ((self.side + 7) // 8), "big"))

    def _codewords(self, text: str) -> bytes:
        """The data codewords: the segments, a terminator, and the padding of §7.4.10."""
        bits, room = _bits_of(text), len(self.changes)
        bits += "0000"[: 8 * room - len(bits)]
        used = (len(bits) + 7) // 8
        return int(bits.ljust(8 * used, "0"), 2).to_bytes(used, "big") + (b"\xec\x11" * room)[: room - used]


def sealed_code(element: e.Qr, page_height: float, text: str) -> bytes:
    """The operators that draw a seal's code, as large as its square allows; TooLong.

    What it says stands beside it as a property of the artifact, so that a program need not read a picture.
    """
    codes = seal_codes(version_of(text))
    module = element.size / (codes.side + 2 * QUIET_MODULES)
    square = number(element.size * MM)
    corner = number(element.x * MM), number((page_height - element.y - element.size) * MM)
    size, inset = number(module * codes.side * MM), number(module * QUIET_MODULES * MM)
    return b"%b <</%b (%b)>> BDC q 1 g %b %b %b %b re f 0 g 1 0 0 1 %b %b cm %b 0 0 %b %b %b cm %b %b> EI\nQ EMC\n" % (
        b"/Artifact",
        PROPERTY,
        text.encode("ascii"),
        *corner,
        square,
        square,
        *corner,
        size,
        size,
        inset,
        inset,
        image(codes.side),
        codes.symbol(text),
    )


@lru_cache(maxsize=len(VERSIONS))
def seal_codes(version: int) -> SealCodes:
    """The codes of a version; its tables take 35 to 55 MB."""
    side, blocks = 17 + 4 * version, VERSIONS[version]
    row = 8 * ((side + 7) // 8)
    kinds = [list(line) for line in _sample(version).matrix_iter(border=0, verbose=True)]
    places = [1 << row * (side - y) - 1 - x for y, x in _walk(side, kinds)]
    changes = [_table(bits) for bits in _changes(blocks, places)]
    blank = SealCodes(side, 0, changes)
    drawn = 0
    for line in kinds:
        drawn = drawn << row | int("".join("1" if module >> 8 else "0" for module in line), 2) << row - side
    return SealCodes(side, drawn ^ int(blank.symbol(_SAMPLE), 16), changes)


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


def _changes(blocks: _Blocks, places: Sequence[int]) -> Iterator[list[int]]:
    """For each data codeword and each bit of it, from the lowest: the modules that it changes.

    A bit shows in its own module and in those of the correction codewords of its block, which are the remainder of a
    division by the generator polynomial (§7.5.2). Codewords of all blocks are interleaved (§7.6).
    """
    count = len(blocks.data)
    order = [(block, at) for at in range(max(blocks.data)) for block in range(count) if at < blocks.data[block]]
    where = {codeword: number for number, codeword in enumerate(order)}
    total = len(order)
    remainders = _remainders(blocks.correction, max(blocks.data))
    for block, size in enumerate(blocks.data):
        for at in range(size):
            own = [(where[block, at], 1)]
            coded = [(total + number * count + block, x) for number, x in enumerate(remainders[size - 1 - at])]
            yield [_modules([(n, _times(x, 1 << bit)) for n, x in (*own, *coded)], places) for bit in range(8)]


def _modules(codewords: Sequence[tuple[int, int]], places: Sequence[int]) -> int:
    """The modules of these codewords, given by their number and byte."""
    modules = 0
    for place, byte in codewords:
        for bit in range(8):
            if byte >> bit & 1:
                modules ^= places[8 * place + 7 - bit]
    return modules


def _table(bits: Sequence[int]) -> list[int]:
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
