"""Every register under the same suite."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.postgres import Server
from tte.register import open_register
from tte.testing.registers import RegisterSuite


class TestSqlite(RegisterSuite):
    """SQLite in one file."""

    @pytest.fixture
    def url(self, tmp_path: Path, sqlite_template: Path) -> str:
        return f"sqlite:{shutil.copy(sqlite_template, tmp_path / 'register.sqlite')}"

    def execute(self, url: str, statement: str) -> None:
        with closing(sqlite3.connect(url.removeprefix("sqlite:"))) as connection, connection:
            connection.execute(statement)


class TestPostgres(RegisterSuite):
    """A PostgreSQL server, started for the tests."""

    @pytest.fixture
    def database(self, postgres: Server, postgres_template: str) -> Iterator[str]:
        with postgres.database(postgres_template) as name:
            yield name

    @pytest.fixture
    def url(self, postgres: Server, database: str) -> str:
        return postgres.url(database)

    def execute(self, url: str, statement: str) -> None:
        import psycopg

        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement.encode())


def test_both_registers_are_made_where_there_is_none(postgres: Server, tmp_path: Path) -> None:
    with postgres.database() as name:
        for url in (postgres.url(name), f"sqlite:{tmp_path / 'register.sqlite'}"):
            for _ in range(2):
                register = open_register(url)
                assert register.count() == 0
                register.close()
