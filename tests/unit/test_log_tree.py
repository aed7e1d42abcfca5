"""Roots and proofs of the log are those that others publish."""

from __future__ import annotations

import random
from base64 import b64decode

import pytest

from tests.vectors_log import Consistency, Inclusion, consistencies, inclusions
from tte.errors import LogError
from tte.log import (
    EMPTY_ROOT,
    Edge,
    Full,
    LeafTree,
    leaf_hash,
    node_hash,
    prove_consistency,
    prove_inclusion,
    root_at,
    verify_consistency,
    verify_inclusion,
)
from tte.log.hashing import leaf_hashes

CT_LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Certificate Transparency's reference tree: the root at each size from 0 to 8."""

GOLDEN = {
    10: "VjWMPSYNtCuCNlF/RLnQy6HcwSk6CIipfxm+hettA+4=",
    15: "j4SulYmocFuxdeyp12xXCIgK6PekBcxzAIj4zbQzNEI=",
    16: "c+4Uc6BCMOZf/v3NZK1kqTUJe+bBoFtOhP+P3SayKRE=",
    100: "dUh9hYH88p0CMoHkdr1wC2szbhcLAXOejWpINIooKUY=",
    255: "SmdsuKUqiod3RX2jyF2M6JnbdE4QuTwwipfAowI4/i0=",
    256: "qFI0t/tZ1MdOYgyPpPzHFiZVw86koScXy9q3FU5casA=",
    1000: "RXrgb8xHd55Y48FbfotJwCbV82Kx22LZfEbmBGAvwlQ=",
    4095: "cWRFdQhPcjn9WyBXE/r1f04ejxIm5lvg40DEpRBVS0w=",
    4096: "6uU/phfHg1n/GksYT6TO9aN8EauMCCJRl3dIK0HDs2M=",
    10000: "VZcav65F9haHVRk3wre2axFoBXRNeUh/1d9d5FQfxIg=",
    65535: "iPuVYJhP6SEE4gUFp8qbafd2rYv9YTCDYqAxCj8HdLM=",
}
"""Roots of trees whose leaf i is i as two bytes, low byte first (transparency-dev/merkle, compact/range_test.go)."""

NO_HASHES = {"additional/sizes-are-equal-one-and-proof-is-empty", "additional/sizes-are-equal-zero-and-proof-is-empty"}
"""Vectors whose roots are no SHA-256 values; we refuse those whatever the sizes."""


def numbered(count: int) -> list[bytes]:
    return leaf_hashes(index.to_bytes(2, "little") for index in range(count))


def test_leaves_and_nodes_hash_as_in_rfc_6962() -> None:
    assert leaf_hash(b"L123456").hex() == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    assert node_hash(b"N123", b"N456").hex() == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"
    assert EMPTY_ROOT.hex() == CT_ROOTS[0]


@pytest.mark.parametrize("size", range(9))
def test_the_reference_tree_has_its_roots(size: int) -> None:
    leaves = leaf_hashes(CT_LEAVES)
    assert Edge().grow(leaves[:size]).edge.root.hex() == CT_ROOTS[size]
    assert root_at(LeafTree(leaves), size).hex() == CT_ROOTS[size]


def test_large_trees_have_the_published_roots_however_they_are_cut_into_chunks() -> None:
    leaves, dice = numbered(65535), random.Random(6962)
    tree = LeafTree(leaves)
    edge, wanted = Edge(), dict(GOLDEN)
    for size in sorted(GOLDEN):
        while edge.size < size:
            edge = edge.grow(leaves[edge.size : min(size, edge.size + dice.randrange(1, 700))]).edge
        root = b64decode(wanted.pop(size))
        assert edge.root == root
        assert root_at(tree, size) == root
    assert not wanted


@pytest.mark.parametrize("case", inclusions(), ids=lambda case: case.name)
def test_inclusion_is_judged_as_published(case: Inclusion) -> None:
    assert verify_inclusion(case.leaf, case.index, case.size, case.proof, case.root) is case.holds


@pytest.mark.parametrize("case", consistencies(), ids=lambda case: case.name)
def test_consistency_is_judged_as_published(case: Consistency) -> None:
    holds = case.holds and case.name not in NO_HASHES
    assert verify_consistency(case.old, case.new, case.proof, case.old_root, case.new_root) is holds


def test_each_tile_is_told_once_when_it_becomes_full() -> None:
    leaves = numbered(256 * 256 - 1)
    leaves.append(leaf_hash(b"the last"))
    tree = LeafTree(leaves)
    edge = Edge()
    told: list[Full] = []
    for at in range(0, len(leaves), 1000):
        growth = edge.grow(leaves[at : at + 1000])
        edge = growth.edge
        told += growth.full
    assert [(one.level, one.index) for one in told] == [*((0, index) for index in range(256)), (1, 0)]
    assert all(one.hash == tree.node(8 * (one.level + 1), one.index) for one in told)


def test_proofs_made_of_the_reference_tree_are_the_published_ones() -> None:
    tree = LeafTree(leaf_hashes(CT_LEAVES))
    one = [case for case in inclusions() if case.holds and case.root.hex() in CT_ROOTS]
    two = [case for case in consistencies() if case.holds and case.new_root.hex() in CT_ROOTS]
    assert (len(one), len(two)) == (5, 5)
    assert all(prove_inclusion(tree, case.index, case.size) == case.proof for case in one)
    assert all(prove_consistency(tree, case.old, case.new) == case.proof for case in two)


def test_what_a_tree_never_had_is_not_proved() -> None:
    tree = LeafTree(numbered(5))
    with pytest.raises(ValueError, match="this size"):
        root_at(tree, 6)
    for index, size in ((5, 5), (0, 6), (-1, 5)):
        with pytest.raises(ValueError, match="no such leaf"):
            prove_inclusion(tree, index, size)
    for old, new in ((0, 5), (5, 6), (4, 3)):
        with pytest.raises(ValueError, match="these sizes"):
            prove_consistency(tree, old, new)


def test_an_edge_comes_back_from_what_was_stored() -> None:
    edge = Edge().grow(numbered(1000)).edge
    assert Edge.load(1000, edge.stored) == edge
    assert edge.grow([]).edge == edge


@pytest.mark.parametrize(("size", "stored"), [(3, bytes(32)), (1, bytes(33)), (0, bytes(32)), (-1, bytes(32))])
def test_an_edge_that_does_not_fit_its_size_is_refused(size: int, stored: bytes) -> None:
    with pytest.raises(LogError, match="does not fit"):
        Edge.load(size, stored)
