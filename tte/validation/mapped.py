"""Files too large to be held in memory: read where they lie, by a map of the file (mmap).

The file must not change meanwhile; who opens it sees to that.
"""

from __future__ import annotations

import hashlib
import io
import mmap
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from tte.model import Pdf

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


_STEP = 1 << 20


@dataclass(frozen=True, slots=True)
class LargeFile:
    """A file that is open for reading at `descriptor`, with its size and the SHA-256 of all its bytes."""

    descriptor: int
    size: int
    sha256: bytes

    @classmethod
    def of(cls, descriptor: int) -> Self:
        """The file that is open there, as it is now."""
        size, at, hashed = os.fstat(descriptor).st_size, 0, hashlib.sha256()
        while part := os.pread(descriptor, _STEP, at):
            hashed.update(part)
            at += len(part)
        return cls(descriptor, size, hashed.digest())

    def map(self) -> mmap.mmap:
        """Its bytes, for reading. OSError or ValueError if it is empty or shorter than `size`."""
        return mmap.mmap(self.descriptor, self.size, prot=mmap.PROT_READ)


class Window(io.RawIOBase):
    """The first `end` bytes of a file, as a stream that can be read anywhere. Nothing is copied before it is read."""

    def __init__(self, pdf: Pdf, end: int) -> None:
        super().__init__()
        self._pdf, self._end, self._at = pdf, end, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._end}[whence])
        return self._at

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        into = memoryview(buffer).cast("B")
        found = self._pdf[self._at : min(self._at + len(into), self._end)]
        into[: len(found)] = found
        self._at += len(found)
        return len(found)
