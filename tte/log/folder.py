"""A log as a folder of files that any web server can give out and any tlog-tiles client can read.

Files are written beside their place, synced and renamed, so a file that is there is whole. Tiles are never overwritten
with other bytes. The caller writes the checkpoint last, so it never promises a tile that is not there.
What is read is believed only after `read_verified`, or if a proof made from it verifies.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from tte.durable import replace_file
from tte.errors import LogError
from tte.log.growing import TILE_HEIGHT
from tte.log.hashing import leaf_hashes, pair_up
from tte.log.proofs import agrees
from tte.log.tiles import WIDTH, Tile, bundle, hash_tile, split_bundle, split_hashes, tile, tiles
from tte.log.trees import LeafTree, Tree

CHECKPOINT = "checkpoint"
Entries = Callable[[int, int], Sequence[bytes]]
"""The entries from one index up to another, that one not included."""


def write_tiles(folder: Path, tree: Tree, entries: Entries, *, since: int = 0) -> int:
    """Write all tiles and bundles of `tree` that were not there at size `since`; gives how many files were written.

    A file that is there with the same bytes stays. LogError if one is there with others: the history in the folder is
    another.
    """
    written = 0
    for which in tiles(tree.size, since=since):
        if which.level is None:
            content = bundle(entries(which.begin, which.begin + which.width))
        else:
            content = hash_tile(tree, which)
        written += _put(folder / which.path, content)
    return written


def write_checkpoint(folder: Path, note: bytes) -> None:
    """Replace the checkpoint in the folder."""
    _replace(folder / CHECKPOINT, note)


class FolderTree:
    """The tree of `size` leaves from the tiles in a folder, read as they are needed."""

    def __init__(self, folder: Path, size: int) -> None:
        self._folder = folder
        self._size = size
        self._hashes = lru_cache(maxsize=64)(self._read)

    @property
    def size(self) -> int:
        return self._size

    def node(self, height: int, index: int) -> bytes:
        level, above = divmod(height, TILE_HEIGHT)
        first = index << above
        at = first % WIDTH
        row = list(self._hashes(level, first // WIDTH)[at : at + (1 << above)])
        while len(row) > 1:
            row = pair_up(row)
        return row[0]

    def entries(self, begin: int, end: int) -> list[bytes]:
        """The entries from `begin` up to `end`, as they stand in the bundles."""
        found: list[bytes] = []
        for index in range(begin // WIDTH, -(-end // WIDTH)):
            which = tile(None, index, self._size)
            found += split_bundle(*read_tile(self._folder, which))[: which.width]
        first = begin // WIDTH * WIDTH
        return found[begin - first : end - first]

    def _read(self, level: int, index: int) -> list[bytes]:
        which = tile(level, index, self._size)
        return split_hashes(*read_tile(self._folder, which))[: which.width]


def read_tile(folder: Path, which: Tile) -> tuple[bytes, int]:
    """The bytes of a tile and its width; the full one if a partial one is gone, as the specification allows."""
    for candidate in (which, Tile(which.level, which.index, WIDTH)):
        try:
            return (folder / candidate.path).read_bytes(), candidate.width
        except FileNotFoundError:
            continue
    raise LogError(f"{which.path} is missing from the log")


def read_verified(folder: Path, size: int, root: bytes) -> list[bytes]:
    """All entries of a log whose checkpoint says `size` and `root`, recomputed from the bundles up.

    LogError names the first file that is missing, damaged or not what the entries give.
    """
    stored = FolderTree(folder, size)
    entries = stored.entries(0, size)
    tree = LeafTree(leaf_hashes(entries))
    for which in tiles(size):
        if which.level is not None:
            content, width = read_tile(folder, which)
            if b"".join(split_hashes(content, width)[: which.width]) != hash_tile(tree, which):
                raise LogError(f"{which.path} is not what the entries of the log give")
    if not agrees(tree, size, root):
        raise LogError("the entries and tiles of the log do not give the root that its checkpoint says")
    return entries


def _put(path: Path, content: bytes) -> int:
    try:
        present = path.read_bytes()
    except FileNotFoundError:
        _replace(path, content)
        return 1
    if present != content:
        raise LogError(f"{path.name} is in the log's folder with other bytes", hint="tte register audit")
    return 0


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, content, mode=0o644)
