"""An archive in an S3 bucket, or anything else that obstore reaches. Importing this imports obstore."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from obstore.exceptions import AlreadyExistsError
from obstore.store import from_url


class Bucket:
    """A bucket, or a part of it. What goes wrong is obstore's own exception."""

    def __init__(self, url: str, **options: Any) -> None:
        self._store: Any = from_url(url, **options)

    def put(self, place: str, pdf: bytes) -> None:
        """Put a file in its place. FileExistsError if one is there."""
        try:
            self._store.put(place, pdf, mode="create")
        except AlreadyExistsError as why:
            raise FileExistsError(place) from why

    def get(self, place: str) -> bytes:
        """The file in a place. FileNotFoundError if there is none."""
        return bytes(self._store.get(place).bytes())

    def names(self) -> Iterator[str]:
        """The places of all files."""
        for batch in self._store.list():
            yield from (one["path"] for one in batch)
