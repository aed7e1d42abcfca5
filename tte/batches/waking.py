"""Procrastinate beside a PostgreSQL register: it tells workers of chunks at once and in order, and decides nothing.

A job names a batch and a chunk, nothing else; no row, no secret. Jobs may be lost, repeated or left `doing` by a worker
that died: every few seconds each worker looks which chunks can be taken and have no job, and gives them one. Its tables
lie in a schema of their own, `tte_queue`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from tte.batches.running import left
from tte.batches.worker import Worker
from tte.errors import ConfigError, RegisterError, RegisterRolledBack
from tte.register.batches import Batches, Ticket

if TYPE_CHECKING:
    from procrastinate import App

_SCHEMA: Final = "tte_queue"
_TASK: Final = "tte.chunk"
_MAKING: Final = 0x7474_65_7165  # "tteqe": the lock under which the tables are made

SWEEP_S = 3.0
_SILENT_S: Final = 15.0
"""How long a worker may be silent before its jobs are cleared away. Its chunk is another's by the lease alone."""


def wake(batches: Batches, limits: Mapping[str, int]) -> None:
    """Give every chunk that can be taken and has no job one. RegisterError if the queue cannot be reached."""
    url = _url(batches)
    with _translated():
        _make_tables(url)
        with _sync_app(url) as app:
            _defer(app, batches, limits)


def run_queue(worker: Worker, stop: Event, *, until_done: bool = False, sweep_s: float = SWEEP_S) -> None:
    """Work on what the queue names until `stop` is set, or no key is left; else as `running.run`."""
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)  # what it finds lost is found again here
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
    asyncio.run(_Serving(worker, stop, until_done, sweep_s).serve())


class _Serving:
    """One worker and its loop; the queue is opened again whenever it breaks."""

    def __init__(self, worker: Worker, stop: Event, until_done: bool, sweep_s: float) -> None:
        self._worker, self._stop, self._until_done, self._sweep_s = worker, stop, until_done, sweep_s
        self._url = _url(worker.batches)
        self._done = False
        self._rolled_back: RegisterRolledBack | None = None

    async def serve(self) -> None:
        silence = 1.0
        while not self._over():
            began = monotonic()
            try:
                with _translated():
                    await asyncio.to_thread(_make_tables, self._url)
                    await self._connected()
            except RegisterError as why:
                self._worker.tell(f"waiting for the register: {why}")
                silence = min(15.0, silence * 2) if monotonic() - began < 60 else 1.0
                await asyncio.to_thread(self._stop.wait, silence)
        if self._rolled_back:
            raise self._rolled_back

    def _over(self) -> bool:
        return self._stop.is_set() or not self._worker.profiles or self._done or self._rolled_back is not None

    async def _connected(self) -> None:
        app = _async_app(self._url)
        app.task(name=_TASK)(self._chunk)
        async with app.open_async():
            with _sync_app(self._url) as beside:
                while not self._over():
                    await self._same_profiles(app, beside)

    def _chunk(self, batch: str, place: int) -> None:
        """Runs in a thread. What a chunk comes to stands in the register; the job is over in any case."""
        worker = self._worker
        try:
            worker.work(Ticket(batch, place, "", 0))
        except RegisterRolledBack as why:
            self._rolled_back = why
        except RegisterError as why:
            worker.tell(f"waiting for the register: {why}")
        else:
            if worker.limits and not self._over():  # one of that key may follow at once
                with suppress(RegisterError), _translated(), _sync_app(self._url) as app:
                    _defer(app, worker.batches, worker.limits)

    async def _same_profiles(self, app: App, beside: App) -> None:
        """Take jobs of the keys that are left, until one is lost, the queue breaks, or all is over."""
        profiles = frozenset(self._worker.profiles)
        serving = asyncio.create_task(
            app.run_worker_async(
                queues=sorted(profiles),
                concurrency=1,
                install_signal_handlers=False,
                delete_jobs="always",
                fetch_job_polling_interval=1.0,
                update_heartbeat_interval=_SILENT_S / 3,
                stalled_worker_timeout=_SILENT_S,
            )
        )
        swept = float("-inf")
        try:
            while not self._over() and profiles == self._worker.profiles and not serving.done():
                if monotonic() - swept >= self._sweep_s:
                    await self._sweep(app, beside)
                    swept = monotonic()
                await asyncio.sleep(0.1)
        finally:
            serving.cancel()
            with suppress(asyncio.CancelledError):
                await serving  # the chunk that is under way ends first

    async def _sweep(self, app: App, beside: App) -> None:
        from procrastinate.jobs import Status

        try:
            await asyncio.to_thread(self._worker.settle_if_due)
        except RegisterRolledBack as why:
            self._rolled_back = why
            return
        manager = app.job_manager
        stalled = [*await manager.get_stalled_jobs(seconds_since_heartbeat=_SILENT_S)]
        stalled += [job for job in await manager.list_jobs_async(status="doing") if job.worker_id is None]
        for job in stalled:
            if job.id is not None:
                await manager.finish_job_by_id_async(job.id, Status.FAILED, delete_job=True)
        await asyncio.to_thread(_defer, beside, self._worker.batches, self._worker.limits)
        if self._until_done:
            self._done = not await asyncio.to_thread(left, self._worker)


def _defer(app: App, batches: Batches, limits: Mapping[str, int]) -> None:
    from procrastinate.exceptions import AlreadyEnqueued

    there = {job.queueing_lock for job in app.job_manager.list_jobs(task=_TASK, status="todo")}
    for ticket in batches.waiting(limits):
        lock = f"{ticket.batch}/{ticket.place}"
        if lock not in there:
            with suppress(AlreadyEnqueued):  # another worker was quicker
                app.configure_task(_TASK, queue=ticket.profile, priority=ticket.priority, queueing_lock=lock).defer(
                    batch=ticket.batch, place=ticket.place
                )


def _make_tables(url: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=False) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_MAKING,))
        there = connection.execute("SELECT to_regclass(%s)", (f"{_SCHEMA}.procrastinate_jobs",)).fetchone()
        if there == (None,):
            from procrastinate.schema import SchemaManager

            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {_SCHEMA}")
            connection.execute(f"SET LOCAL search_path = {_SCHEMA}")
            connection.execute(SchemaManager.get_schema())


@contextmanager
def _sync_app(url: str) -> Iterator[App]:
    from procrastinate import App, SyncPsycopgConnector

    with App(connector=SyncPsycopgConnector(**_pool(url))).open() as app:
        yield app


def _async_app(url: str) -> App:
    from procrastinate import App, PsycopgConnector

    return App(connector=PsycopgConnector(**_pool(url)))


def _pool(url: str) -> dict[str, Any]:
    options = f"-c search_path={_SCHEMA}"
    return {"conninfo": url, "kwargs": {"options": options}, "min_size": 1, "max_size": 4, "timeout": 10.0}


def _url(batches: Batches) -> str:
    if batches.url is None:
        raise ConfigError("a queue needs a register on PostgreSQL")
    return batches.url


@contextmanager
def _translated() -> Iterator[None]:
    try:
        import procrastinate
        import psycopg
        import psycopg_pool
    except ImportError:
        raise ConfigError(
            "batches on PostgreSQL need Procrastinate", hint="pip install 'tte-signing[postgres]'"
        ) from None
    broken = (psycopg.Error, psycopg_pool.PoolTimeout, procrastinate.exceptions.ConnectorException)
    try:
        yield
    except broken as why:
        raise RegisterError(f"the queue beside the register cannot be used ({type(why).__name__})") from why
