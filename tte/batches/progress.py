"""How far batches are: one value for the terminal's bar, for JSON and for the web service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from tte.errors import NoSuchBatch
from tte.register.batches import LATELY_S, Batches, Standing


class State(StrEnum):
    """Where a batch is. `waiting` says in `Progress.trouble` for what; `cancelled` may have chunks that still end."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is. `done` rows are `issued`, `earlier` or `refused`; `held` are among the first two.

    `earlier`: there was a document already when the row's chunk was taken, perhaps made by a worker that died over it.
    `rate` is rows a second of late, `eta_s` the seconds it will take at that rate; None where nothing tells. `trouble`
    is why a chunk was put back last, if nothing was done since. `workers` chunks are under way.
    """

    id: str
    template: str
    profile: str
    priority: int
    state: State
    rows: int
    done: int
    issued: int
    earlier: int
    refused: int
    held: int
    workers: int
    trouble: str | None
    rate: float | None
    eta_s: float | None
    submitted_at: datetime
    ended_at: datetime | None

    @property
    def over(self) -> bool:
        """Whether nothing more will become of it."""
        return self.ended_at is not None


def progress_of(batches: Batches, id: str) -> Progress:  # noqa: A002
    """How far one batch is. NoSuchBatch."""
    for standing in batches.standings(id):
        return _progress(standing)
    raise no_such_batch()


def all_progress(batches: Batches) -> Sequence[Progress]:
    """How far all batches are, the newest first."""
    return [_progress(standing) for standing in batches.standings()]


def no_such_batch() -> NoSuchBatch:
    return NoSuchBatch("there is no batch with this id", hint="tte batch list shows those there are")


def _progress(standing: Standing) -> Progress:
    window = min(LATELY_S, standing.now - standing.begun) if standing.begun else 0.0
    rate = standing.lately / window if standing.lately and window > 0 and standing.ended is None else None
    return Progress(
        id=standing.id,
        template=standing.template,
        profile=standing.profile,
        priority=standing.priority,
        state=_state(standing),
        rows=standing.rows,
        done=standing.done,
        issued=standing.counts.issued,
        earlier=standing.counts.earlier,
        refused=standing.counts.refused,
        held=standing.counts.held,
        workers=standing.taken,
        trouble=standing.trouble if standing.ended is None else None,
        rate=rate,
        eta_s=(standing.rows - standing.done) / rate if rate else None,
        submitted_at=_time(standing.submitted),
        ended_at=None if standing.ended is None else _time(standing.ended),
    )


def _state(standing: Standing) -> State:
    if standing.cancelled:
        return State.CANCELLED
    if standing.ended is not None:
        return State.DONE
    if standing.taken:
        return State.RUNNING
    if standing.trouble:
        return State.WAITING
    return State.RUNNING if standing.done else State.QUEUED


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=0)
