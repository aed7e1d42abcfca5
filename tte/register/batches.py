"""Batches in the register's database: who has which chunk, until when, and what became of its rows.

This is the truth about a batch; a queue beside it only wakes workers. A chunk is *taken* under a lease, which its
worker renews; it is *finished* once, or *put back*. A worker that dies lets its lease run out, and another one takes
the chunk. Taking one twice does no harm: the register knows each row's number.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tte.register import Register

MOST_WAITING = 4_000
"""Chunks that may be unfinished: a million rows. More are not accepted before some are done."""


@dataclass(frozen=True, slots=True)
class NewBatch:
    """What is submitted. `digest` is the SHA-256 of all that is asked for; higher `priority` goes first.

    `replacing` and `giving` are the `Issuer`'s.
    """

    id: str
    digest: bytes
    template: str
    template_sha256: bytes
    profile: str
    priority: int
    replacing: str = ""
    giving: bool = False


@dataclass(frozen=True, slots=True)
class Ticket:
    """A chunk that may be taken: the only thing that ever stands in a queue, besides its key profile and priority."""

    batch: str
    place: int
    profile: str
    priority: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk that was taken. `rows` are as they were submitted; `attempts` how often it was put back."""

    batch: str
    place: int
    template: str
    template_sha256: bytes
    profile: str
    rows: bytes
    attempts: int
    replacing: str = ""
    giving: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows by what became of them; `held` are among the issued and the earlier ones."""

    issued: int = 0
    earlier: int = 0
    refused: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """How a batch stands. Times are seconds since 1970 by the database's clock, and `now` is the time of asking.

    `taken` chunks are with a worker, `begun` is when the first one ever was. `lately` rows were done in the last
    `LATELY_S` seconds.
    """

    id: str
    template: str
    profile: str
    priority: int
    submitted: float
    cancelled: bool
    trouble: str | None
    rows: int
    done: int
    chunks: int
    ended_chunks: int
    taken: int
    counts: Counts
    lately: int
    begun: float | None
    ended: float | None
    now: float


LATELY_S = 60.0


class Batches(Protocol):
    """The batches of one register. Every method is a transaction of its own and raises RegisterError if it fails."""

    @property
    def url(self) -> str | None:
        """Where a queue may be kept beside them: the URL of a PostgreSQL database, or None."""

    def submit(
        self, new: NewBatch, chunks: Sequence[tuple[int, bytes]], *, again: bool = False, most: int = MOST_WAITING
    ) -> str:
        """Keep a batch with its chunks (rows in each, content); its id.

        The same `digest` gives the batch that stands, unless `again`. QueueFull if more than `most` chunks would be
        unfinished.
        """

    def take(
        self,
        worker: str,
        *,
        lease_s: float,
        profiles: Collection[str],
        limits: Mapping[str, int],
        only: Ticket | None = None,
    ) -> Chunk | None:
        """Lease the next chunk of these key profiles, or `only` that one; None if there is none to be had.

        The highest priority first, then the oldest. Of a profile with a limit no more than so many are leased at once,
        by all workers together.
        """

    def keep(self, chunk: Chunk, worker: str, lease_s: float) -> None:
        """The worker lives and has the chunk: its lease runs on, if it is still its own."""

    def finish(self, chunk: Chunk, outcomes: bytes, counts: Counts) -> None:
        """A chunk is done: its rows are forgotten and its outcomes kept. Only the first time counts."""

    def put_back(self, chunk: Chunk, worker: str, trouble: str, delay_s: float) -> None:
        """Give a chunk up for others, not before `delay_s`, and say why. Nothing if the lease is another's by now."""

    def waiting(self, limits: Mapping[str, int]) -> Sequence[Ticket]:
        """The chunks that could be taken now, as `take` would. What is left of cancelled batches is cleared away."""

    def cancel(self, id: str) -> bool:  # noqa: A002
        """Begin no more chunks of a batch, and forget their rows. False if there is no such batch."""

    def standings(self, id: str | None = None) -> Sequence[Standing]:  # noqa: A002
        """How the batches stand, newest first; or that one."""

    def outcomes(self, id: str) -> Iterator[bytes]:  # noqa: A002
        """The outcomes of the finished chunks of a batch, in the order of its rows."""


def batches_of(register: Register) -> Batches:
    """The batches kept beside an open register; they end with it."""
    from tte.register.batch_store import SqlBatches
    from tte.register.store import SqlRegister

    if not isinstance(register, SqlRegister):
        raise TypeError("batches are kept beside a register in a database")
    return SqlBatches(register)
