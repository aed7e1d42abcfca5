"""`tte bench`: what it says of a home's key, in SQLite and in a PostgreSQL database of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.command import Answer
from tests.postgres import Server
from tte.cli.exits import Exit
from tte.office import Home
from tte.register import open_register

Tte = Callable[..., Answer]


@pytest.fixture
def empty(postgres: Server) -> Iterator[str]:
    with postgres.database() as name:
        yield postgres.url(name)


def _bench(tte: Tte, *words: str) -> dict[str, object]:
    (found,) = tte("bench", "--count", "100", "--json", *words).objects()
    return found


def test_it_measures_in_a_register_that_is_gone_afterwards(tte: Tte, home: Home) -> None:
    found = _bench(tte)
    assert found["register"] == "sqlite"
    assert 0 < found["issue_x_raw"] < found["render_sign_x_raw"] < 1  # type: ignore[operator]
    with home.open_register() as own:
        assert own.count() == 0
    assert len([*(home.path / "var").rglob("*.sqlite")]) == 1


def test_its_stages_are_those_of_an_issue(tte: Tte) -> None:
    stages = _bench(tte)["stages_us"]
    assert isinstance(stages, dict)
    told = " ".join(stages)
    for stage in ("key", "check", "render", "prepare", "verify", "look up", "reserve", "record"):
        assert stage in told


def test_it_measures_in_an_empty_postgresql_database(tte: Tte, empty: str) -> None:
    found = _bench(tte, "--register", empty)
    assert (found["register"], found["register_bytes"]) == ("postgresql", None)
    register = open_register(empty)
    assert register.count() >= 200  # by a key in this process, and by one in its own
    register.close()


def test_it_does_not_touch_a_database_that_holds_a_register(tte: Tte, empty: str) -> None:
    open_register(empty).close()
    answer = tte("bench", "--count", "100", "--register", empty)
    assert answer.code == Exit.UNAVAILABLE
    assert "nothing was changed" in answer.err
    register = open_register(empty)
    assert register.count() == 0
    register.close()


def test_it_measures_in_no_file_of_ones_own(tte: Tte, tmp_path: Path) -> None:
    file = tmp_path / "register.sqlite"
    answer = tte("bench", "--count", "100", "--register", f"sqlite:{file}")
    assert answer.code == Exit.USAGE
    assert not file.exists()
