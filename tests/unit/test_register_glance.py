"""A glance into a register says what the register says, of documents in every state."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tte.model import Goal, Level, Replaces, State
from tte.register.glance import glance
from tte.register.sqlite import open_sqlite
from tte.testing.registers import AT, intent_of, raised_of, signed_of

LATER = AT + timedelta(days=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "register.sqlite"


def files_in_every_state(path: Path) -> list[bytes]:
    """Issued, raised, revoked, replaced, replacing, with and without a goal; reserved only; void; unknown."""
    with closing(open_sqlite(str(path))) as register:
        intents = [intent_of(str(number)) for number in range(6)]
        register.reserve(intents)
        goal = Goal("hsm", Level.B_LTA, Level.B_T)
        register.record([signed_of(one) for one in intents[:2]], AT)
        register.record([signed_of(one) for one in intents[2:4]], AT, goal)
        before = [register.read_pdf(one.id) for one in intents[:4]]
        raised = raised_of(before[2], Level.B_LTA, intents[2].id, until=LATER)
        register.augment([raised], LATER)
        register.revoke(intents[0].id, "wrong person", LATER)
        new = replace(intent_of("1", id="new", name="BUDI"), replaces=Replaces(intents[1].id, "corrected"))
        register.reserve([new])
        register.record([signed_of(new, name="BUDI")], LATER)
        register.void([intents[5].id], "the row was wrong", LATER)
        states = {register.find(one.id).state for one in intents[:4] if register.find(one.id)}  # type: ignore[union-attr]
        assert states == {State.ISSUED, State.REPLACED, State.REVOKED}
        return [*before, raised.pdf, register.read_pdf("new"), signed_of(intents[4]).pdf, signed_of(intents[5]).pdf]


def test_it_says_of_every_file_what_the_register_says(path: Path) -> None:
    files = files_in_every_state(path)
    asked = [*files, *(pdf + b"\n" for pdf in files), b"", b"%PDF-1.7"]
    found = glance(path)
    assert found is not None
    with closing(open_sqlite(str(path))) as register, closing(found):
        for pdf in asked:
            assert found.find_pdf(pdf) == register.find_pdf(pdf)
            assert found.find_named(pdf) == register.find_named(pdf)
    assert sum(register_has is not None for register_has in map(_known(path), files)) == 6


def _known(path: Path) -> Callable[[bytes], object]:
    def ask(pdf: bytes) -> object:
        found = glance(path)
        assert found is not None
        with closing(found):
            return found.find_pdf(pdf)

    return ask


@pytest.mark.parametrize(
    "damage",
    ["UPDATE alembic_version SET version_num = '0001'", "DROP TRIGGER entry_no_update", "DROP TABLE alembic_version"],
)
def test_what_is_unusual_is_left_to_who_opens_it(path: Path, damage: str) -> None:
    files_in_every_state(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(damage)
    assert glance(path) is None


def test_what_is_no_register_is_none_and_stays_as_it_is(path: Path) -> None:
    assert glance(path) is None
    assert not path.exists()
    path.write_bytes(b"not a database " * 100)
    assert glance(path) is None
