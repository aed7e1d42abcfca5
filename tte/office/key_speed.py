"""How fast a key signs, alone: no document, no register."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Final

from tte.key import Algorithm, Key

SIZES: Final = (1, 16, 256)


@dataclass(frozen=True, slots=True)
class Batches:
    """Signatures a second when so many digests are given in one call."""

    digests: int
    per_s: float


@dataclass(frozen=True, slots=True)
class Speed:
    """What was measured over `count` signatures for each size of batch. p50 and p95 are those of single ones."""

    algorithm: Algorithm
    count: int
    batches: tuple[Batches, ...]
    p50_ms: float
    p95_ms: float


def measure(key: Key, count: int) -> Speed:
    """Sign `count` random digests, one a call, 16 and 256; the last call of each has what is left.

    Signatures are verified when the clock has stopped: SignatureMismatch if one is not the key's.
    """
    spent = {size: _times(key, count, size) for size in SIZES}
    singles = sorted(spent[1])
    return Speed(
        algorithm=key.identity.algorithm,
        count=count,
        batches=tuple(Batches(size, count / sum(times)) for size, times in spent.items()),
        p50_ms=_quantile(singles, 50),
        p95_ms=_quantile(singles, 95),
    )


def _times(key: Key, count: int, size: int) -> list[float]:
    """Seconds of each call."""
    length = key.identity.algorithm.hash.digest_size
    digests = [os.urandom(length) for _ in range(count)]
    spent, signatures = [], list[bytes]()
    for start in range(0, count, size):
        given = digests[start : start + size]
        began = perf_counter()
        signatures += key.sign(given)
        spent.append(perf_counter() - began)
    for digest, signature in zip(digests, signatures, strict=True):
        key.identity.verify(digest, signature)
    return spent


def _quantile(ordered: Sequence[float], percent: int) -> float:
    """Milliseconds that `percent` of a hundred stay within (nearest rank)."""
    return 1000 * ordered[-(-len(ordered) * percent // 100) - 1]
