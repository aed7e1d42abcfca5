"""CPU time of everything that works for a peer."""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU and wall time, in nanoseconds."""

    cpu_ns: int
    wall_ns: int

    def __sub__(self, earlier: Spent) -> Spent:
        return Spent(self.cpu_ns - earlier.cpu_ns, self.wall_ns - earlier.wall_ns)


def spent(helpers: Sequence[int]) -> Spent:
    """What this process (all threads), its finished children and the given running processes have used until now."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_ns = time.process_time_ns() + int((children.ru_utime + children.ru_stime) * 1e9)
    return Spent(cpu_ns + sum(_cpu_ns(helper) for helper in helpers), time.perf_counter_ns())


def _cpu_ns(process: int) -> int:
    """CPU time of another process, by Linux's numbering of the processes' clocks (clock_getcpuclockid(3))."""
    return time.clock_gettime_ns((~process << 3) | 2)
