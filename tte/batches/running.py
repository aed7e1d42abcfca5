"""A worker's day: chunks for as long as there are any, then waiting for more, until it is told to stop.

Without a queue the tables are looked at again and again; that is all there is on one machine.
"""

from __future__ import annotations

from threading import Event

from tte.batches.worker import Worker
from tte.errors import RegisterError, RegisterRolledBack

POLL_S = 0.5
_DATABASE_S = 15.0


def run(worker: Worker, stop: Event, *, until_done: bool = False, poll_s: float = POLL_S) -> None:
    """Work until `stop` is set, between two chunks, or until no key is left to work with.

    `until_done`: also when no chunk is left that this worker could ever take. A database that is away is waited for;
    RegisterRolledBack is raised, for waiting mends nothing of it.
    """
    silence = 1.0
    while not stop.is_set() and worker.profiles:
        try:
            if worker.work():
                silence = 1.0
                continue
            if until_done and not left(worker):
                return
            stop.wait(poll_s)
        except RegisterRolledBack:
            raise
        except RegisterError as why:
            worker.tell(f"waiting for the register: {why}")
            stop.wait(silence)
            silence = min(_DATABASE_S, silence * 2)


def left(worker: Worker) -> bool:
    """Whether any chunk of the worker's key profiles is not done, be it with another worker."""
    standings = worker.batches.standings()
    return any(one.ended is None and one.profile in worker.profiles for one in standings)
