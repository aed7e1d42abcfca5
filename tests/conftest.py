"""Fixtures that many tests share. Keys are made here, never kept."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.command import Answer, run
from tests.oracles.eu_dss import EuDss
from tests.postgres import Server, running_server
from tte.office import Home
from tte.testing.homes import sample_home


@pytest.fixture(scope="session")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One sample office with its key, made once for a test process. To be copied, not used."""
    folder = tmp_path_factory.mktemp("office") / "home"
    sample_home(folder)
    return folder


@pytest.fixture
def home(made_home: Path, tmp_path: Path) -> Home:
    """An office home of this test's own: profile `demo` can sign, nothing is issued yet."""
    folder = tmp_path / "home"
    shutil.copytree(made_home, folder)
    return Home(folder)


@pytest.fixture
def tte(home: Home) -> Callable[..., Answer]:
    """The `tte` command, run in this process in that home."""
    return lambda *words: run("--home", str(home.path), *words)


@pytest.fixture
def births(tte: Callable[..., Answer], tmp_path: Path) -> Path:
    """A CSV file of three rows of akta_kelahiran."""
    file = tmp_path / "kelahiran.csv"
    file.write_text(tte("sample", "akta_kelahiran", "--count", "3", "--seed", "5").out, encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def eu_dss() -> Iterator[EuDss]:
    """EU DSS, running."""
    with EuDss() as running:
        yield running


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server, running."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with an empty register, to copy others from."""
    from tte.register import open_register

    file = tmp_path_factory.mktemp("register") / "register.sqlite"
    open_register(f"sqlite:{file}").close()
    return file


@pytest.fixture(scope="session")
def postgres_template(postgres: Server) -> Iterator[str]:
    """A database with an empty register, to make others from."""
    from tte.register import open_register

    with postgres.database() as name:
        open_register(postgres.url(name)).close()
        yield name
