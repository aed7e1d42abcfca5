"""How many documents a key may still sign, in this batch and on this day. Noted before the key is used."""

from __future__ import annotations

import hashlib
from datetime import datetime

from tte.errors import UsageLimitReached
from tte.key import Identity
from tte.register import Register


class Allowance:
    """What is left for one batch. `per_batch` and `per_day` may be None: no limit, and nothing is noted."""

    def __init__(self, register: Register, per_batch: int | None, per_day: int | None) -> None:
        self._register, self._left, self._per_day = register, per_batch, per_day
        self.reached: UsageLimitReached | None = None
        """The limit that the last `take` came to, if it came to one."""

    def take(self, wanted: int, identity: Identity, at: datetime) -> int:
        """How many of `wanted` documents this identity's key may sign now; as many are noted as signed on that day."""
        granted = wanted
        if self._left is not None and self._left < granted:
            granted, self.reached = self._left, _reached("in one batch")
        if self._per_day is not None and granted:
            asked, key = granted, hashlib.sha256(identity.certificate).digest()
            granted = self._register.use(key, at.date(), asked, self._per_day)
            if granted < asked:
                self.reached = _reached("on one day, by UTC")
        if self._left is not None:
            self._left -= granted
        return granted


def _reached(limit: str) -> UsageLimitReached:
    return UsageLimitReached(
        f"the key has signed as many documents as its profile allows {limit}",
        hint="run the same command again when it may sign; what is issued is found again and not signed twice",
    )
