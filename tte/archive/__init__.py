"""A second place for signed files, outside the database: a folder or an S3 bucket, where a file is put once.

Each file is put there before the register records it, under its own SHA-256, and never over another: so whatever the
register says was issued is there too. A file that is there and not in the register was never issued. A bucket needs
obstore (`pip install tte-signing[objects]`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import unquote, urlsplit

from tte.archive.folder import Folder
from tte.errors import ArchiveError, ConfigError

_AT_ONCE: Final = 16
"""Files that are put at the same time: a bucket takes some 15 ms for each, a disk less for several."""


def place_of(office: str, template: str, year: int, sha256: bytes) -> str:
    """Where the file with this SHA-256 lies, of a document that was issued in this year."""
    return f"{office.replace(' ', '-')}/{template}/{year:04d}/{sha256.hex()}.pdf"


class Store(Protocol):
    """Where the files lie. FileExistsError and FileNotFoundError say what they say, anything else is a failure."""

    def put(self, place: str, pdf: bytes) -> None: ...
    def get(self, place: str) -> bytes: ...
    def names(self) -> Iterator[str]: ...


class Archive:
    """An archive. Every method raises ArchiveError, with what to do, if it cannot be reached."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._pool: ThreadPoolExecutor | None = None

    def put(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Put these files in their places. When it returns all of them are there.

        The same bytes may be there already. ArchiveError if other bytes are, or a file could not be put.
        """
        if len(files) == 1:
            self._put(*files[0])
        elif files:
            self._pool = self._pool or ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="archive")
            for _ in self._pool.map(lambda one: self._put(*one), files):
                pass

    def names(self) -> Iterator[str]:
        """The places of all files."""
        try:
            yield from self._store.names()
        except Exception as why:
            raise _unreachable(why) from why

    def read(self, place: str) -> bytes | None:
        """The file in a place; None if there is none."""
        try:
            return self._store.get(place)
        except FileNotFoundError:
            return None
        except Exception as why:
            raise _unreachable(why) from why

    def _put(self, place: str, pdf: bytes) -> None:
        try:
            self._store.put(place, pdf)
        except FileExistsError:
            found = self.read(place)
            if found is None or hashlib.sha256(found).digest() != hashlib.sha256(pdf).digest():
                raise ArchiveError(
                    f"{place} is in the archive with other bytes; nothing was recorded",
                    hint="find out who wrote there; move it away, then run the same command again",
                ) from None
        except Exception as why:
            raise _unreachable(why) from why


def open_archive(url: str, **options: Any) -> Archive:
    """The archive at `file:///FOLDER` or `s3://BUCKET/PREFIX`; a folder is made when a file is put there.

    For S3, address, region and credentials come from AWS's environment variables, or from `options` as obstore takes
    them. ConfigError if it cannot be one; it is not asked for anything yet.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        return Archive(Folder(Path(unquote(parts.path))))
    try:
        from tte.archive.bucket import Bucket
    except ImportError:
        raise ConfigError("an archive in a bucket needs obstore", hint="pip install tte-signing[objects]") from None
    try:
        return Archive(Bucket(url, **options))
    except Exception as why:
        raise ConfigError(
            f"the archive cannot be opened ({type(why).__name__})", hint="tte.toml: [archive] url; docs/backup.md"
        ) from why


def _unreachable(why: Exception) -> ArchiveError:
    return ArchiveError(
        f"the archive cannot be used ({type(why).__name__}); what was to be put there is not recorded",
        hint="check its address, its credentials and its disk, then run the same command again",
    )
