"""Batches left to workers: taken by chunks, each row once, whatever becomes of a worker or a key."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from queue import Queue
from threading import Event, Thread

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.batch_world import births_file, each_row_once, opened, submitted, worker_here
from tte.batches import State, Worker, progress_of
from tte.batches.keys import OpenKeys
from tte.batches.running import run
from tte.errors import (
    KeyUnavailable,
    NoSuchBatch,
    QueueFull,
    RegisterRolledBack,
    SelfValidationFailed,
    UsageLimitReached,
)
from tte.issuance import Issuer
from tte.issuance.self_validation import SelfValidation
from tte.log import Checkpoint, LogKey
from tte.model import SignedDocument
from tte.office import Home
from tte.register.batches import Batches, Ticket
from tte.signing import Draft, KeySigning

ALL = {"profiles": {"demo", "other"}, "limits": {}}


def _take(batches: Batches, worker: str, **more: object) -> Ticket | None:
    found = batches.take(worker, lease_s=60, **{**ALL, **more})  # type: ignore[arg-type]
    return None if found is None else Ticket(found.batch, found.place, found.profile, 0)


def test_a_batch_is_issued_and_its_rows_are_forgotten(home: Home, tmp_path: Path) -> None:
    with opened(home) as (register, batches), worker_here(home, batches) as (worker, told):
        id_ = submitted(home, batches, births_file(tmp_path, 20))
        run(worker, _never(), until_done=True)
        progress = progress_of(batches, id_)
        assert (progress.state, progress.issued, progress.refused, told) == (State.DONE, 20, 0, [])
        assert register.count() == 20
        each_row_once(batches, id_, 20)
    with sqlite3.connect(home.path / "var" / "register.sqlite") as database:
        assert database.execute("SELECT count(*) FROM batch_chunk WHERE rows IS NOT NULL").fetchone() == (0,)


def test_the_same_file_is_the_same_batch_until_it_is_cancelled(home: Home, tmp_path: Path) -> None:
    file = births_file(tmp_path, 3)
    with opened(home) as (_, batches):
        id_ = submitted(home, batches, file)
        assert submitted(home, batches, file) == id_
        assert submitted(home, batches, births_file(tmp_path, 3, seed=6, name="other.csv")) != id_
        assert batches.cancel(id_)
        again = submitted(home, batches, file)
        assert again != id_
        assert progress_of(batches, id_).state is State.CANCELLED
        with pytest.raises(NoSuchBatch):
            progress_of(batches, "nosuchbatch")


def test_chunks_that_were_not_begun_when_a_batch_was_cancelled_are_not_begun(home: Home, tmp_path: Path) -> None:
    with opened(home) as (register, batches), worker_here(home, batches) as (worker, _):
        id_ = submitted(home, batches, births_file(tmp_path, 12), size=4)
        worker.work()
        begun = batches.take("another", lease_s=60, **ALL)  # type: ignore[arg-type]
        assert begun
        batches.cancel(id_)
        assert not worker.work()
        assert not progress_of(batches, id_).over
        batches.put_back(begun, "another", "", 0)
        progress = progress_of(batches, id_)
        assert (progress.over, progress.done, progress.rows) == (True, 4, 12)
        assert register.count() == 4


def test_a_batch_of_more_priority_passes_an_earlier_one(home: Home, tmp_path: Path) -> None:
    with opened(home) as (_, batches):
        night = submitted(home, batches, births_file(tmp_path, 4), size=2)
        first = _take(batches, "one")
        counter = submitted(home, batches, births_file(tmp_path, 1, seed=6, name="b.csv"), priority=10)
        taken = [_take(batches, "one") for _ in range(3)]
        assert [ticket and ticket.batch for ticket in (first, *taken)] == [night, counter, night, None]


def test_no_more_chunks_of_a_key_are_under_way_than_its_profile_allows(home: Home, tmp_path: Path) -> None:
    limits = {"demo": 2}
    with opened(home) as (_, batches):
        submitted(home, batches, births_file(tmp_path, 4), size=1)
        taken = [batches.take(f"worker {n}", lease_s=60, profiles={"demo"}, limits=limits) for n in range(3)]
        assert [chunk is not None for chunk in taken] == [True, True, False]
        assert not batches.waiting(limits)
        assert taken[0]
        batches.put_back(taken[0], "worker 0", "", 0)
        assert _take(batches, "worker 3", limits=limits)


def test_the_lease_of_a_silent_worker_ends_and_another_takes_its_chunk(home: Home, tmp_path: Path) -> None:
    with opened(home) as (_, batches), worker_here(home, batches) as (worker, _told):
        id_ = submitted(home, batches, births_file(tmp_path, 3))
        dead = batches.take("dead", lease_s=0, **ALL)  # type: ignore[arg-type]
        assert dead
        assert worker.work()
        batches.finish(dead, b"", progress_counts := batches.standings(id_)[0].counts)
        batches.put_back(dead, "dead", "it woke up", 0)
        progress = progress_of(batches, id_)
        assert (progress.issued, progress.trouble, progress_counts.issued) == (3, None, 3)
        each_row_once(batches, id_, 3)


def test_a_lease_from_a_clock_that_was_set_back_since_counts_as_ended(home: Home, tmp_path: Path) -> None:
    with opened(home) as (_, batches):
        submitted(home, batches, births_file(tmp_path, 1))
        assert batches.take("one", lease_s=3600, **ALL)  # type: ignore[arg-type]
        assert _take(batches, "two")


def test_more_chunks_than_may_wait_are_not_accepted(home: Home, tmp_path: Path) -> None:
    from tte.batches import submit
    from tte.intake import Format

    with opened(home) as (_, batches), births_file(tmp_path, 5).open("rb") as stream:
        template = home.template("akta_kelahiran")
        with pytest.raises(QueueFull):
            submit(batches, template, stream, Format.CSV, profile="demo", size=1, most=4)
        with pytest.raises(UsageLimitReached):
            submit(batches, template, stream, Format.CSV, profile="demo", per_batch=4)
        assert not batches.standings()


def test_a_key_that_is_gone_holds_the_batch_up_and_says_so_until_it_is_back(home: Home, tmp_path: Path) -> None:
    key = home.path / "var" / "demo.p12"
    with opened(home) as (_, batches), worker_here(home, batches) as (worker, told):
        id_ = submitted(home, batches, births_file(tmp_path, 3))
        key.rename(key.with_suffix(".away"))
        assert worker.work()
        progress = progress_of(batches, id_)
        assert progress.state is State.WAITING
        assert progress.trouble
        assert "waiting for the key" in progress.trouble
        assert told
        key.with_suffix(".away").rename(key)
        run(worker, _never(), until_done=True, poll_s=0.01)
        assert progress_of(batches, id_).issued == 3


def test_a_wrong_pin_is_tried_once_and_then_this_worker_uses_the_key_no_more(home: Home, tmp_path: Path) -> None:
    (home.path / "var" / "demo.pin").write_text("not the PIN", encoding="ascii")
    with opened(home) as (_, batches), worker_here(home, batches) as (worker, told):
        id_ = submitted(home, batches, births_file(tmp_path, 9), size=3)
        run(worker, _never(), until_done=True)
        assert worker.profiles == set()
        assert len(told) == 1
        progress = progress_of(batches, id_)
        assert (progress.done, progress.state) == (0, State.WAITING)
        assert "not used any more" in (progress.trouble or "")


def test_a_template_that_changed_since_is_not_used(home: Home, tmp_path: Path) -> None:
    with opened(home) as (_, batches), worker_here(home, batches) as (worker, _told):
        id_ = submitted(home, batches, births_file(tmp_path, 1))
        file = home.path / "templates" / "akta_kelahiran" / "template.toml"
        file.write_text(file.read_text(encoding="utf-8") + "\n# edited\n", encoding="utf-8")
        assert worker.work()
        assert "is not the one" in (progress_of(batches, id_).trouble or "")


class Hanging(KeySigning):
    """A key that takes what it is to sign, and never answers until it is let go."""

    let_go = Event()

    def begin(self, drafts: Sequence[Draft]) -> Callable[[], Sequence[SignedDocument]]:
        def wait() -> Sequence[SignedDocument]:
            self.let_go.wait(60)
            raise KeyUnavailable("the key is gone")

        return wait


def test_a_worker_whose_key_hangs_ends_and_another_has_its_chunk(home: Home, tmp_path: Path) -> None:
    Hanging.let_go = Event()
    ended: Queue[int] = Queue()
    with opened(home) as (_, batches), opened(home) as (_, others), worker_here(home, others) as (second, _told):
        id_ = submitted(home, batches, births_file(tmp_path, 3))
        keys = OpenKeys(lambda profile, template: _hanging(home, profile, template), home.template)
        told: list[str] = []
        first = Worker(
            batches, keys, {"demo"}, tell=told.append, lease_s=0.3, longest_s=0.2, patience_s=0, end=ended.put
        )
        stuck = Thread(target=first.work, daemon=True)
        stuck.start()
        assert ended.get(timeout=60) == 4
        assert "nothing came of a chunk" in told[0]
        assert "nothing came of a chunk" in (progress_of(batches, id_).trouble or "")
        free = others.take("another", lease_s=60, **ALL)  # type: ignore[arg-type]
        assert free is not None
        others.put_back(free, "another", "", 0)
        Hanging.let_go.set()  # what the end of its process would do
        stuck.join(60)
        run(second, _never(), until_done=True, poll_s=0.01)
        each_row_once(others, id_, 3)


@contextmanager
def _hanging(home: Home, profile: str, template: str) -> Iterator[Issuer]:
    with home.issuer(profile, (template,)) as issuer:
        assert isinstance(issuer.signing, KeySigning)
        yield replace(issuer, signing=Hanging(issuer.signing.key))


def test_a_document_that_fails_validation_does_not_cost_the_worker_its_key(home: Home, tmp_path: Path) -> None:
    with opened(home) as (_, batches), worker_here(home, batches) as (worker, told):
        id_ = submitted(home, batches, births_file(tmp_path, 3))
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(SelfValidation, "check", _fails)
            assert worker.work()
        assert worker.profiles == {"demo"}
        assert "not recorded" in told[0]
        run(worker, _never(), until_done=True, poll_s=0.01)
        each_row_once(batches, id_, 3)


def _fails(*_: object) -> None:
    raise SelfValidationFailed("a document just signed is not right; it was not recorded")


def test_a_worker_signs_the_log_while_it_works(home: Home, tmp_path: Path) -> None:
    with opened(home) as (register, batches), worker_here(home, batches, **_settling(home)) as (worker, _):
        submitted(home, batches, births_file(tmp_path, 8), size=4)
        assert worker.work()
        assert worker.work()
        assert not worker.work()
        assert register.log.last_checkpoint() is not None
        assert home.log.trouble(register) is None
        assert home.log.marker.exists()


def test_a_worker_ends_before_a_register_that_is_an_older_state(home: Home, tmp_path: Path) -> None:
    with opened(home) as (_, batches), worker_here(home, batches, **_settling(home)) as (worker, told):
        submitted(home, batches, births_file(tmp_path, 8), size=4)
        for _ in range(3):
            worker.work()
        signed = home.log.marker.read_bytes()
        home.log.marker.write_bytes(_further(home))
        with pytest.raises(RegisterRolledBack):
            run(worker, _never(), until_done=True)
        home.log.marker.write_bytes(signed)
        assert not any("waiting for the register" in one for one in told)


def _settling(home: Home) -> dict[str, object]:
    def settle() -> None:
        with home.open_to_write():
            pass

    return {"settle": settle, "settle_s": 0.0}


def _further(home: Home) -> bytes:
    """A checkpoint of a log that has one line more."""
    with home.open_register() as register:
        edge = register.log.edge()
    key = LogKey(home.log.origin, Ed25519PrivateKey.from_private_bytes(_private(home)))
    return Checkpoint(home.log.origin, edge.size + 1, bytes(32)).sign([key]).content


def _private(home: Home) -> bytes:
    key = load_pem_private_key(home.log.key_file.read_bytes(), None)
    assert isinstance(key, Ed25519PrivateKey)
    return key.private_bytes_raw()


def _never() -> Event:
    return Event()
