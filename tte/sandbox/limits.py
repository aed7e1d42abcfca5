"""What one file may cost, and how many may be examined at once."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import Self

from tte.validation import MAX_MAPPED_SIZE, MAX_SIZE

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one file (seconds, bytes) and for the sandbox as a whole.

    `at_once` files are examined and `waiting` more wait for their turn; what comes then is told `Busy`. After
    `recycle_after` files the process that children are forked from is replaced. `start_s` is how long it may take to
    start. `file_bytes` is for what is held in memory, `large_bytes` for a file that is read where it lies (`for_file`).
    ValueError unless all are above zero; `waiting` may be zero.
    """

    cpu_s: int = 4
    wall_s: float = 4.5
    memory_bytes: int = 512 * MIB
    file_bytes: int = MAX_SIZE
    large_bytes: int = MAX_MAPPED_SIZE
    answer_bytes: int = 64 * 1024
    at_once: int = field(default_factory=lambda: os.cpu_count() or 1)
    waiting: int = field(default_factory=lambda: 2 * (os.cpu_count() or 1))
    recycle_after: int = 1000
    start_s: float = 30.0

    def for_file(self, size: int) -> Self:
        """The limits for a file of `size` bytes that is mapped: a second more for each whole or begun `MAX_SIZE` above
        the first, and address space for the map, which is no memory of the child's.
        """
        more = max(0, -(-size // MAX_SIZE) - 1)
        return replace(self, cpu_s=self.cpu_s + more, wall_s=self.wall_s + more, memory_bytes=self.memory_bytes + size)

    def __post_init__(self) -> None:
        positive = (self.cpu_s, self.wall_s, self.memory_bytes, self.file_bytes, self.large_bytes, self.answer_bytes)
        if min(*positive, self.at_once, self.recycle_after, self.start_s) <= 0 or self.waiting < 0:
            raise ValueError("limits are above zero")
        if self.answer_bytes > 128 * 1024:
            raise ValueError("an answer is one packet of at most 128 KiB")
