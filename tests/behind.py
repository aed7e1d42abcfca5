"""Somebody with the database file and without scruples: guards dropped, rows changed, guards put up again."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

Attack = Callable[[sqlite3.Connection], object]


def behind(file: Path, attack: Attack) -> None:
    """Change the register past its guards; whoever opens it next sees nothing of that."""
    with closing(sqlite3.connect(file)) as connection, connection:
        guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        attack(connection)
        for _, statement in guards:
            connection.execute(statement)


def sql(*statements: str) -> Attack:
    """An attack in SQL."""
    return lambda connection: [connection.execute(statement) for statement in statements]


def flip(table: str, column: str, where: str, at: int = -1) -> Attack:
    """Change one byte of one column of one row."""

    def attack(connection: sqlite3.Connection) -> None:
        (content,) = connection.execute(f"SELECT {column} FROM {table} WHERE {where}").fetchone()  # noqa: S608
        changed = bytearray(content)
        changed[at] ^= 1
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (bytes(changed),))  # noqa: S608

    return attack


def row(connection: sqlite3.Connection, query: str) -> Any:
    """The first row of an answer."""
    return connection.execute(query).fetchone()
