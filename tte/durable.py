"""Writes files that must not be lost or half there, such as keys, notes, documents. Durable when the call returns.

What goes wrong is an OSError, for the caller to put into words.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def new_file(path: Path, *, mode: int) -> Iterator[BinaryIO]:
    """A file that was not there (else FileExistsError), to be written within the block; with this mode exactly.

    If the block ends by an exception the file is gone again.
    """
    file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb")
    try:
        with file:
            os.fchmod(file.fileno(), mode)
            yield file
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def replace_file(path: Path, content: bytes, *, mode: int) -> None:
    """`path` holds `content`; before that, what it held, and never anything between."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with new_file(part, mode=mode) as file:
        file.write(content)
    try:
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def keep_copy(path: Path, content: bytes, *, mode: int) -> Path:
    """`content`, which is what `path` held, in a file beside it: `NAME.bak`. FileExistsError if there is one."""
    kept = path.with_name(f"{path.name}.bak")
    with new_file(kept, mode=mode) as file:
        file.write(content)
    return kept


def sync_folder(folder: Path) -> None:
    """What was made, renamed or removed in it survives a power cut."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
