"""Workers as processes of their own, on both databases: killed, stopped, limited, and left without a database."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.batch_world import (
    births_file,
    each_row_once,
    on_postgres,
    opened,
    submitted,
    until,
    worker_here,
    worker_process,
)
from tests.postgres import Server, running_server
from tte.batches import State, progress_of
from tte.batches.waking import run_queue, wake
from tte.office import Home


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, home: Home) -> Iterator[Home]:
    """A home of this test's own, with its register in either database."""
    if request.param == "sqlite":
        yield home
        return
    server: Server = request.getfixturevalue("postgres")
    with server.database(request.getfixturevalue("postgres_template")) as name:
        on_postgres(home, server.url(name))
        yield Home(home.path)


def test_a_worker_that_is_killed_in_mid_batch_is_replaced_by_the_others(office: Home, tmp_path: Path) -> None:
    count = 400
    with opened(office) as (register, batches):
        id_ = submitted(office, batches, births_file(tmp_path, count), size=10)
        with worker_process(office) as doomed, worker_process(office, "--until-done") as other:
            until(batches, id_, lambda progress: progress.done > 20 and progress.workers == 2)
            doomed.kill()
            assert other.wait(60) == 0
        progress = progress_of(batches, id_)
        assert (progress.state, progress.issued + progress.earlier) == (State.DONE, count)
        assert register.count() == count
        assert not register.pending()
        each_row_once(batches, id_, count)


def test_a_worker_that_is_told_to_stop_finishes_its_chunk(office: Home, tmp_path: Path) -> None:
    with opened(office) as (register, batches):
        id_ = submitted(office, batches, births_file(tmp_path, 300), size=10)
        with worker_process(office) as worker:
            until(batches, id_, lambda progress: progress.done > 0)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(60) == 0
        progress = progress_of(batches, id_)
        assert 0 < progress.done < 300
        assert (progress.workers, progress.trouble) == (0, None)
        assert register.count() == progress.done
        assert not register.pending()


def test_ctrl_c_stops_a_worker_and_its_processes_after_their_chunks(home: Home, tmp_path: Path) -> None:
    with opened(home) as (register, batches):
        id_ = submitted(home, batches, births_file(tmp_path, 400), size=10)
        with worker_process(home, "--concurrency", "2") as worker:
            until(batches, id_, lambda progress: progress.done > 0)
            worker.send_signal(signal.SIGINT)
            assert worker.wait(60) == 0
        progress = progress_of(batches, id_)
        assert 0 < progress.done < 400
        assert progress.workers == 0
        assert register.count() == progress.done


@pytest.fixture
def queue(home: Home, postgres: Server, postgres_template: str) -> Iterator[Home]:
    """A home whose batches go through Procrastinate."""
    with postgres.database(postgres_template) as name:
        on_postgres(home, postgres.url(name))
        yield Home(home.path)


def test_the_queue_may_lose_every_job(queue: Home, tmp_path: Path) -> None:
    with opened(queue) as (_, batches), worker_here(queue, batches) as (worker, told):
        id_ = submitted(queue, batches, births_file(tmp_path, 6), size=2)
        wake(batches, {})
        _in_queue(batches.url, "DELETE FROM procrastinate_jobs")
        run_queue(worker, Event(), until_done=True, sweep_s=0.2)
        assert (progress_of(batches, id_).issued, told) == (6, [])


def test_a_job_holds_a_place_in_a_batch_and_nothing_of_its_rows(queue: Home, tmp_path: Path) -> None:
    with opened(queue) as (_, batches):
        id_ = submitted(queue, batches, births_file(tmp_path, 3), size=2, priority=7)
        for _again in range(2):
            wake(batches, {})
        jobs = _in_queue(batches.url, "SELECT args, queue_name, priority FROM procrastinate_jobs ORDER BY id")
        assert jobs == [({"batch": id_, "place": place}, "demo", 7) for place in (1, 2)]


def test_a_key_with_one_session_is_used_by_one_worker_at_a_time_and_the_batch_goes_on(
    queue: Home, tmp_path: Path
) -> None:
    with opened(queue) as (_, batches), worker_here(queue, batches, limits={"demo": 1}) as (worker, _told):
        id_ = submitted(queue, batches, births_file(tmp_path, 4), size=2)
        held = batches.take("another", lease_s=60, profiles={"demo"}, limits={"demo": 1})
        assert held
        stop = Event()
        working = Thread(target=run_queue, args=(worker, stop), kwargs={"until_done": True, "sweep_s": 0.1})
        working.start()
        try:
            assert not batches.waiting({"demo": 1})
            assert progress_of(batches, id_).done == 0
            batches.put_back(held, "another", "", 0)
            until(batches, id_, lambda progress: progress.over)
        finally:
            stop.set()
            working.join()


def test_a_worker_waits_while_the_database_is_away_and_goes_on_when_it_is_back(home: Home, tmp_path: Path) -> None:
    with running_server() as server, server.database() as name:
        on_postgres(home, server.url(name))
        office = Home(home.path)
        with opened(office) as (register, batches), worker_process(office, "--until-done") as worker:
            id_ = submitted(office, batches, births_file(tmp_path, 300), size=10)
            until(batches, id_, lambda progress: progress.done > 0)
            server.stop()
            server.start()
            assert worker.wait(90) == 0
            assert (progress_of(batches, id_).done, register.count()) == (300, 300)
            each_row_once(batches, id_, 300)


def _in_queue(url: str | None, statement: str) -> list[tuple[object, ...]]:
    import psycopg

    assert url
    with psycopg.connect(url, options="-c search_path=tte_queue") as connection:
        done = connection.execute(statement.encode())
        return done.fetchall() if done.description else []
