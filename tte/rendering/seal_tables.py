"""The tables for the symbols of seals, made at first use in a tenth of a second.

`segno` says which modules carry no data, and draws the base; the rest is our own reading of ISO/IEC 18004. Tests
compare whole symbols with segno's, and read them back with zxing-cpp.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from typing import Any, Final

import segno
from segno import consts

from tte.rendering.seal_symbol import LEVEL, MASK, NONE, VERSIONS, SealCodes


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


def _strips(columns: Sequence[Sequence[int | None]]) -> Iterator[tuple[int, int, bytes]]:
    """See `SealCodes.strips`. Column 6 has the timing pattern and no bits."""
    for left, right in (*((x, x + 2) for x in (0, 2, 4)), (6, 7), *((x, x + 2) for x in range(7, len(columns), 2))):
        shown = [bit for column in columns[left:right] for bit in column]
        bits = [bit for bit in shown if bit is not None]
        first, end = min(bits, default=0), max(bits, default=-1) + 1
        yield first, end, bytes(NONE if bit is None else bit - first for bit in shown)


_SAMPLE: Final = "#" + "1" * 299


def _sample(version: int) -> segno.QRCode:
    """A symbol of which everything is known."""
    head, _, digits = _SAMPLE.partition("#")
    segments: Any = [(head + "#", consts.MODE_BYTE), (digits, consts.MODE_NUMERIC)]  # its types know of texts only
    return segno.make(
        segments,
        version=version,
        error=LEVEL,
        mask=MASK,
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
