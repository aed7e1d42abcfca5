"""The register held against itself: its log recomputed from cold storage, and the invariants I1 to I12.

Nothing here writes, and nothing that is read is believed: files are validated anew, hashes made anew, and the tables
are compared with what the log says of them. Findings name places and never say what stands there. See docs/log.md.
"""

from tte.checking.found import Found
from tte.checking.history import History, read_history
from tte.checking.invariants import INVARIANTS, Invariant, check
from tte.checking.looking import Means

__all__ = ["INVARIANTS", "Found", "History", "Invariant", "Means", "check", "read_history"]
