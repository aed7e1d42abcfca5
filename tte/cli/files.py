"""PDF files that leave the register: named without personal data, complete or not there at all, never overwritten.

The register is what keeps documents; a folder of files is a copy that can be made again at any time. So files are not
flushed to the disk one by one, which would take longer than signing: `settled` does it for all of them at the end.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from pathlib import Path

from tte.errors import TteError
from tte.model import Entry


class OutputError(TteError):
    """A file of the output folder cannot be written; what was issued is in the register and can be written again."""

    code = "output"


def output_folder(folder: Path) -> Path:
    """The folder, made if it is not there; OutputError if that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as why:
        raise OutputError(f"{folder} cannot be written: {why.strerror}", hint="choose another --out") from why
    return folder


def file_name(entry: Entry) -> str:
    """`template-number.pdf`; the public id stands for a number that names a person or a family (16 digits)."""
    telling = entry.id if re.search(r"[0-9]{16}", entry.number) else entry.number
    return f"{entry.template}-{re.sub(r'[^A-Za-z0-9.-]+', '-', telling)}.pdf"


def write_new(folder: Path, entry: Entry, pdf: bytes) -> Path:
    """Write a file whole or not at all, and leave it if it is there already with the same bytes.

    A file of that name with other bytes stays, such as the same document at a lower level; the new one then carries
    the id in its name, and the beginning of its SHA-256 if need be. OutputError if the folder cannot be written.
    """
    by_id = f"{entry.template}-{entry.id}"
    try:
        for name in (file_name(entry), f"{by_id}.pdf", f"{by_id}-{hashlib.sha256(pdf).hexdigest()[:16]}.pdf"):
            target = folder / name
            if not target.exists():
                _write(target, pdf)
                return target
            if target.read_bytes() == pdf:
                return target
    except OSError as why:
        raise OutputError(
            f"{folder} cannot be written: {why.strerror}",
            hint="make room or choose another --out; running the same command again writes what is missing",
        ) from why
    raise OutputError(f"{target} is there with other content", hint="move it away or choose another --out")


def write_as(target: Path, pdf: bytes) -> None:
    """Write a new file whole or not at all. OutputError if there is one with other bytes, or it cannot be written."""
    try:
        if not target.exists():
            _write(target, pdf)
        elif target.read_bytes() != pdf:
            raise OutputError(f"{target} is there with other content", hint="move it away or choose another --out")
    except OSError as why:
        raise OutputError(f"{target} cannot be written: {why.strerror}", hint="choose another --out") from why


def _write(target: Path, pdf: bytes) -> None:
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with part.open("xb") as stream:
            stream.write(pdf)
        part.rename(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def settled() -> None:
    """Return when all files written so far would survive a power cut."""
    os.sync()
