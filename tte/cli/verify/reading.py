"""Files as they come from anybody: read once, no more of them kept than is judged; a large one stays where it lies."""

from __future__ import annotations

import errno
import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tte.model import Pdf
from tte.validation import MAX_MAPPED_SIZE, MAX_SIZE
from tte.validation.mapped import LargeFile

_STEP = 1 << 20


@dataclass(frozen=True, slots=True)
class Upload:
    """A file: its digest and size, and its bytes. `large` if they are mapped; some are missing if it is `too_large`."""

    pdf: Pdf
    sha256: bytes
    size: int
    large: LargeFile | None = None
    too_large: bool = False


@contextmanager
def read(file: Path) -> Iterator[Upload]:
    """A file, or standard input if it is `-`, for the length of a block. OSError says why it cannot be read, at the end
    of the block too, if a large file was changed meanwhile.
    """
    if str(file) != "-" and file.is_dir():
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    if str(file) != "-" and file.exists() and not file.is_file():
        raise OSError(errno.EINVAL, "it is no file")
    if str(file) == "-":
        yield from _read(sys.stdin.buffer)
        return
    with file.open("rb") as stream:
        if MAX_SIZE < os.fstat(stream.fileno()).st_size <= MAX_MAPPED_SIZE:
            yield from _mapped(stream)
        else:
            yield from _read(stream)


def _read(stream: BinaryIO) -> Iterator[Upload]:
    """What comes, if it can be held; else it is laid into a file that nobody else sees."""
    pdf = stream.read(MAX_SIZE + 1)
    if len(pdf) <= MAX_SIZE:
        yield Upload(pdf, hashlib.sha256(pdf).digest(), len(pdf))
        return
    with tempfile.TemporaryFile() as laid:
        laid.write(pdf)
        rest, size = hashlib.sha256(pdf), len(pdf)
        while more := stream.read(_STEP):
            rest.update(more)
            size += len(more)
            if size <= MAX_MAPPED_SIZE:
                laid.write(more)
        if size > MAX_MAPPED_SIZE:
            yield Upload(pdf, rest.digest(), size, too_large=True)
        else:
            yield from _mapped(laid)


def _mapped(stream: BinaryIO) -> Iterator[Upload]:
    """A large file that is not copied. What was hashed is what is judged only if nobody has written to it since."""
    before = _state(stream)
    large = LargeFile.of(stream.fileno())
    yield Upload(large.map(), large.sha256, large.size, large)
    if _state(stream) != before:
        raise OSError(errno.EBUSY, "it was changed while it was read")


def _state(stream: BinaryIO) -> tuple[int, int, int]:
    stream.flush()
    found = os.fstat(stream.fileno())
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns
