"""The PDF made from a record: before it is signed, ready to be, and after."""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING

from tte.frame import Frame, Words, name_of, named
from tte.model.records import Record

if TYPE_CHECKING:
    from tte.model.entries import Intent

Pdf = bytes | mmap.mmap
"""A file's bytes, held or mapped. A slice of either is bytes; what `bytes` alone can do is not asked of it."""

_NO_FRAME = Frame(b"", {}, 0, 0)


@dataclass(frozen=True, slots=True)
class Document:
    """A record set on paper: a PDF/A-2b file with one empty signature field. `id` is public and unguessable.

    Documents of one kind share their `frame`; `words` are the operators of the page's text and QR code.
    """

    id: str
    record: Record
    frame: Frame
    words: Words

    @classmethod
    def known_by(cls, intent: Intent) -> Document:
        """The document that was reserved as `intent`, of which only this is left; it has no file."""
        record = Record.known_by(intent.template, intent.number, intent.record_digest)
        return cls(intent.id, record, _NO_FRAME, Words((b"",), ()))

    @property
    def pdf(self) -> bytes:
        """The file as it is before signing."""
        words = bytes(self.words)
        return self.frame.filled(words, name_of(self.id) if self.id else named(words))


class Level(StrEnum):
    """PAdES baseline levels, EN 319 142-1 §6."""

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"
    B_LTA = "B-LTA"

    def reaches(self, other: Level) -> bool:
        """Whether this level has all that `other` has."""
        order = tuple(Level)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """A document with a signature at some baseline level.

    The file is made of parts by turns: `shared`, the same in every document of its kind and key and kept once, and
    `own`. The first is shared; both may be empty in places. A file of which nothing is shared has one part of its own.
    `verified` are a digest and the signature value that was verified over it with the signing certificate.
    """

    document: Document
    shared: tuple[bytes, ...]
    own: tuple[bytes, ...]
    level: Level
    verified: tuple[bytes, bytes] = (b"", b"")
    _rest: list[bytes] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def pdf(self) -> bytes:
        """The file."""
        return joined(self.shared, self.own)

    @property
    def rest(self) -> bytes:
        """The file after its first shared part; joined once."""
        if not self._rest:
            self._rest.append(joined((b"", *self.shared[1:]), self.own))
        return self._rest[0]


def joined(shared: Sequence[bytes], own: Sequence[bytes]) -> bytes:
    """The file that these parts make by turns, a shared one first. ValueError unless there are as many of each."""
    return b"".join(chain.from_iterable(zip(shared, own, strict=True)))


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file ready to be signed, in parts by turns as a signed one: the own part number `hole` is empty and will be the
    signature, or `hole` is None and the file goes to a signing service as it is.

    `certificate_sha256`: whose signature it waits for.
    """

    certificate_sha256: bytes
    shared: tuple[bytes, ...]
    own: tuple[bytes, ...]
    hole: int | None
