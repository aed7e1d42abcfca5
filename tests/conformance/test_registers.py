"""Every register under the same suite."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tte.testing.registers import RegisterSuite


class TestSqlite(RegisterSuite):
    """SQLite in one file."""

    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        return f"sqlite:{tmp_path / 'register.sqlite'}"

    def execute(self, url: str, statement: str) -> None:
        with closing(sqlite3.connect(url.removeprefix("sqlite:"))) as connection, connection:
            connection.execute(statement)
