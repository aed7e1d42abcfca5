"""Whether one file is another one raised: the same signatures over the same bytes, and perhaps more after them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tte.pades.augmentation.signed_data import read_signed_data

_BYTE_RANGE: Final = re.compile(rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")


def continues(later: bytes, pdf: bytes) -> bool:
    """Whether `later` begins with the bytes of `pdf`, as raising leaves them.

    What may differ is what stands in the place of a signature value, where a time-stamp is put in (/Contents, which
    /ByteRange leaves out); the signature in it must be the same. False for files without a signature.
    """
    if len(later) < len(pdf):
        return False
    places = sorted(_places(pdf))
    at = 0
    for begin, end in places:
        if begin < at or later[at:begin] != pdf[at:begin] or not _same_signature(later[begin:end], pdf[begin:end]):
            return False
        at = end
    return bool(places) and later[at : len(pdf)] == pdf[at:]


def _places(pdf: bytes) -> Iterator[tuple[int, int]]:
    for found in _BYTE_RANGE.finditer(pdf):
        start, length, begins_again, _ = map(int, found.groups())
        if start == 0 and length < begins_again <= len(pdf):
            yield length, begins_again


def _same_signature(one: bytes, other: bytes) -> bool:
    if one == other:
        return True
    try:
        first, second = (read_signed_data(bytes.fromhex(text.strip(b"<>").decode("ascii"))) for text in (one, other))
    except ValueError:
        return False
    return (first.signature, first.certificate) == (second.signature, second.certificate)
