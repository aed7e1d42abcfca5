"""DER read value by value (X.690 §8.1, §10.1): exact bytes, definite and shortest lengths, nothing left over.

asn1crypto is more comfortable and takes 50 ms for a time-stamp token; it also writes some values anew instead of giving
them as they came.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from asn1crypto.core import ObjectIdentifier

BOOLEAN: Final = 0x01
INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OCTET_STRING: Final = 0x04
OID: Final = 0x06
GENERALIZED_TIME: Final = 0x18
SEQUENCE: Final = 0x30
SET: Final = 0x31


@dataclass(frozen=True, slots=True)
class Value:
    """`content` is what the tag and the length, which are in `whole`, stand before."""

    tag: int
    content: bytes
    whole: bytes

    def parts(self) -> Parts:
        """What this value is made of."""
        return Parts(self.content)

    def number(self) -> int:
        """An INTEGER."""
        if not self.content:
            raise ValueError("an integer of no bytes")
        return int.from_bytes(self.content, "big", signed=True)


class Parts:
    """Values one after the other, to be taken in order. Whatever is not as it should be is a ValueError."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def take(self, tag: int) -> Value:
        """The next value, which must be of this tag."""
        found = self.maybe(tag)
        if found is None:
            raise ValueError(f"no value of tag {tag:#04x}")
        return found

    def maybe(self, tag: int) -> Value | None:
        """The next value if it is of this tag."""
        if self._at >= len(self._content) or self._content[self._at] != tag:
            return None
        return self._next()

    def rest(self) -> list[Value]:
        """All that are left, of whatever tag."""
        found = []
        while self._at < len(self._content):
            found.append(self._next())
        return found

    def end(self) -> None:
        """There must be no more."""
        if self._at != len(self._content):
            raise ValueError("something is left over")

    def _next(self) -> Value:
        content, at = self._content, self._at
        tag, size, start = content[at], content[at + 1], at + 2
        if tag & 0x1F == 0x1F:
            raise ValueError("a tag of several bytes")
        if size & 0x80:
            many = size & 0x7F
            start += many
            size = int.from_bytes(content[at + 2 : start], "big")
            if not 1 <= many <= 4 or size < 0x80 or size < 1 << 8 * (many - 1):
                raise ValueError("a length that is not DER")
        self._at = start + size
        if self._at > len(content):
            raise ValueError("a value that is cut off")
        return Value(tag, content[start : self._at], content[at : self._at])


def only(content: bytes, tag: int) -> Value:
    """The one value that these bytes are."""
    parts = Parts(content)
    found = parts.take(tag)
    parts.end()
    return found


def oid(dotted: str) -> bytes:
    """The content of an object identifier."""
    content: bytes = ObjectIdentifier(dotted).contents
    return content
