"""A short chaos and a short crowd, on both databases; `make chaos` and `make parallel` are the long ones."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.machine import compiler
from tests.faults.parallel import acknowledged, chunks, submitted
from tests.faults.proving import problems
from tests.postgres import Server
from tte.office import Home
from tte.register import open_register


def _campaign(folder: Path, *words: str) -> Sequence[str]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults", *words, "--folder", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


@pytest.mark.skipif(compiler() is None, reason="a machine whose clock steps needs a C compiler")
@pytest.mark.parametrize("register", ["sqlite", "postgres"])
def test_who_was_told_of_a_document_finds_it_though_everybody_is_killed(tmp_path: Path, register: str) -> None:
    told = _campaign(tmp_path, "chaos", "--count", "14", "--register", register, "--stopped", "1")
    assert "; 0 problems;" in told[-1]


@pytest.mark.parametrize("register", ["sqlite", "postgres"])
def test_a_crowd_gets_each_number_once(tmp_path: Path, request: pytest.FixtureRequest, register: str) -> None:
    offices, count = 12, 1000
    url = f"sqlite:{tmp_path / 'register.sqlite'}"
    if register == "sqlite":
        _crowd(url, tmp_path, count, offices)
        return
    server: Server = request.getfixturevalue("postgres")
    with server.database(request.getfixturevalue("postgres_template")) as name:
        _crowd(server.url(name), tmp_path, count, offices)


def _crowd(url: str, folder: Path, count: int, offices: int) -> None:
    open_register(url).close()
    numbers, requests, rows = acknowledged(submitted(url, folder, 16, count, offices=offices))
    assert rows == sum(len(one.rows) for one in chunks(count, offices, 1)) > count
    assert len(requests) == count
    assert all(len(ids) == 1 for ids in requests.values())
    with closing(open_register(url)) as register:
        assert register.count() == count
        assert problems(register, Home(folder).trust(), numbers, valid=False) == []


def test_the_proof_notices_what_is_lost(tmp_path: Path) -> None:
    url = f"sqlite:{tmp_path / 'register.sqlite'}"
    numbers, _, _ = acknowledged(submitted(url, tmp_path, 1, 10, offices=1))
    trust = Home(tmp_path).trust()
    with closing(open_register(url)) as register:
        lost = {**numbers, "never": {"lost"}}
        twice = {number: {*ids, "another"} for number, ids in numbers.items()}
        assert problems(register, trust, lost, valid=False) == ["never: acknowledged and not there"]
        assert len(problems(register, trust, twice, valid=False)) == 20
