"""Later files in the SQLite register: how an older register gets room for them, what they cost, damage to them."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from random import Random

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine

from tte.checking import read_history
from tte.errors import RegisterError
from tte.frame import name_of
from tte.model import Goal, Level
from tte.register.counting import levels_owed
from tte.register.differences import new_in, packed, unpacked, with_new
from tte.register.parts import encoded
from tte.register.sqlite import open_sqlite
from tte.register.turn import held
from tte.testing.registers import AT, KEY, intent_of, raised_of, signed_of, trailer_of

GOAL = Goal("hsm", Level.B_LTA, Level.B_T)
WHEN = "2026-11-24 03:00:00.123456"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "register.sqlite"


def attack(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def file_of(number: int) -> bytes:
    return b"%PDF- " + b"a" * number + trailer_of(f"id-{number}")


def register_of_0002(path: Path, count: int) -> None:
    """A register as migration 0002 left it, with so many documents issued and one more reserved."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", "tte.register:migrations")
        command.upgrade(config, "0002")
    engine.dispose()
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("INSERT INTO shared VALUES (?, ?)", (bytes(32), encoded((b"%PDF- ",))))
        for number in range(1, count + 2):
            one = intent_of(str(number))
            database.execute(
                "INSERT INTO reservation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(number, name_of(one.id), one.id, one.office, one.template),
                    *(one.template_sha256, one.number, one.record_digest, one.digest, WHEN),
                ),
            )
        for number in range(1, count + 1):
            pdf = file_of(number)
            row = (number, number, hashlib.sha256(pdf).digest(), "B-B", WHEN)
            database.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?)", row)
            database.execute("INSERT INTO body VALUES (?, ?, ?)", (number, bytes(32), encoded((pdf[6:],))))


def test_a_register_of_0002_is_migrated_when_it_is_opened_and_keeps_every_row(path: Path) -> None:
    register_of_0002(path, count=120)
    with closing(sqlite3.connect(path)) as connection:
        before = {
            table: connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608  our own names
            for table in ("reservation", "entry", "body")
        }
    register = open_sqlite(str(path))
    entries = list(register.entries())
    assert len(entries) == 120
    assert all((entry.level, entry.goal, entry.held) == (Level.B_B, None, False) for entry in entries)
    assert [register.read_pdf(entry.id) for entry in entries] == [file_of(number) for number in range(1, 121)]
    assert register.pending() == [intent_of("121")]
    assert list(register.below_goal()) == []
    [raised] = register.augment([raised_of(file_of(7), Level.B_T, "id-7")], AT)
    assert (raised.seq, raised.level) == (7, Level.B_T)
    assert register.find_pdf(file_of(7)) == raised
    register.record([signed_of(intent_of("121"))], AT, GOAL)
    assert [entry.number for entry in register.below_goal()] == ["121"]
    assert levels_owed(register, [GOAL.profile, "other"]) == (1, AT)
    assert levels_owed(register, ["other"]) == (0, None)
    register.close()
    with closing(sqlite3.connect(path)) as connection:
        for table, rows in before.items():
            found = connection.execute(f"SELECT * FROM {table}").fetchall()[: len(rows)]  # noqa: S608
            assert [row[: len(was)] for row, was in zip(found, rows, strict=True)] == rows
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_register_of_0002_that_lost_a_guard_is_not_migrated(path: Path) -> None:
    register_of_0002(path, count=2)
    attack(path, "DROP TRIGGER entry_no_update")
    with pytest.raises(RegisterError, match="guards"):
        open_sqlite(str(path))


def filled(path: Path) -> None:
    """One document at B-T that is to reach more, one sent away and back, a key that was used."""
    register = open_sqlite(str(path))
    register.reserve([intent_of("1"), intent_of("2")])
    register.record([signed_of(intent_of("1"))], AT, GOAL)
    register.augment([raised_of(register.read_pdf("id-1"), Level.B_T)], AT)
    register.dispatch(["id-2"], AT)
    register.dispatch_ended(["id-2"], "released", AT)
    register.use(KEY, AT.date(), 5, 10)
    register.close()


@pytest.mark.parametrize(
    "replace",
    [
        "goal SELECT entry, 'other', level, minimum FROM goal",
        "augmentation SELECT entry, step, 'B-LTA', pdf_sha256, until, at, shared, own FROM augmentation",
        "key_use SELECT seq, key, day, 0 FROM key_use",
        "dispatch SELECT reservation, attempt, '2020-01-01' FROM dispatch",
        "dispatch_end SELECT reservation, attempt, 'refused', at FROM dispatch_end",
    ],
)
@pytest.mark.parametrize("recursive", [0, 1])
def test_a_later_line_cannot_be_replaced(path: Path, replace: str, recursive: int) -> None:
    filled(path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        attack(path, f"PRAGMA recursive_triggers = {recursive}", f"INSERT OR REPLACE INTO {replace}")


@pytest.mark.parametrize("table", ["goal", "augmentation", "key_use", "dispatch", "dispatch_end"])
@pytest.mark.parametrize("deed", ["update", "delete", "replace"])
def test_a_register_that_lost_a_guard_of_a_later_table_is_not_opened(path: Path, table: str, deed: str) -> None:
    filled(path)
    attack(path, f"DROP TRIGGER {table}_no_{deed}")
    with pytest.raises(RegisterError, match="guards"):
        open_sqlite(str(path))


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE augmentation SET own = x'00'",
        "UPDATE augmentation SET own = 'text'",
        "UPDATE augmentation SET own = substr(own, 1, length(own) - 1)",
        "UPDATE augmentation SET own = CAST(own || x'00' AS BLOB), pdf_sha256 = zeroblob(32)",
        "UPDATE shared SET parts = x'00000000' WHERE sha256 IN (SELECT shared FROM augmentation)",
        "UPDATE shared SET parts = x'0000000100000000' WHERE sha256 IN (SELECT shared FROM augmentation)",
        "DELETE FROM shared WHERE sha256 IN (SELECT shared FROM augmentation)",
        "DELETE FROM body",
    ],
)
def test_a_later_file_that_is_damaged_is_not_handed_out(path: Path, deed: str) -> None:
    filled(path)
    register = open_sqlite(str(path))
    guards = [
        f"DROP TRIGGER {table}_no_{verb}"
        for table in ("augmentation", "shared", "body")
        for verb in ("update", "delete")
    ]
    attack(path, *guards, deed)
    with pytest.raises(RegisterError, match="damaged"):
        register.read_pdf("id-1")
    register.close()


