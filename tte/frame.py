"""How a file of ours is laid out, byte for byte, and why in this order.

    header                    ┐
    every object that is the  │  the frame: the same in every file of one kind, office and key,
    same in all such files    ┘  so it is made, checked and hashed once
    objects of this file      ┐
    cross-reference table     │  the rest: a few thousand bytes, all that is made for a document
    trailer, startxref, %%EOF ┘

Because the fixed objects come first, their places are known before any document is. In a signed file the signature is
always as long, so the words too begin at the same place, and even the table is the same text (ISO 32000-1 §7.5.4).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Final, NamedTuple

HEADER: Final = b"%PDF-1.7\n%\xc2\xb5\xc2\xb6\n\n"
"""ISO 19005-2 §6.1.2: a comment of bytes above 127 follows, so that nothing takes the file for text."""


class Words(NamedTuple):
    """The operators of a page by turns: `shared`, what all pages of its case say, one part more than `own`."""

    shared: tuple[bytes, ...]
    own: tuple[bytes, ...]

    def __bytes__(self) -> bytes:
        return b"".join(chain.from_iterable(zip(self.shared, (*self.own, b""), strict=True)))


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A file without its words.

    `objects` are the header and every fixed object; `offsets` says where each begins, by object number. `words` is the
    number of the missing stream, the page's words; `root` that of the catalog. The frame is its own equal only.
    """

    objects: bytes
    offsets: Mapping[int, int]
    words: int
    root: int

    def filled(self, words: bytes, name: bytes) -> bytes:
        """The whole file, unsigned, with these operators as its words. `name` (16 bytes) is both halves of its /ID."""
        place = len(self.objects)
        before, after = stream(self.words)
        body = b"%b%d%b%b%b" % (before, len(words), STREAM, words, after)
        table, apart, start, end = ending({**self.offsets, self.words: place}, self.root)
        digits = name.hex().encode()
        place_of_table = b"%d" % (place + len(body))
        return b"".join((self.objects, body, table, digits, apart, digits, start, place_of_table, end))


STREAM: Final = b" >>\nstream\n"
"""What stands between the length of a stream and its bytes."""


def stream(number: int) -> tuple[bytes, bytes]:
    """What stands before the length of a page's words, and after the words themselves.

    They are not packed: packing takes longer than a fast key, and saves 4 KB.
    """
    return b"%d 0 obj\n<< /Length " % number, b"\nendstream\nendobj\n"


def ending(offsets: Mapping[int, int], root: int) -> tuple[bytes, bytes, bytes, bytes]:
    """Table and trailer of a file with these objects, from 1 without a gap: what stands before the first half of its
    /ID, between the halves, between the second and the place of the table, and after that.
    """
    size = len(offsets) + 1
    lines = b"".join(b"%010d 00000 n \n" % offsets[number] for number in range(1, size))
    table = b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root %d 0 R /ID [<" % (size, lines, size, root)
    return table, b"> <", b">] >>\nstartxref\n", b"\n%%EOF\n"


@lru_cache(maxsize=4096)
def name_of(id: str) -> bytes:  # noqa: A002  the noun of the model
    """What a file is called in its /ID: SHA-256 of the public id, the first 16 bytes. It survives later revisions."""
    return named(id.encode())


def named(content: bytes) -> bytes:
    """The same for a file without an id, by its words."""
    return hashlib.sha256(content).digest()[:16]
