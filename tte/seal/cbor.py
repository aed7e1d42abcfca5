"""CBOR in the one form that is allowed here: RFC 8949 §4.2.1, and of that only what a seal needs.

Integers to 2^53-2 either way (so that JavaScript has them exactly), byte and text strings, arrays, maps with integer or
text keys, true and false. A general library would read more than that, and two readers would then differ in what they
refuse; this one is forty lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

DEEPEST: Final = 6
LARGEST: Final = 2**53 - 2
_UINT, _NINT, _BYTES, _TEXT, _ARRAY, _MAP, _TAG, _SIMPLE = range(8)
_FALSE, _TRUE = 20, 21


class Malformed(ValueError):
    """Not the one encoding that is allowed. Says what is wrong, and nothing of what was read."""


def encode(value: Any) -> bytes:
    """The bytes of a value of these kinds. ValueError for an integer that is too large."""
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return _head(_UINT, value) if value >= 0 else _head(_NINT, -1 - value)
    if isinstance(value, bytes):
        return _head(_BYTES, len(value)) + value
    if isinstance(value, str):
        text = value.encode()
        return _head(_TEXT, len(text)) + text
    if isinstance(value, Mapping):
        items = sorted((encode(key), encode(item)) for key, item in value.items())
        return _head(_MAP, len(items)) + b"".join([key + item for key, item in items])
    return _head(_ARRAY, len(value)) + b"".join(map(encode, value))


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes((major << 5 | number,))
    if number > LARGEST:
        raise ValueError("a number is too large for a seal")
    size = (number > 0xFF) + (number > 0xFFFF) + (number > 0xFFFFFFFF)
    return bytes((major << 5 | 24 + size,)) + number.to_bytes(1 << size, "big")


def decode(encoded: bytes) -> Any:
    """The value, if all bytes are its one encoding; else Malformed."""
    value, end = _item(encoded, 0, 0)
    if end != len(encoded):
        raise Malformed("something follows the value")
    return value


def _item(encoded: bytes, at: int, depth: int) -> tuple[Any, int]:
    if depth > DEEPEST:
        raise Malformed("nested too deeply")
    major, number, at = _read_head(encoded, at)
    if major == _UINT:
        return number, at
    if major == _NINT:
        return -1 - number, at
    if major == _SIMPLE:
        return number == _TRUE, at
    if number > len(encoded) - at:  # every item of an array or map takes a byte too
        raise Malformed("cut short")
    if major in (_BYTES, _TEXT):
        end = at + number
        return (encoded[at:end] if major == _BYTES else _text(encoded[at:end])), end
    if major == _ARRAY:
        items = []
        for _ in range(number):
            item, at = _item(encoded, at, depth + 1)
            items.append(item)
        return items, at
    return _map(encoded, at, number, depth)


def _read_head(encoded: bytes, at: int) -> tuple[int, int, int]:
    """Major type, number, and where the next byte is."""
    if at >= len(encoded):
        raise Malformed("cut short")
    major, number = encoded[at] >> 5, encoded[at] & 31
    at += 1
    if major == _TAG or number > 27 or (major == _SIMPLE and number not in (_FALSE, _TRUE)):
        raise Malformed("a tag, a float, null or an open length")
    if number < 24:
        return major, number, at
    size = 1 << number - 24
    if at + size > len(encoded):
        raise Malformed("cut short")
    number = int.from_bytes(encoded[at : at + size], "big")
    if number < (24 if size == 1 else 1 << 4 * size) or number > LARGEST:
        raise Malformed("a number in a longer form than it needs, or too large")
    return major, number, at + size


def _map(encoded: bytes, at: int, count: int, depth: int) -> tuple[Any, int]:
    found: dict[int | str, Any] = {}
    last = b""
    for _ in range(count):
        key, end = _item(encoded, at, depth + 1)
        if type(key) not in (int, str) or encoded[at:end] <= last:
            raise Malformed("map keys that are neither numbers nor texts, twice, or out of order")
        last = encoded[at:end]
        found[key], at = _item(encoded, end, depth + 1)
    return found, at


def _text(encoded: bytes) -> str:
    try:
        return encoded.decode()
    except UnicodeDecodeError:
        raise Malformed("text that is not UTF-8") from None
