"""DER, read strictly (X.690 §10.1): definite lengths in the fewest octets, and what is inside fills what is outside.

So a value has one encoding only: from its tags, its innermost contents and their lengths follow all other bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

from tte.validation.unlike import Unlike

INTEGER, OCTET_STRING, OID, SEQUENCE, SET = 0x02, 0x04, 0x06, 0x30, 0x31
FIRST, SECOND = 0xA0, 0xA1
"""Context tags [0] and [1], constructed."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value where it stands: tag at `start`, then the length, then the contents from `inside` to `end`."""

    tag: int
    start: int
    inside: int
    end: int


def value_at(der: bytes, at: int, end: int, tag: int | None = None) -> Value:
    """The value that begins at `at` and lies before `end`. Unlike if it is not DER or, where given, not of this tag."""
    inside = at + 2
    if inside > end or der[at] & 0x1F == 0x1F or tag not in (None, der[at]):
        raise Unlike("the CMS is not built as it should be")
    length = der[at + 1]
    if length >= 0x80:
        octets = der[inside : inside + (length & 0x7F)]
        inside += length & 0x7F
        length = int.from_bytes(octets, "big")
        if not 1 <= len(octets) <= 4 or octets[0] == 0 or length < 0x80:
            raise Unlike("a length in the CMS is not written as DER demands")
    if inside + length > end:
        raise Unlike("a value in the CMS is longer than what it lies in")
    return Value(der[at], at, inside, inside + length)


def values_in(der: bytes, outer: Value) -> list[Value]:
    """The values that `outer` is made of, first to last; they fill it exactly."""
    found, at = [], outer.inside
    while at < outer.end:
        found.append(value_at(der, at, outer.end))
        at = found[-1].end
    return found


def contents(der: bytes, value: Value) -> bytes:
    return der[value.inside : value.end]


def whole(der: bytes, value: Value) -> bytes:
    return der[value.start : value.end]
