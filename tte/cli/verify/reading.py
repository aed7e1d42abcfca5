"""Files as they come from anybody: read once, no more of them kept than is judged."""

from __future__ import annotations

import errno
import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_STEP = 1 << 20


@dataclass(frozen=True, slots=True)
class Upload:
    """A file: its digest and size, and its bytes, of which one more than `most` are kept if there are more."""

    pdf: bytes
    sha256: bytes
    size: int


def read(file: Path, most: int) -> Upload:
    """Read a file, or standard input if it is `-`. OSError says why it cannot be."""
    if str(file) == "-":
        return _read(sys.stdin.buffer, most)
    if file.is_dir():
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    if file.exists() and not file.is_file():
        raise OSError(errno.EINVAL, "it is no file")
    with file.open("rb") as stream:
        return _read(stream, most)


def _read(stream: BinaryIO, most: int) -> Upload:
    pdf = stream.read(most + 1)
    digest, size = hashlib.sha256(pdf), len(pdf)
    while more := stream.read(_STEP) if size > most else b"":
        digest.update(more)
        size += len(more)
    return Upload(pdf, digest.digest(), size)
