"""The figures that an operator watches: what they say, and what is never in them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from tests.command import Answer
from tests.desk_world import office_day
from tests.fit_home import issue_one
from tests.postgres import Server
from tte.office import Home
from tte.register import open_register
from tte.register.counting import counted
from tte.web import Service
from tte.web.watching import Watch


def told(service: Service) -> tuple[str, dict[str, float]]:
    """What Prometheus is told, as text and by name and labels."""
    registry = CollectorRegistry()
    registry.register(Watch(service))
    text = generate_latest(registry).decode()
    return text, {
        sample.name + "".join(f"[{value}]" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def at_work(home: Home, tte: Callable[..., Answer], births: Path) -> Home:
    """Three drafts, one of them checked; one document; a batch of three rows that nobody has taken."""
    issue_one(home)
    assert tte("batch", "submit", "akta_kelahiran", str(births)).code == 0
    with office_day(home) as day:
        day.checked(day.drafted(3, seed=7)[:1])
    return home


def test_they_say_what_waits_for_whom(at_work: Home) -> None:
    with Service(at_work) as service:
        _, found = told(service)
    assert found["tte_register_up"] == 1
    assert found["tte_documents_issued_total"] == 1
    assert (found["tte_documents_ended"], found["tte_numbers_pending"]) == (0, 0)
    assert (found["tte_drafts[draft]"], found["tte_drafts[checked]"]) == (2, 1)
    assert (found["tte_batch_rows_waiting[demo]"], found["tte_batch_chunks_taken"]) == (3, 0)
    assert (found["tte_log_lines"] > 0, found["tte_log_lines_unsigned"]) == (True, 0)
    assert found["tte_sandbox_running"] == found["tte_sandbox_waiting"] == 0
    assert found["tte_disk_free_bytes"] > 0


def test_nothing_of_a_person_is_in_them(at_work: Home) -> None:
    with at_work.open_register() as register:
        (entry,) = register.entries()
    with Service(at_work) as service:
        text, _ = told(service)
    with sqlite3.connect(at_work.path / "var" / "register.sqlite") as connection:
        people = [word for row in connection.execute("SELECT login, name FROM person") for word in row]
        numbers = [number for (number,) in connection.execute("SELECT number FROM desk_draft")]
    assert people
    assert numbers
    for secret in (entry.id, entry.number, *numbers, *people):
        assert secret not in text


def test_documents_below_their_level_and_days_left_are_told_by_profile(home: Home) -> None:
    issue_one(home)
    with home.open_register() as register:
        (entry,) = register.entries()
    with sqlite3.connect(home.path / "var" / "register.sqlite") as connection:
        connection.execute("INSERT INTO goal VALUES (?, 'demo', 'B-T', 'B-B')", (entry.seq,))
    key, pem = (home.path / "keys" / "demo.toml"), home.path / "keys" / "trust" / "demo.pem"
    key.write_text(
        f'certificate = "{pem.relative_to(home.path)}"\n' + key.read_text(encoding="utf-8"), encoding="utf-8"
    )
    with Service(Home(home.path)) as service:
        _, found = told(service)
    assert found["tte_levels_pending[demo]"] == 1
    assert found["tte_certificate_days_left[demo]"] > 0


def test_a_register_that_is_away_is_told_and_nothing_else_stops(home: Home) -> None:
    issue_one(home)
    for file in (home.path / "var").glob("register.sqlite*"):
        file.write_bytes(b"not a database " * 100)
    with Service(home) as service:
        _, found = told(service)
    assert found["tte_register_up"] == 0
    assert "tte_documents_issued_total" not in found
    assert "tte_disk_free_bytes" in found


def test_a_home_without_a_register_has_figures(home: Home) -> None:
    with Service(home) as service:
        assert told(service)[1]["tte_register_up"] == 1
    assert not home.has_register()


def test_a_file_that_is_examined_is_seen(home: Home) -> None:
    begun, may_end = Event(), Event()

    def examine(service: Service) -> None:
        with service.sandbox._turns.one():
            begun.set()
            may_end.wait()

    with Service(home) as service:
        thread = Thread(target=examine, args=(service,))
        thread.start()
        begun.wait()
        try:
            assert told(service)[1]["tte_sandbox_running"] == 1
        finally:
            may_end.set()
            thread.join()


def test_a_register_on_a_server_is_counted_alike(postgres: Server, postgres_template: str) -> None:
    with postgres.database(postgres_template) as name:
        register = open_register(postgres.url(name))
        try:
            found = counted(register)
        finally:
            register.close()
    assert (found.issued, found.pending, found.log_size) == (0, 0, 0)
    assert (found.drafts, found.waiting_rows, found.below_goal) == ({}, {}, {})
