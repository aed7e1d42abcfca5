"""Any proof made verifies, nothing else does, and the audit finds any change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pymerkle
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from tests.log_world import ORIGIN, small_log
from tte.errors import LogError
from tte.log import (
    Change,
    Edge,
    Finding,
    LeafTree,
    Note,
    OfflineProof,
    Wrong,
    audit,
    leaf_hashes,
    prove_consistency,
    prove_inclusion,
    root_at,
    verify_consistency,
    verify_inclusion,
)

LEAVES = leaf_hashes(b"%d" % index for index in range(600))
TREE = LeafTree(LEAVES)
ROOTS = [root_at(TREE, size) for size in range(601)]
LOG = small_log(20)
NOTES = [LOG.checkpoint(20), LOG.checkpoint(40)]


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_leaf_in_a_tree_of_any_size_is_proved_and_with_a_flipped_bit_it_is_not(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 600))
    index = data.draw(st.integers(0, size - 1))
    proof = prove_inclusion(TREE, index, size)
    parts = [LEAVES[index], ROOTS[size], *proof]
    assert verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])
    at, bit = data.draw(st.integers(0, len(parts) - 1)), data.draw(st.integers(0, 255))
    parts[at] = flipped(parts[at], bit)
    leaf, root, *path = parts
    assert not verify_inclusion(leaf, index, size, path, root)
    other = data.draw(st.integers(0, size - 1).filter(lambda one: one != index) if size > 1 else st.just(-1))
    assert not verify_inclusion(LEAVES[index], other, size, proof, ROOTS[size])
    assert not verify_inclusion(LEAVES[index], index, size, [*proof, ROOTS[1]], ROOTS[size])
    assert not proof or not verify_inclusion(LEAVES[index], index, size, proof[:-1], ROOTS[size])


def test_all_pairs_of_small_sizes_are_consistent_and_with_a_flipped_bit_none_is() -> None:
    for new in range(1, 41):
        for old in range(1, new + 1):
            proof = prove_consistency(TREE, old, new)
            parts = [ROOTS[old], ROOTS[new], *proof]
            assert verify_consistency(old, new, proof, ROOTS[old], ROOTS[new]), (old, new)
            for at in range(len(parts)):
                first, second, *path = [flipped(one, old) if here == at else one for here, one in enumerate(parts)]
                assert not verify_consistency(old, new, path, first, second), (old, new, at)
            for wrong in (old - 1, old + 1):
                assert not verify_consistency(wrong, new, proof, ROOTS[old], ROOTS[new]), (old, new, wrong)


@given(st.integers(1, 600), st.integers(1, 600))
@settings(max_examples=150, deadline=None)
def test_any_two_sizes_are_consistent(one: int, other: int) -> None:
    old, new = sorted((one, other))
    assert verify_consistency(old, new, prove_consistency(TREE, old, new), ROOTS[old], ROOTS[new])


@given(st.lists(st.integers(0, 300), max_size=8))
@settings(max_examples=100, deadline=None)
def test_the_edge_gives_the_root_however_the_leaves_come(chunks: list[int]) -> None:
    edge = Edge()
    for chunk in chunks:
        edge = edge.grow(LEAVES[edge.size : edge.size + chunk]).edge
        assert edge.root == ROOTS[edge.size]


@given(st.integers(0, 39), st.integers(0, 39), st.sampled_from(["drop", "swap", "insert", "edit"]), st.booleans())
@settings(max_examples=150, deadline=None)
def test_whatever_is_done_to_the_lines_the_audit_points_at_it(at: int, to: int, what: str, renumber: bool) -> None:
    entries = list(LOG.entries)
    if what == "drop":
        del entries[at]
    elif what == "swap":
        entries[at], entries[to] = entries[to], entries[at]
    elif what == "insert":
        entries.insert(at, entries[to])
    else:
        entries[at] = flipped(entries[at], 8 * to)
    if renumber and what != "edit":
        entries = [replace(Change.parse(entry), seq=seq).entry for seq, entry in enumerate(entries)]
    touched = next((one for one in range(40) if entries[one : one + 1] != LOG.entries[one : one + 1]), 40)
    assume(touched < 40)
    for leaves in (LOG.leaves, leaf_hashes(entries)):
        first = found(entries, leaves)[0]
        assert first.first <= touched or first.wrong is Wrong.TRUNCATED
        assert touched < 20 or first.first >= 20
    assert found(entries, LOG.leaves)[0].first == touched


def found(entries: list[bytes], leaves: list[bytes]) -> Sequence[Finding]:
    return audit(entries, leaves, NOTES, origin=ORIGIN, keys=[LOG.key.public])


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_what_strangers_send_is_read_or_refused(content: bytes) -> None:
    for read in (Note.parse, Change.parse, OfflineProof.parse):
        try:
            read(content)
        except LogError:
            continue
        raise AssertionError(content)


def flipped(content: bytes, bit: int) -> bytes:
    return bytes(byte ^ (1 << bit % 8) if at == bit // 8 % len(content) else byte for at, byte in enumerate(content))


@pytest.fixture(scope="module")
def pymerkle_tree() -> InmemoryTree:
    """The same leaves in an implementation that is not ours (RFC 6962 hashing; counts leaves from 1)."""
    tree = InmemoryTree(algorithm="sha256")
    for index in range(200):
        tree.append_entry(b"%d" % index)
    return tree


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_an_independent_implementation_has_the_same_roots_and_paths(
    pymerkle_tree: InmemoryTree, data: st.DataObject
) -> None:
    size = data.draw(st.integers(1, 200))
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    assert pymerkle_tree.get_root(size) == ROOTS[size]
    included = pymerkle_tree.prove_inclusion(index + 1, size).serialize()["path"]
    assert included == [LEAVES[index].hex(), *(one.hex() for one in prove_inclusion(TREE, index, size))]
    pymerkle.verify_consistency(ROOTS[old], ROOTS[size], pymerkle_tree.prove_consistency(old, size))
