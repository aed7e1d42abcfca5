"""A later file of a document, kept as what it has and the file before it has not.

Augmenting leaves nearly all of a file in place: a time-stamp goes into the room left in the signature, revisions are
added at the end. What is new is laid against that of another document (`model`), because most of it is the same again:
certificates, revocation info, blanks. What is left are a few numbers, digests and signature values, packed.

    head, tail, length of the new        how much of the file before stands at its beginning and at its end
    copies: place in the new, place in the model, length      by turns with what is in no model
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from struct import Struct, error
from typing import Final, NamedTuple

from tte.register.faults import damaged

LARGEST: Final = 64 << 20
"""No file is longer (`tte.validation.MAX_SIZE`), so nothing that is unpacked is."""

_PROBE: Final = 24
"""Bytes by which a place in the model is recognised."""
_STRIDE: Final = 8
_AHEAD: Final = 2048
"""How far ahead both are looked through together; a signature value takes half of it."""
_NEAR: Final = 512
_FAR: Final = 16384
"""How much longer a stretch of the model may be that has no counterpart."""

_HEAD: Final = Struct(">4I")
_COPY: Final = Struct(">3I")


class New(NamedTuple):
    """What is new in a later file: the file before it as far as `head`, `new`, and its last `tail` bytes among it."""

    head: int
    tail: int
    new: bytes


def new_in(former: bytes, later: bytes) -> New:
    """What `later` has and `former` has not."""
    head = _alike(former, later)
    tail = 0
    if len(later) >= len(former):
        rest = former[head:]
        tail = _alike(rest[::-1], later[head : len(former)][::-1])
    gap = len(former) - tail
    return New(head, tail, later[head:gap] + later[len(former) :] if tail else later[head:])


def with_new(former: bytes, found: New) -> bytes:
    """The later file. ValueError if it cannot be made of these."""
    head, tail, new = found
    if head + tail > len(former):
        raise ValueError("more is kept than there was")
    gap = len(former) - tail - head
    if not tail:
        return former[:head] + new
    return b"".join((former[:head], new[:gap], former[len(former) - tail :], new[gap:]))


def packed(found: New, model: bytes = b"") -> bytes:
    """What is new, in one column, laid against the model."""
    copies, rest = [], []
    for place, there, length in _common(found.new, model):
        copies.append(_COPY.pack(place, there, length))
    end = 0
    for place, _, length in map(_COPY.unpack, copies):
        rest.append(found.new[end:place])
        end = place + length
    rest.append(found.new[end:])
    head = _HEAD.pack(found.head, found.tail, len(found.new), len(copies))
    return zlib.compress(b"".join((head, *copies, *rest)), 6)


def unpacked(column: bytes, model: bytes = b"") -> New:
    """What is new, from its column. RegisterError if that is damaged or was laid against another model."""
    try:
        inflating = zlib.decompressobj()
        text = inflating.decompress(column, LARGEST)
        head, tail, length, count = _HEAD.unpack_from(text)
        copies = [_COPY.unpack_from(text, _HEAD.size + number * _COPY.size) for number in range(count)]
    except (zlib.error, error) as why:
        raise damaged() from why
    new = bytearray()
    at = _HEAD.size + count * _COPY.size
    for place, there, size in copies:
        apart = place - len(new)
        if apart < 0 or there + size > len(model):
            raise damaged()
        new += text[at : at + apart]
        at += apart
        new += model[there : there + size]
    new += text[at:]
    if not inflating.eof or len(new) != length:
        raise damaged()
    return New(head, tail, bytes(new))


def _common(new: bytes, model: bytes) -> Iterator[tuple[int, int, int]]:
    """Stretches that `new` has in common with the model, in the order of both: place, place there, length."""
    place = there = kept = 0
    while place + _PROBE <= len(new):
        found = _again(new, model, place, there)
        if found is None:
            place += _AHEAD
            continue
        place, there_again = found
        back = 0
        while (
            place - back > kept
            and there_again - back > there
            and new[place - back - 1] == model[there_again - back - 1]
        ):
            back += 1
        length = _alike(new, model, place, there_again)
        yield place - back, there_again - back, back + length
        place, there = place + length, there_again + length
        kept = place


def _again(new: bytes, model: bytes, place: int, there: int) -> tuple[int, int] | None:
    """Where both are alike again, within _AHEAD bytes: near in the model if possible.

    Two time-stamps in a file are much alike, and what belongs to the one must not be looked for in the other.
    """
    for reach in (_NEAR, _FAR):
        for at in range(place, min(place + _AHEAD, len(new) - _PROBE + 1), _STRIDE):
            found = model.find(new[at : at + _PROBE], there, there + at - place + reach)
            if found >= 0:
                return at, found
    return None


def _alike(one: bytes, other: bytes, here: int = 0, there: int = 0) -> int:
    """How many bytes are the same in both from these places on."""
    most = min(len(one) - here, len(other) - there)
    low, step = 0, 64
    while low < most and one[here + low : here + low + step] == other[there + low : there + low + step]:
        low, step = low + step, step * 2
    high = min(low + step, most)
    while low < high:
        middle = (low + high + 1) // 2
        if one[here + low : here + middle] == other[there + low : there + middle]:
            low = middle
        else:
            high = middle - 1
    return min(low, most)
