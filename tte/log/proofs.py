"""Proofs that an entry is in a tree, and that a tree only grew (RFC 6962 §2.1.1, §2.1.2; RFC 9162 §2.1.3, §2.1.4).

A proof is a tuple of hashes. Index and sizes are never taken from a proof: whoever verifies states them. Verifying
gives True or False for any bytes and never raises.
"""

from __future__ import annotations

from collections.abc import Sequence

from tte.log.hashing import HASH_SIZE, node_hash
from tte.log.trees import Tree, root_at, split, subtree

Proof = tuple[bytes, ...]


def prove_inclusion(tree: Tree, index: int, size: int) -> Proof:
    """The audit path of leaf `index` in the tree as it was with `size` leaves, from its sibling up."""
    if not 0 <= index < size <= tree.size:
        raise ValueError("no such leaf in a tree of this size")
    path: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + split(end - begin)
        if index < middle:
            path.append(subtree(tree, middle, end))
            end = middle
        else:
            path.append(subtree(tree, begin, middle))
            begin = middle
    return tuple(reversed(path))


def prove_consistency(tree: Tree, old: int, new: int) -> Proof:
    """That the tree with `new` leaves begins with what it had with `old`, at least 1. Empty if they are the same."""
    if not 0 < old <= new <= tree.size:
        raise ValueError("the tree never had these sizes")
    if old == new:
        return ()
    path: list[bytes] = []
    begin, end = 0, new
    while old != end:
        middle = begin + split(end - begin)
        if old <= middle:
            path.append(subtree(tree, middle, end))
            end = middle
        else:
            path.append(subtree(tree, begin, middle))
            begin = middle
    if begin:
        path.append(subtree(tree, begin, end))
    return tuple(reversed(path))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the leaf hash stands at `index` in the tree of `size` leaves with this root (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size or not _hashes(leaf, root, *proof):
        return False
    here, last, found = index, size - 1, leaf
    for sibling in proof:
        if not last:
            return False
        if here & 1 or here == last:
            found = node_hash(sibling, found)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        here, last = here >> 1, last >> 1
    return not last and found == root


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether the tree of `new` leaves with `new_root` begins with the one of `old` leaves (RFC 9162 §2.1.4.2).

    Every tree begins with the empty one, and nothing is proved by that: False if `old` is 0.
    """
    if not 0 < old <= new or not _hashes(old_root, new_root, *proof):
        return False
    if old == new:
        return not proof and old_root == new_root
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    first = second = path[0]
    for step in path[1:]:
        if not last:
            return False
        if here & 1 or here == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            second = node_hash(second, step)
        here, last = here >> 1, last >> 1
    return not last and first == old_root and second == new_root


def agrees(tree: Tree, size: int, root: bytes) -> bool:
    """Whether the tree had this root when it had `size` leaves; False if it never had as many."""
    return 0 <= size <= tree.size and root_at(tree, size) == root


def _hashes(*hashes: bytes) -> bool:
    return all(len(one) == HASH_SIZE for one in hashes)
