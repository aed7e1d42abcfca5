"""An archive in a folder: each file is written beside its place, synced, linked to it, and never over another."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from tte.durable import new_file, sync_folder


class Folder:
    """A folder that only its owner can read. Every method raises OSError if it cannot be used."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, place: str, pdf: bytes) -> None:
        """Put a file in its place; it survives a power cut when this returns. FileExistsError if one is there."""
        target = self._path(place)
        _make(target.parent)
        part = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        with new_file(part, mode=0o600) as file:
            file.write(pdf)
        try:
            os.link(part, target)
        finally:
            part.unlink()
            sync_folder(target.parent)  # also if it was there: whoever put it may have died before this

    def get(self, place: str) -> bytes:
        """The file in a place. FileNotFoundError if there is none."""
        return self._path(place).read_bytes()

    def names(self) -> Iterator[str]:
        """The places of all files."""
        for file in self._root.rglob("*.pdf"):
            if not file.name.startswith("."):
                yield file.relative_to(self._root).as_posix()

    def _path(self, place: str) -> Path:
        parts = PurePosixPath(place).parts
        if ".." in parts or "/" in parts:
            raise PermissionError("a place lies within the folder")
        return self._root.joinpath(*parts)


def _make(folder: Path) -> None:
    """Make a folder and those above it that are missing, each durable and for its owner only."""
    if folder.is_dir():
        return
    _make(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)
