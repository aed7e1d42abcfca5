"""Alters ASN.1: tags, lengths, whole values taken out, doubled, exchanged, or written in BER instead of DER."""

from __future__ import annotations

import random
from functools import cache

from cryptography.hazmat.primitives.serialization import Encoding

from tests.signed_pdfs import world

_HOLDS_OTHERS = 0x20


def altered(value: bytes, rng: random.Random) -> bytes:
    """The first value in these bytes with something in it altered; the lengths around it are put right, mostly."""
    whole = _end(value, 0) or len(value)
    value = value[:whole]
    path = _path(value, rng)
    if not path:
        return value
    start, inside, end = path[-1]
    one = value[start:end]
    match rng.randrange(12):
        case 0:
            new = bytes([rng.choice((one[0] ^ 0x20, one[0] ^ 0x80, one[0] + 1 & 0xFF, rng.randrange(256)))]) + one[1:]
        case 1:
            new = one[:1] + bytes([rng.randrange(256)]) + one[2:]
        case 2:
            new = b""
        case 3:
            new = one + one
        case 4:
            new = one[:1] + b"\x80" + value[inside:end] + b"\0\0"
        case 5:
            new = one[:1] + b"\x84" + (end - inside).to_bytes(4, "big") + value[inside:end]
        case 6:
            contents = bytearray(value[inside:end])
            for _ in range(rng.randrange(1, 4)):
                if contents:
                    contents[rng.randrange(len(contents))] = rng.randrange(256)
            new = one[: inside - start] + bytes(contents)
        case 7:
            other = _path(value, rng) or path
            new = value[other[-1][0] : other[-1][2]]
        case 8:
            new = _built(one[0] & 0xFF, value[inside:end][: rng.randrange(1 + end - inside)])
        case 9:
            new = _built(one[0], value[inside:end] + bytes(rng.randrange(256) for _ in range(rng.randrange(1, 9))))
        case 10:
            new = _built(0x24, _built(0x04, value[inside:end])) if one[0] == 0x04 else b"\x05\x00"
        case _:
            new = rng.choice(_certificates())
    return _with(value, path, new) if rng.random() < 0.85 else value[:start] + new + value[end:]


@cache
def _certificates() -> tuple[bytes, ...]:
    """To be put where another certificate was."""
    w = world()
    return tuple(one.certificate.public_bytes(Encoding.DER) for one in (w.root, w.authority, w.signer))


def _path(value: bytes, rng: random.Random) -> list[tuple[int, int, int]]:
    """A value somewhere in it, with all that it lies in: start, start of the contents, end."""
    path: list[tuple[int, int, int]] = []
    start, past = 0, len(value)
    while True:
        children = _children(value, start, past)
        if not children:
            return path
        chosen = rng.choice(children)
        path.append(chosen)
        if not value[chosen[0]] & _HOLDS_OTHERS or (len(path) > 3 and rng.random() < 0.2):
            return path
        start, past = chosen[1], chosen[2]


def _children(value: bytes, start: int, past: int) -> list[tuple[int, int, int]]:
    found = []
    while start + 2 <= past:
        inside, end = _inside(value, start), _end(value, start)
        if end is None or end > past:
            return []
        found.append((start, inside, end))
        start = end
    return found


def _inside(value: bytes, at: int) -> int:
    return at + 2 + (value[at + 1] & 0x7F if value[at + 1] > 0x80 else 0)


def _end(value: bytes, at: int) -> int | None:
    if at + 2 > len(value) or value[at + 1] == 0x80:
        return None
    inside = _inside(value, at)
    length = value[at + 1] if value[at + 1] < 0x80 else int.from_bytes(value[at + 2 : inside], "big")
    return inside + length if inside + length <= len(value) else None


def _built(tag: int, contents: bytes) -> bytes:
    size = len(contents)
    if size < 0x80:
        return bytes([tag, size]) + contents
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + contents


def _with(value: bytes, path: list[tuple[int, int, int]], new: bytes) -> bytes:
    """The whole with `new` in the place of the last on the path, and the lengths around it right."""
    for (start, inside, end), (inner_start, _, inner_end) in zip(path[-2::-1], path[:0:-1], strict=True):
        new = _built(value[start], value[inside:inner_start] + new + value[inner_end:end])
    return new
