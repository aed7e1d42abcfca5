"""A worker: takes chunks, issues them, says what became of them; a chunk that cannot be issued now is put back.

What goes wrong with a key decides what comes next. One that is gone or busy is tried again, later each time. One that
refuses (a wrong PIN above all) is not tried again by this worker: a PIN is tried once. Anything else is told and tried
again later, for another worker may be better off.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from traceback import format_tb
from typing import Final

from tte.batches.keys import OpenKeys
from tte.batches.leases import LEASE_S, Alive
from tte.batches.outcomes import counted, kept, told_of
from tte.batches.rows import unpacked
from tte.errors import (
    KeyRefused,
    KeyUnavailable,
    RegisterError,
    SelfValidationFailed,
    ServiceUnavailable,
    SignatureMismatch,
    TteError,
    UsageLimitReached,
)
from tte.register.batches import Batches, Chunk, Ticket

_LONGEST_S: Final = 300.0
"""The longest time that a chunk waits before it is tried again."""


def worker_name() -> str:
    """A name that no other worker has: machine, process, chance."""
    return f"{socket.gethostname()[:32]}.{os.getpid()}.{secrets.token_hex(4)}"


@dataclass
class Worker:
    """Issues chunks, one at a time, with keys that it keeps open.

    `profiles` are the key profiles it signs with, `limits` how many chunks of a profile may be under way at once over
    all workers. `tell` hears what a person should know. `patience_s` is the first delay of a chunk that is put back; it
    doubles each time.
    """

    batches: Batches
    keys: OpenKeys
    profiles: set[str]
    limits: Mapping[str, int] = field(default_factory=dict)
    tell: Callable[[str], None] = print
    name: str = field(default_factory=worker_name)
    lease_s: float = LEASE_S
    patience_s: float = 5.0

    def work(self, ticket: Ticket | None = None) -> bool:
        """Take a chunk, or the one that the ticket names, and issue it. False if there was none to be had.

        RegisterError if the database cannot be reached: the chunk is another's when the lease ends.
        """
        chunk = self.batches.take(
            self.name, lease_s=self.lease_s, profiles=self.profiles, limits=self.limits, only=ticket
        )
        if chunk is None:
            return False
        with Alive(self.batches, chunk, self.name, self.lease_s):
            self._issue(chunk)
        return True

    def _issue(self, chunk: Chunk) -> None:
        try:
            issuer = self.keys.issuer(chunk)
            outcomes = list(issuer.issue(chunk.template, unpacked(chunk.rows)))
            self.batches.finish(chunk, kept(map(told_of, outcomes)), counted(outcomes))
        except RegisterError as why:
            with suppress(RegisterError):  # else the lease runs out
                self._back(chunk, str(why))
            raise
        except TteError as why:
            self._put_back(chunk, why)
        except Exception as why:  # told, without what it says: that may be somebody's data
            self._back(chunk, f"a fault in the program: {type(why).__name__}")
            self.tell("".join((f"a fault in the program: {type(why).__name__}\n", *format_tb(why.__traceback__))))

    def _put_back(self, chunk: Chunk, why: TteError) -> None:
        said = str(why)
        if isinstance(why, UsageLimitReached):
            said = f"waiting until the key may sign again: {said}"
        elif isinstance(why, KeyRefused | SelfValidationFailed | SignatureMismatch):
            self.profiles.discard(chunk.profile)
            self.keys.close(chunk.profile)
            said = f"the key {chunk.profile} is not used any more by a worker: {said}"
        elif isinstance(why, KeyUnavailable | ServiceUnavailable):
            self.keys.close(chunk.profile)
            said = f"waiting for the key: {said}"
        self._back(chunk, said)
        self.tell(f"{said} ({why.hint})" if why.hint else said)

    def _back(self, chunk: Chunk, said: str) -> None:
        delay = min(_LONGEST_S, self.patience_s * 2 ** min(chunk.attempts, 16))
        self.batches.put_back(chunk, self.name, said, delay)
