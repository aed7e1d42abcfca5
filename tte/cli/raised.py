"""Where `tte augment` writes a raised file, and what an earlier run has written there already."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from tte.cli.files import OutputError
from tte.model import Level
from tte.validation import MAX_SIZE

_SUFFIX: Final = re.compile(r"-(B-(B|T|LT|LTA)|raised)$")


class InputError(OSError):
    """A file that is no file, or is too large; `strerror` says so."""


def read_input(file: Path) -> bytes:
    """The file, of at most 64 MB. OSError, whose `strerror` says what is wrong with it."""
    if file.is_dir():
        raise InputError(0, "it is a folder, not a file")
    if not file.is_file():
        raise InputError(0, "it is no file" if file.exists() else "there is no such file")
    if file.stat().st_size > MAX_SIZE:
        raise InputError(0, "it is larger than 64 MB")
    return file.read_bytes()


def target_of(file: Path, level: Level | None, folder: Path | None) -> Path:
    """NAME-LEVEL.pdf, or NAME-raised.pdf without a level; a level that the name ends with already is replaced."""
    return (folder or file.parent) / f"{_SUFFIX.sub('', file.stem)}-{level or 'raised'}.pdf"


def farthest(file: Path, pdf: bytes, level: Level, folder: Path | None) -> tuple[Path, bytes]:
    """The file from which to go on to `level`: what an earlier run made of this one, or this one.

    OutputError if a name that may be needed belongs to another document: better said before time-stamps are bought.
    """
    from tte.augmentation.same import continues

    best = file, pdf
    for step in (None, *(one for one in Level if level.reaches(one) and one is not Level.B_B)):
        there = target_of(file, step, folder)
        if not there.exists():
            continue
        try:
            found = read_input(there)
        except OSError as why:
            raise OutputError(f"{there} is there and cannot be read: {why.strerror}", hint="move it away") from None
        if continues(found, pdf):
            best = max((there, found), best, key=lambda one: len(one[1]))
        elif not continues(pdf, found):
            raise OutputError(
                f"{there} is there with other content", hint="move it away or choose another --out; nothing was asked"
            )
    return best
