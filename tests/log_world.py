"""A small log for tests: entries, hashes, openings, a key made on the spot, and checkpoints at the sizes wanted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tte.log import Checkpoint, Kind, LeafTree, LogKey, Opening, leaf_hashes, root_at
from tte.log.changes import NO_FILE
from tte.model import State

ORIGIN = "register.example/3171"
START = datetime(2026, 11, 24, 8, tzinfo=UTC)


def log_key(name: str = ORIGIN) -> LogKey:
    return LogKey(name, Ed25519PrivateKey.generate())


@dataclass(frozen=True)
class SmallLog:
    """`documents` numbers, each prepared and then issued."""

    entries: list[bytes]
    openings: dict[int, Opening]
    key: LogKey

    @property
    def leaves(self) -> list[bytes]:
        return leaf_hashes(self.entries)

    def checkpoint(self, size: int, *, key: LogKey | None = None, origin: str = ORIGIN) -> bytes:
        return checkpoint(self.entries, size, key or self.key, origin)


def checkpoint(entries: list[bytes], size: int, key: LogKey, origin: str = ORIGIN) -> bytes:
    return Checkpoint(origin, size, root_at(LeafTree(leaf_hashes(entries)), size)).sign([key]).content


def small_log(documents: int = 20) -> SmallLog:
    entries: list[bytes] = []
    openings: dict[int, Opening] = {}
    for number in range(documents):
        at = START + timedelta(seconds=number)
        pdf = sha256(b"the file of %d" % number).digest()
        steps = [
            (Kind(at, "prepare", "3171", "akta_kelahiran", State.PREPARED, None), NO_FILE),
            (Kind(at, "issue", "3171", "akta_kelahiran", State.ISSUED, State.PREPARED), pdf),
        ]
        for kind, file in steps:
            seq = len(entries)
            opening = Opening(sha256(b"salt %d" % seq).digest()[:16], f"3171-LU-24112026-{number:04d}", file)
            openings[seq] = opening
            entries += kind.entries(seq, [opening.commitment])
    return SmallLog(entries, openings, log_key())
