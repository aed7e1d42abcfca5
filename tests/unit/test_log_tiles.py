"""The log as files: names, widths and bytes of C2SP tlog-tiles, and what is wrong with them is found."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tte.errors import LogError
from tte.log import (
    FolderTree,
    LeafTree,
    leaf_hashes,
    prove_inclusion,
    read_verified,
    root_at,
    verify_inclusion,
    write_checkpoint,
    write_tiles,
)
from tte.log.tiles import Tile, bundle, split_bundle, tile, tiles

ENTRIES = [b"entry %d" % index for index in range(256 * 256 + 300)]
TREE = LeafTree(leaf_hashes(ENTRIES))


def write(folder: Path, size: int, *, since: int = 0) -> int:
    return write_tiles(
        folder, LeafTree(leaf_hashes(ENTRIES[:size])), lambda begin, end: ENTRIES[begin:end], since=since
    )


@pytest.mark.parametrize(
    ("which", "path"),
    [
        (Tile(0, 1234067, 256), "tile/0/x001/x234/067"),
        (Tile(1, 0, 1), "tile/1/000.p/1"),
        (Tile(None, 999, 256), "tile/entries/999"),
        (Tile(63, 1000, 255), "tile/63/x001/000.p/255"),
    ],
)
def test_a_tile_is_named_as_specified(which: Tile, path: str) -> None:
    assert which.path == path


def test_seventy_thousand_entries_have_the_tiles_of_the_specification() -> None:
    found = list(tiles(70_000))
    level = {number: [one.width for one in found if one.level == number] for number in (None, 0, 1, 2, 3)}
    assert level == {None: [256] * 273 + [112], 0: [256] * 273 + [112], 1: [256, 17], 2: [1], 3: []}
    assert [one.path for one in tiles(256)] == ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]
    assert list(tiles(0)) == []


@pytest.mark.parametrize("since", [0, 1, 255, 256, 257, 65535, 65536, 69_999, 70_000])
def test_only_what_grew_is_written_again(since: int) -> None:
    assert set(tiles(70_000, since=since)) == set(tiles(70_000)) - set(tiles(since))


def test_a_folder_gives_back_entries_and_proofs(tmp_path: Path) -> None:
    size = len(ENTRIES)
    assert write(tmp_path, 300) == 5
    assert write(tmp_path, size, since=300) > 500
    assert write(tmp_path, size, since=300) == 0
    root = root_at(TREE, size)
    assert read_verified(tmp_path, size, root) == ENTRIES
    stored = FolderTree(tmp_path, size)
    for index in (0, 255, 256, 65535, 65536, size - 1):
        proof = prove_inclusion(stored, index, size)
        assert proof == prove_inclusion(TREE, index, size)
        assert verify_inclusion(leaf_hashes([ENTRIES[index]])[0], index, size, proof, root)
    assert stored.entries(250, 520) == ENTRIES[250:520]
    (tmp_path / "tile/0/001.p/44").unlink()
    assert read_verified(tmp_path, 300, root_at(TREE, 300)) == ENTRIES[:300]


def test_a_damaged_or_missing_file_is_named(tmp_path: Path) -> None:
    write(tmp_path, 600)
    root = root_at(TREE, 600)
    for path, says in [
        ("tile/entries/001", "tile/0/001"),
        ("tile/0/002.p/88", "tile/0/002.p/88"),
        ("tile/1/000.p/2", "tile/1/000.p/2"),
    ]:
        content = (tmp_path / path).read_bytes()
        (tmp_path / path).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        with pytest.raises(LogError, match=says):
            read_verified(tmp_path, 600, root)
        with pytest.raises(LogError, match="other bytes"):
            write(tmp_path, 600)
        (tmp_path / path).unlink()
        with pytest.raises(LogError, match=f"{path} is missing"):
            read_verified(tmp_path, 600, root)
        (tmp_path / path).write_bytes(content)
    with pytest.raises(LogError, match="do not give the root"):
        read_verified(tmp_path, 600, bytes(32))


def test_the_checkpoint_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    for note in (b"one", b"two"):
        write_checkpoint(tmp_path, note)
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("checkpoint", b"two")]


def test_a_file_that_cannot_be_put_in_its_place_leaves_nothing_beside_it(tmp_path: Path) -> None:
    (tmp_path / "checkpoint").mkdir()
    with pytest.raises(OSError, match="checkpoint"):
        write_checkpoint(tmp_path, b"one")
    assert [one.name for one in tmp_path.iterdir()] == ["checkpoint"]


def test_a_bundle_is_entries_after_their_lengths() -> None:
    assert bundle([b"a", b"", b"bc"]) == b"\0\1a\0\0\0\2bc"
    assert split_bundle(b"\0\1a\0\0\0\2bc", 3) == [b"a", b"", b"bc"]
    assert split_bundle(bundle([b"x" * 65535]), 1) == [b"x" * 65535]


@pytest.mark.parametrize("content", [b"\0", b"\0\2a", b"\0\1a", b"\0\1a\0\1b\0\1c", b"\0\1a\0\1b\0"])
def test_a_bundle_that_is_cut_off_or_of_another_width_is_refused(content: bytes) -> None:
    with pytest.raises(LogError):
        split_bundle(content, 2)


def test_an_entry_too_long_for_its_length_is_refused() -> None:
    with pytest.raises(LogError, match="longer"):
        bundle([bytes(65536)])


@pytest.mark.parametrize(("level", "index"), [(0, 2), (0, -1), (1, 1), (2, 0), (None, 2)])
def test_there_is_no_tile_beyond_the_log(level: int | None, index: int) -> None:
    with pytest.raises(LogError, match="no such tile"):
        tile(level, index, 300)


def test_a_reader_written_from_the_specification_finds_the_same_root(tmp_path: Path) -> None:
    """C2SP tlog-tiles and RFC 6962 §2.1, with nothing of ours."""
    size = len(ENTRIES)
    write(tmp_path, size)
    hashes = []
    for index in range(-(-size // 256)):
        width = min(256, size - 256 * index)
        name = f"{index:03}" + (f".p/{width}" if width < 256 else "")
        bundled = (tmp_path / "tile" / "entries" / name).read_bytes()
        read = []
        while bundled:
            length = int.from_bytes(bundled[:2], "big")
            read.append(hashlib.sha256(b"\0" + bundled[2 : 2 + length]).digest())
            bundled = bundled[2 + length :]
        assert (tmp_path / "tile" / "0" / name).read_bytes() == b"".join(read)
        hashes += read

    def root(leaves: list[bytes]) -> bytes:
        if len(leaves) == 1:
            return leaves[0]
        half = 1 << (len(leaves) - 1).bit_length() - 1
        return hashlib.sha256(b"\1" + root(leaves[:half]) + root(leaves[half:])).digest()

    assert root(hashes) == root_at(TREE, size)
    assert (tmp_path / "tile" / "1" / "000").read_bytes()[:32] == root(hashes[:256])
