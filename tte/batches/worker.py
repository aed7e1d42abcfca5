"""A worker: takes chunks, issues them, says what became of them; a chunk that cannot be issued now is put back.

What goes wrong with a key decides what comes next. One that is gone or busy is tried again, later each time. One that
refuses (a wrong PIN above all) is not tried again by this worker: a PIN is tried once. Anything else is told and tried
again later, for another worker may be better off. A worker that hangs, mostly in its key, ends its process: only so are
the register's turn and its claims free for others.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock, Thread
from time import monotonic
from traceback import format_tb
from typing import Final

from tte.batches.keys import OpenKeys
from tte.batches.leases import LEASE_S, LONGEST_S, Alive
from tte.batches.outcomes import counted, kept, told_of
from tte.batches.rows import unpacked
from tte.errors import (
    KeyRefused,
    KeyUnavailable,
    RegisterError,
    ServiceUnavailable,
    SignatureMismatch,
    TteError,
    UsageLimitReached,
)
from tte.register.batches import Batches, Chunk, Ticket

_LONGEST_S: Final = 300.0
"""The longest time that a chunk waits before it is tried again."""

SETTLE_S: Final = 60.0
"""How often a worker signs what has become of the log, and sees that the register is still the one it was."""

_LAST_WORD_S: Final = 5.0
_UNAVAILABLE: Final = 4
"""The exit code of `tte` for a key that is unavailable."""


def worker_name() -> str:
    """A name that no other worker has: machine, process, chance."""
    return f"{socket.gethostname()[:32]}.{os.getpid()}.{secrets.token_hex(4)}"


@dataclass
class Worker:
    """Issues chunks, one at a time, with keys that it keeps open.

    `profiles` are the key profiles it signs with, `limits` how many chunks of a profile may be under way at once over
    all workers. `tell` hears what a person should know. `patience_s` is the first delay of a chunk that is put back; it
    doubles each time. `settle` signs the log, and raises RegisterRolledBack for a register that is an older state; it
    is called every `settle_s`. `end` ends the process when no outcome has come for `longest_s`.
    """

    batches: Batches
    keys: OpenKeys
    profiles: set[str]
    limits: Mapping[str, int] = field(default_factory=dict)
    tell: Callable[[str], None] = print
    name: str = field(default_factory=worker_name)
    lease_s: float = LEASE_S
    patience_s: float = 5.0
    settle: Callable[[], None] | None = None
    settle_s: float = SETTLE_S
    longest_s: float = LONGEST_S
    end: Callable[[int], object] = os._exit
    _settled: float = field(default_factory=monotonic, init=False)
    _one: Lock = field(default_factory=Lock, init=False, repr=False)

    def work(self, ticket: Ticket | None = None) -> bool:
        """Take a chunk, or the one that the ticket names, and issue it. False if there was none to be had.

        RegisterError if the database cannot be reached: the chunk is another's when the lease ends. RegisterRolledBack
        among them: then there is no more to be done here.
        """
        self.settle_if_due()
        chunk = self.batches.take(
            self.name, lease_s=self.lease_s, profiles=self.profiles, limits=self.limits, only=ticket
        )
        if chunk is None:
            return False
        guarded = Alive(self.batches, chunk, self.name, self.lease_s, longest_s=self.longest_s, hangs=self._end_hanging)
        with guarded as alive:
            self._issue(chunk, alive)
        return True

    def settle_if_due(self) -> None:
        """Sign the log, if that was not done lately. A log that cannot be signed here stops no chunk."""
        with self._one:
            if self.settle is None or monotonic() - self._settled < self.settle_s:
                return
            self._settled = monotonic()
            try:
                self.settle()
            except RegisterError:
                raise
            except TteError as why:
                self.tell(f"the log is not signed: {why}")

    def _end_hanging(self, chunk: Chunk) -> None:
        """Say so, give the chunk up as far as the database answers, and be gone."""
        said = f"nothing came of a chunk for {self.longest_s:.0f} s: this worker ends, another takes the chunk"
        self.tell(said)

        def give_up() -> None:
            with suppress(RegisterError):
                self._back(chunk, said)

        last_word = Thread(target=give_up, daemon=True)
        last_word.start()
        last_word.join(_LAST_WORD_S)
        self.end(_UNAVAILABLE)

    def _issue(self, chunk: Chunk, alive: Alive) -> None:
        try:
            issuer = self.keys.issuer(chunk)
            outcomes = []
            for outcome in issuer.issue(chunk.template, unpacked(chunk.rows)):
                outcomes.append(outcome)
                alive.got_on()
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
        closing = False
        if isinstance(why, UsageLimitReached):
            said = f"waiting until the key may sign again: {said}"
        elif isinstance(why, KeyRefused | SignatureMismatch):
            self.profiles.discard(chunk.profile)
            closing, said = True, f"the key {chunk.profile} is not used any more by a worker: {said}"
        elif isinstance(why, KeyUnavailable | ServiceUnavailable):
            closing, said = True, f"waiting for the key: {said}"
        self._back(chunk, said)
        self.tell(f"{said} ({why.hint})" if why.hint else said)
        if closing:  # it may take long, or fail
            self.keys.close(chunk.profile)

    def _back(self, chunk: Chunk, said: str) -> None:
        delay = min(_LONGEST_S, self.patience_s * 2 ** min(chunk.attempts, 16))
        self.batches.put_back(chunk, self.name, said, delay)
