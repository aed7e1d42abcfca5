"""What pyHanko says of a sample, beside our own validation: the two share no reading of CMS and no rules for chains."""

from __future__ import annotations

from datetime import datetime

from tte.validation.crypto import LATE
from tte.validation.embedded import Embedded
from tte.validation.holdings import Holdings
from tte.validation.laid_out import LaidOut
from tte.validation.trust import Trust


def pyhanko_agrees(found: LaidOut, sample: bytes, trust: Trust, at: datetime) -> bool:
    """Whether digest, value and chain of a file of one signature hold at `at` for pyHanko too."""
    from tte.validation import by_pyhanko  # slow to import

    view, before = memoryview(sample), len(found.prefix)
    parts = [view[: before + found.gap_start], view[before + found.gap_end :]]
    try:
        facts = by_pyhanko.verify(Embedded(found.contents, parts), trust, at, Holdings())
    except LATE:
        return False
    return facts.intact and facts.valid and facts.problem is None
