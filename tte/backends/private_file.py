"""Reads a file that holds something secret, and refuses one that lies open.

The rule on modes is OpenSSH's: if the file is ours, nobody else may read it. A file that belongs to somebody else was
put there by an administrator or an orchestrator, who decides about it.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from tte.errors import KeyRefused, KeyUnavailable

LARGEST = 1 << 20


def read_private(path: Path, *, holds: str) -> bytes:
    """The whole file, at most 1 MiB; `holds` says in an error what was looked for ("the PIN", "the key").

    KeyUnavailable if it cannot be read, KeyRefused if it is ours and others can get at it, or is too large to be that.
    Pipes such as `/dev/fd/3` are read too.
    """
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            content = file.read(LARGEST + 1)
    except OSError as why:
        raise KeyUnavailable(
            f"{holds} cannot be read from {path}: {why.strerror}", hint="check the path, and who may read it"
        ) from why
    if stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() and status.st_mode & 0o077:
        raise KeyRefused(
            f"{path} holds {holds} and is open to others (mode {status.st_mode & 0o777:03o})",
            hint=f"chmod 600 {path}",
        )
    if len(content) > LARGEST:
        raise KeyRefused(f"{path} is larger than 1 MiB and cannot be what it should be: {holds}")
    return content
