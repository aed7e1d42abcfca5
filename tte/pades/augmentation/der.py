"""DER, walked and put together again: as little as it takes to add an attribute to a CMS without touching the rest."""

from __future__ import annotations

from typing import NamedTuple

SEQUENCE, SET, FIRST, SECOND = 0x30, 0x31, 0xA0, 0xA1
"""Tags; the last two are [0] and [1], constructed."""


class NotDer(ValueError):
    """Not the definite lengths and tags that are looked for."""


class Value(NamedTuple):
    """A value where it stands: tag, where its contents begin, where they end."""

    tag: int
    inside: int
    end: int


def value_at(der: bytes, at: int) -> Value:
    """The value that begins at `at`. NotDer if its length is indefinite or leads out of the bytes."""
    if at + 2 > len(der):
        raise NotDer("a value is cut off")
    inside, length = at + 2, der[at + 1]
    if length >= 0x80:
        octets = length & 0x7F
        if not 1 <= octets <= 4:
            raise NotDer("a length is not definite")
        length = int.from_bytes(der[inside : inside + octets], "big")
        inside += octets
    if inside + length > len(der):
        raise NotDer("a value is cut off")
    return Value(der[at], inside, inside + length)


def values(contents: bytes) -> list[tuple[int, bytes]]:
    """The values that fill `contents`, as tag and whole encoding."""
    found, at = [], 0
    while at < len(contents):
        value = value_at(contents, at)
        found.append((value.tag, contents[at : value.end]))
        at = value.end
    return found


def contents(der: bytes, *tags: int) -> bytes:
    """What is in a value, all of `der`, of one of these tags."""
    value = value_at(der, 0)
    if value.tag not in tags or value.end != len(der):
        raise NotDer("another value than is looked for")
    return der[value.inside :]


def encoded(tag: int, inside: bytes) -> bytes:
    """A value of this tag (X.690 §10.1)."""
    if len(inside) < 0x80:
        return bytes([tag, len(inside)]) + inside
    length = len(inside).to_bytes((len(inside).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + inside