def test_a_later_file_costs_what_is_new_in_it(path: Path) -> None:
    """A revision of 40 KB of which 100 bytes are its own costs some hundred bytes in each file but the first."""
    random = Random(1)
    certificates, padding = random.randbytes(20_000), b"0" * 20_000
    register = open_sqlite(str(path))
    sizes, files = [], {}
    for number in range(60):
        one = intent_of(str(number))
        register.reserve([one])
        register.record([signed_of(one)], AT, GOAL)
        pdf = register.read_pdf(one.id)
        revision = random.randbytes(100).hex().encode() + certificates + b"%010d" % number + padding
        later = pdf.replace(b" /Contents ", b" /CONTENTS ") + revision + trailer_of(one.id)
        files[one.id] = later
        register.augment([raised_of(pdf, Level.B_LTA, one.id, pdf=later)], AT)
    with closing(sqlite3.connect(path)) as connection:
        sizes = [size for (size,) in connection.execute("SELECT length(own) FROM augmentation")]
        assert connection.execute("SELECT count(*) FROM shared").fetchone() == (2,)
    assert max(sizes) < 400
    assert all(register.read_pdf(id_) == pdf for id_, pdf in files.items())
    register.close()


def test_files_of_several_authorities_by_turns_find_their_own_model(path: Path) -> None:
    random = Random(2)
    authorities = [random.randbytes(5_000) for _ in range(3)]
    register = open_sqlite(str(path))
    for number in range(30):
        if number % 10 == 9:  # another process
            register.close()
            register = open_sqlite(str(path))
        one = intent_of(str(number))
        register.reserve([one])
        register.record([signed_of(one)], AT)
        pdf = register.read_pdf(one.id)
        later = pdf + authorities[number % 3] + trailer_of(one.id)
        register.augment([raised_of(pdf, Level.B_T, one.id, pdf=later)], AT)
        assert register.read_pdf(one.id) == later
    register.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM shared").fetchone() <= (1 + 3,)


pieces = st.lists(st.sampled_from([b"certificate " * 9, b"0" * 300, b"abc", b"\0", bytes(range(256))]), max_size=12)
files = pieces.map(b"".join) | st.binary(max_size=200)


@settings(max_examples=300, deadline=None)
@given(former=files, later=files, model=files)
def test_a_difference_gives_the_later_file_back(former: bytes, later: bytes, model: bytes) -> None:
    found = new_in(former, later)
    assert with_new(former, found) == later
    assert unpacked(packed(found, model), model) == found


@settings(max_examples=200, deadline=None)
@given(former=files, edits=st.lists(st.tuples(st.integers(0, 2000), files), max_size=3), more=files)
def test_a_file_that_was_edited_and_added_to_comes_back(
    former: bytes, edits: list[tuple[int, bytes]], more: bytes
) -> None:
    later = former
    for place, text in edits:
        later = later[:place] + text + later[place + len(text) :]
    found = new_in(former, later + more)
    assert with_new(former, found) == later + more
    assert len(found.new) <= len(later + more)


@pytest.mark.parametrize(
    "spoiled",
    [
        lambda column: b"",
        lambda column: column[:-1],
        lambda column: column[1:],
        lambda column: b"\0" * len(column),
        lambda column: packed(new_in(b"", b"")),
    ],
)
def test_a_spoiled_difference_is_damage_or_another_file(spoiled: Callable[[bytes], bytes]) -> None:
    model = b"certificate " * 99
    column = packed(new_in(b"%PDF-", b"%PDF-" + model + b"more"), model)
    with suppress(RegisterError):
        assert unpacked(spoiled(column), model).new != model + b"more"


def test_a_difference_from_another_model_is_damage() -> None:
    model = b"certificate " * 99
    column = packed(new_in(b"", model + b"more"), model)
    with pytest.raises(RegisterError, match="damaged"):
        unpacked(column, model[:50])


def test_what_an_older_register_holds_is_in_the_log_after_its_migration(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tte.register.adopting._PAGE", 50)
    register_of_0002(path, count=120)
    with closing(open_sqlite(str(path))) as register:
        history = read_history(register, origin="register.example/log", keys=[])
        assert (history.size, history.found) == (121 + 120, [])
        assert register.log.of("id-120") == [119, 121 + 119]


def test_a_register_is_not_migrated_while_an_older_program_has_its_turn(path: Path) -> None:
    migrated = threading.Event()

    def migrate() -> None:
        open_sqlite(str(path)).close()
        migrated.set()

    register_of_0002(path, count=2)
    with held(path.with_name(f"{path.name}.turn")):
        later = threading.Thread(target=migrate)
        later.start()
        assert not migrated.wait(0.3)
    later.join(60)
    assert migrated.is_set()
