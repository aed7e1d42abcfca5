"""The code of a seal: drawn by our own tables, it is what segno draws and what zxing-cpp reads."""

from __future__ import annotations

from typing import Any

import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from segno import consts

from tests import vectors_seal as v
from tte.rendering.seal_symbol import LARGEST, MASK, VERSIONS, TooLong, version_of
from tte.rendering.seal_tables import seal_codes
from tte.template.seal import SIDE

HEAD = f"https://{v.HOST}/d/{v.ID}#"


def modules(text: str, version: int) -> list[list[int]]:
    codes = seal_codes(version)
    packed, row = bytes.fromhex(codes.symbol(text).decode()), (codes.side + 7) // 8
    places = range(codes.side)
    return [[packed[x * row + y // 8] >> 7 - y % 8 & 1 for x in places] for y in places]


def seen(text: str, version: int) -> list[str]:
    drawn = modules(text, version)
    picture = Image.new("L", (len(drawn) + 8, len(drawn) + 8), 255)
    for y, line in enumerate(drawn):
        for x, module in enumerate(line):
            picture.putpixel((x + 4, y + 4), 0 if module else 255)
    large = picture.resize((picture.width * 3, picture.height * 3), Image.Resampling.NEAREST)
    only_qr = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])  # it finds bar codes in the dots, too
    return [code.text for code in zxingcpp.read_barcodes(large, formats=only_qr)]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("digits", [299, 300, 301, 430])
def test_a_symbol_is_the_one_that_segno_draws(version: int, digits: int) -> None:
    text = HEAD + "1" + "7" * (digits - 1)
    segments: Any = [(HEAD, consts.MODE_BYTE), (text[len(HEAD) :], consts.MODE_NUMERIC)]
    other = segno.make(segments, version=version, error="m", mask=MASK, boost_error=False, micro=False)
    ours, theirs = modules(text, version), [[module & 1 for module in row] for row in other.matrix]
    bits = 4 + 16 + 8 * len(HEAD) + 4 + 12 + 10 * (digits // 3) + (0, 4, 7)[digits % 3] + 4
    if bits % 8:  # where the terminator ends on a byte, segno puts a codeword of zeros before the padding
        assert ours == theirs
    assert seen(text, version) == [text]


@settings(max_examples=25, deadline=None)
@given(st.integers(10**480, 10**560), st.text("abcdefghijklmnopqrstuvwxyz0123456789.-", min_size=4, max_size=40))
def test_any_seal_that_fits_is_read_back(number: int, host: str) -> None:
    text = f"https://{host}/d/{v.ID}#1{number}"
    assert seen(text, version_of(text)) == [text]


def test_the_smallest_version_that_fits_is_taken() -> None:
    sizes = [version_of(HEAD + "1" * digits) for digits in range(200, 600, 10)]
    assert sizes == sorted(sizes)
    assert {*sizes} == {*VERSIONS}
    with pytest.raises(TooLong):
        version_of(HEAD + "1" * 800)


def test_templates_are_measured_by_the_largest_symbol() -> None:
    assert SIDE == LARGEST + 8
