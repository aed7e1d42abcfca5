"""The PDF that is signed, as it came: bytes, or a file on disk of any size. It is read and copied, never written."""

from __future__ import annotations

import os
from hashlib import new
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from tte.errors import BrokenPdf

if TYPE_CHECKING:
    from hashlib import _Hash

_PIECE: Final = 1 << 18


class Source:
    """An upload. A file stays open until `close`, so whoever puts another in its place changes nothing here."""

    def __init__(self, pdf: bytes | Path) -> None:
        self._bytes = pdf if isinstance(pdf, bytes) else None
        self._file: BinaryIO | None = None if isinstance(pdf, bytes) else pdf.open("rb")
        self.size = len(pdf) if isinstance(pdf, bytes) else os.fstat(self._descriptor).st_size
        self._written_at = 0 if isinstance(pdf, bytes) else os.fstat(self._descriptor).st_mtime_ns

    @property
    def _descriptor(self) -> int:
        return self._file.fileno() if self._file else -1

    def close(self) -> None:
        """Twice is fine."""
        if self._file:
            self._file.close()

    def part(self, start: int, length: int) -> bytes:
        """These bytes; fewer at the end of the file."""
        if self._bytes is not None:
            return self._bytes[start : start + length]
        return os.pread(self._descriptor, length, start)

    def end(self, length: int) -> bytes:
        """The last bytes."""
        start = max(0, self.size - length)
        return self.part(start, self.size - start)

    def stream(self) -> BinaryIO:
        """The file to read from, at its begin."""
        if self._bytes is not None:
            return BytesIO(self._bytes)
        return os.fdopen(os.dup(self._descriptor), "rb")

    def hashed(self, digest_name: str) -> _Hash:
        """The hash of all of it, to go on with."""
        if self._bytes is not None:
            return new(digest_name, self._bytes)
        found, piece = new(digest_name), memoryview(bytearray(_PIECE))
        at = 0
        while count := os.preadv(self._descriptor, [piece], at):
            found.update(piece[:count])
            at += count
        return found

    def copy_to(self, file: BinaryIO) -> None:
        """All of it, as it was when it was opened. BrokenPdf if it was written to meanwhile."""
        if self._bytes is not None:
            file.write(self._bytes)
            return
        at = 0
        while piece := self.part(at, _PIECE):
            file.write(piece)
            at += len(piece)
        now = os.fstat(self._descriptor)
        if (at, now.st_mtime_ns) != (self.size, self._written_at):
            raise BrokenPdf("the file was written to while it was being signed", hint="sign it again")
