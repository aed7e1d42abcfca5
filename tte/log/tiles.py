"""Names and bytes of tiles and entry bundles, as C2SP tlog-tiles lays them out.

A tile at level L holds up to 256 hashes, each over 256**L leaves; a bundle holds the entries under a tile of level 0,
each after its length in two bytes. What is full never changes; what is partial has its width in its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tte.errors import LogError
from tte.log.growing import TILE_HEIGHT
from tte.log.hashing import HASH_SIZE
from tte.log.trees import Tree

WIDTH = 1 << TILE_HEIGHT
LARGEST_ENTRY = 0xFFFF


@dataclass(frozen=True, slots=True)
class Tile:
    """The `index`-th tile at `level`, with `width` hashes in it; `level` is None for a bundle of entries."""

    level: int | None
    index: int
    width: int

    @property
    def path(self) -> str:
        """Its name under the prefix of the log, such as `tile/0/x001/x234/067.p/12`."""
        digits = f"{self.index:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        number = "/".join([f"x{part}" for part in parts[:-1]] + parts[-1:])
        level = "entries" if self.level is None else self.level
        return f"tile/{level}/{number}" + ("" if self.full else f".p/{self.width}")

    @property
    def full(self) -> bool:
        return self.width == WIDTH

    @property
    def begin(self) -> int:
        """The index, at its level, of the first hash or entry in it."""
        return self.index * WIDTH


def tile(level: int | None, index: int, size: int) -> Tile:
    """The tile in a tree of `size` leaves. LogError if there is none."""
    width = min(WIDTH, (size >> TILE_HEIGHT * (level or 0)) - index * WIDTH)
    if index < 0 or width <= 0:
        raise LogError(f"a log of {size} entries has no such tile")
    return Tile(level, index, width)


def tiles(size: int, *, since: int = 0) -> Iterator[Tile]:
    """The tiles and bundles of a log of `size` entries that it did not have when it had `since`, bundles first."""
    yield from _row(None, size, since)
    level = 0
    while size >> TILE_HEIGHT * level:
        yield from _row(level, size >> TILE_HEIGHT * level, since >> TILE_HEIGHT * level)
        level += 1


def _row(level: int | None, count: int, before: int) -> Iterator[Tile]:
    for index in range(before // WIDTH, -(-count // WIDTH)):
        width = min(WIDTH, count - index * WIDTH)
        if index * WIDTH + width > before:
            yield Tile(level, index, width)


def hash_tile(tree: Tree, which: Tile) -> bytes:
    """The bytes of a tile of hashes."""
    if which.level is None:
        raise ValueError("a bundle of entries is no tile of hashes")
    height = which.level * TILE_HEIGHT
    return b"".join(tree.node(height, which.begin + at) for at in range(which.width))


def split_hashes(content: bytes, width: int) -> list[bytes]:
    """The hashes in a tile of this width. LogError if its length is another."""
    if len(content) != width * HASH_SIZE:
        raise LogError("a tile of the log is damaged: it is not as long as its name says")
    return [content[at : at + HASH_SIZE] for at in range(0, len(content), HASH_SIZE)]


def bundle(entries: Sequence[bytes]) -> bytes:
    """A bundle of these entries. LogError if one is longer than two bytes can say."""
    if max(map(len, entries), default=0) > LARGEST_ENTRY:
        raise LogError("an entry of the log is longer than 65,535 bytes")
    return b"".join([len(entry).to_bytes(2, "big") + entry for entry in entries])


def split_bundle(content: bytes, width: int) -> list[bytes]:
    """The entries in a bundle of this width. LogError if it holds fewer, more, or is cut off."""
    entries: list[bytes] = []
    at = 0
    while at < len(content):
        end = at + 2 + int.from_bytes(content[at : at + 2], "big")
        if at + 2 > len(content) or end > len(content):
            raise LogError("a bundle of the log's entries is cut off")
        entries.append(content[at + 2 : end])
        at = end
    if len(entries) != width:
        raise LogError(f"a bundle of the log holds {len(entries)} entries, and its name says {width}")
    return entries
