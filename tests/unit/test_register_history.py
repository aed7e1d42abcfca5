"""The audit of a register: every attack on its log, made behind its back, is found with its place."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.behind import Attack, behind, flip, row, sql
from tests.postgres import Server
from tte.checking import Found, read_history
from tte.log import Checkpoint, Kind, LogKey, commitment, leaf_hashes
from tte.log.tiles import bundle, split_bundle
from tte.model import Replaces, State
from tte.register import Register, open_register
from tte.testing.registers import AT, OFFICE, TEMPLATE, intent_of, signed_of

ORIGIN = "register.example/log"
KEY = LogKey(ORIGIN, Ed25519PrivateKey.generate())


def _sign(register: Register, key: LogKey = KEY, origin: str = ORIGIN) -> bytes:
    edge = register.log.edge()
    return Checkpoint(origin, edge.size, edge.root).sign([key]).content


def _keep(register: Register) -> None:
    register.log.keep_checkpoint(register.log.edge().size, _sign(register), AT)


def _life(register: Register) -> None:
    """Some 600 lines: two tiles are full; rows of many lines and of one."""
    for begin in (0, 150):
        intents = [intent_of(f"n-{number}") for number in range(begin, begin + 140)]
        register.reserve(intents)
        register.record([signed_of(intent) for intent in intents], AT)
        _keep(register)
    register.reserve([intent_of("left")])
    register.reserve([intent_of("gone")])
    register.void(["id-gone"], "a mistake", AT)
    new = replace(intent_of("n-1", id="new", name="BUDI"), replaces=Replaces("id-n-1", "corrected"))
    register.reserve([new])
    register.record([signed_of(new, name="BUDI")], AT + timedelta(seconds=1))
    register.revoke("id-n-2", "wrong person", AT)
    _keep(register)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("register") / "register.sqlite"
    with closing(open_register(f"sqlite:{path}")) as register:
        _life(register)
    return path


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(made, tmp_path / "register.sqlite"))


def _audit(path: Path, *against: bytes) -> Sequence[Found]:
    with closing(open_register(f"sqlite:{path}")) as register:
        return read_history(register, against, origin=ORIGIN, keys=[KEY.public]).found


def test_a_register_that_nobody_touched_has_no_findings(path: Path) -> None:
    with closing(open_register(f"sqlite:{path}")) as register:
        history = read_history(register, [_sign(register)], origin=ORIGIN, keys=[KEY.public])
        assert history.found == []
        assert (history.size, history.checkpoints) == (register.log.edge().size, 3)
        assert history.root == register.log.edge().root


def _renumber(connection: sqlite3.Connection) -> None:
    for (first,) in connection.execute("SELECT first FROM log ORDER BY first DESC").fetchall():
        connection.execute("UPDATE log SET first = first + 1 WHERE first = ?", (first,))


def _swap(connection: sqlite3.Connection) -> None:
    columns = "subject, low, high, places, lines, leaves, salts"
    one, two = (row(connection, f"SELECT {columns} FROM log WHERE first = {first}") for first in (562, 560))  # noqa: S608
    names = ", ".join(f"{name} = ?" for name in columns.split(", "))
    for first, content in ((562, two), (560, one)):
        connection.execute(f"UPDATE log SET {names} WHERE first = {first}", content)  # noqa: S608


def _swap_lines(connection: sqlite3.Connection) -> None:
    (lines,) = row(connection, "SELECT lines FROM log WHERE first = 140")
    one, two, *rest = split_bundle(lines, 140)
    connection.execute("UPDATE log SET lines = ? WHERE first = 140", (bundle([two, one, *rest]),))


def _insert(connection: sqlite3.Connection) -> None:
    """A line of one's own at the end, made with all care but for the tree."""
    size = 567
    entry = Kind(AT, "issue", OFFICE, TEMPLATE, State.ISSUED, State.PREPARED).entries(
        size, [commitment(bytes(16), "x")]
    )
    values = (
        size,
        1,
        "reservation",
        1,
        1,
        bytes((0, 0, 0, 1)),
        bundle(entry),
        leaf_hashes(entry)[0],
        bytes(16),
        b"e" * 160,
    )
    connection.execute(f"INSERT INTO log VALUES ({', '.join('?' * 10)})", values)  # noqa: S608


@pytest.mark.parametrize(
    ("attack", "what", "first"),
    [
        pytest.param(flip("log", "lines", "first = 280", 30), "altered", 280, id="a byte of a line"),
        pytest.param(flip("log", "salts", "first = 560", 3), "wrong-document", 560, id="a byte of a salt"),
        pytest.param(flip("log", "salts", "first = 140", 16 * 7), "wrong-document", 147, id="of a salt among many"),
        pytest.param(flip("log", "leaves", "first = 140", 32 * 5), "altered", 145, id="a byte of a leaf hash"),
        pytest.param(flip("log", "edge", "first = 420"), "wrong-edge", 420, id="a byte of the edge"),
        pytest.param(flip("log", "places", "first = 560"), "wrong-document", 560, id="a byte of a place"),
        pytest.param(flip("log_tile", "hash", '"index" = 1'), "wrong-tile", 256, id="a byte of a tile hash"),
        pytest.param(sql("UPDATE log SET lines = x'00' WHERE first = 280"), "malformed", 280, id="a row is garbage"),
        pytest.param(sql("DELETE FROM log_tile"), "wrong-tile", 0, id="the tiles"),
        pytest.param(sql("DELETE FROM log WHERE first = 566"), "truncated", 566, id="the last row"),
        pytest.param(sql("DELETE FROM log WHERE first = 280"), "out-of-place", 280, id="a middle row"),
        pytest.param(sql("DELETE FROM log WHERE first = 561"), "out-of-place", 561, id="a middle row of one line"),
        pytest.param(_swap, "out-of-place", 560, id="two rows swapped"),
        pytest.param(_swap_lines, "out-of-place", 140, id="two lines swapped"),
        pytest.param(_insert, "wrong-edge", 567, id="a row inserted"),
        pytest.param(_renumber, "out-of-place", 0, id="all rows numbered anew"),
    ],
)
def test_what_is_done_to_the_log_is_found_with_its_place(path: Path, attack: Attack, what: str, first: int) -> None:
    behind(path, attack)
    found = _audit(path)
    assert (what, first) in {(one.what, one.first) for one in found}, found
    assert found[0].first == first, found


@pytest.mark.parametrize(
    ("attack", "what", "place"),
    [
        ("UPDATE reservation SET number = 'other' WHERE seq = 7", "wrong-document", "line 6"),
        ("UPDATE entry SET pdf_sha256 = x'" + "00" * 32 + "' WHERE seq = 9", "wrong-document", "line 148"),
        ("DELETE FROM withdrawal", "wrong-state", "row 2 of reservation"),
        ("UPDATE reservation SET office = '9972' WHERE seq = 7", "wrong-document", "row 7 of reservation"),
        ("UPDATE reservation SET template = 'suket_ktp' WHERE seq = 7", "wrong-document", "row 7 of reservation"),
        ("UPDATE reservation SET at = '2026-01-01 00:00:00' WHERE seq = 7", "wrong-document", "row 7 of reservation"),
        ("UPDATE entry SET at = '2026-01-01 00:00:00' WHERE seq = 9", "wrong-document", "row 9 of reservation"),
        ("UPDATE withdrawal SET at = '2026-01-01 00:00:00'", "wrong-document", "row 2 of reservation"),
        ("UPDATE withdrawal SET successor = NULL", "wrong-state", "row 2 of reservation"),
        ("DELETE FROM void", "wrong-state", "row 282 of reservation"),
        ("INSERT INTO void VALUES (9, 281, NULL, 'x', '2026-11-24 03:00:00')", "wrong-state", "row 281 of reservation"),
        ("DELETE FROM reservation WHERE seq = 282", "lost", "line 561"),
        ("DELETE FROM entry WHERE seq = 20", "wrong-state", "row 20 of reservation"),
        (
            "INSERT INTO withdrawal VALUES (30, NULL, 'x', '2026-11-24 03:00:00')",
            "wrong-state",
            "row 30 of reservation",
        ),
        (
            "INSERT INTO augmentation SELECT 9, 1, 'B-T', zeroblob(32), NULL, at, x'', x'' FROM entry WHERE seq = 9",
            "wrong-document",
            "row 9 of reservation",
        ),
        (
            "UPDATE log SET places = CAST(x'00000001' AS BLOB), low = 1, high = 1 WHERE first = 560",
            "not-in-log",
            "row 281 of reservation",
        ),
    ],
)
def test_what_is_done_to_the_tables_behind_the_log_is_found(path: Path, attack: str, what: str, place: str) -> None:
    behind(path, sql(attack))
    found = _audit(path)
    assert any(one.what == what and one.place.startswith(place) for one in found), found


def test_an_old_state_put_back_is_found_with_a_checkpoint_of_somebody_else(path: Path, tmp_path: Path) -> None:
    old = Path(shutil.copyfile(path, tmp_path / "old.sqlite"))
    with closing(open_register(f"sqlite:{path}")) as register:
        before = register.log.edge().size
        register.reserve([intent_of("later")])
        kept = _sign(register)
    assert not _audit(old)
    (found,) = _audit(old, kept)
    assert (found.what, found.first) == ("truncated", before)
    with closing(open_register(f"sqlite:{old}")) as register:
        register.reserve([intent_of("other"), intent_of("another")])
    (found,) = _audit(old, kept)
    assert (found.what, found.first, found.end) == ("rewritten", before, before + 1)


def test_two_histories_of_one_size_are_found_as_a_fork(path: Path, tmp_path: Path) -> None:
    other = Path(shutil.copyfile(path, tmp_path / "other.sqlite"))
    with closing(open_register(f"sqlite:{other}")) as register:
        register.reserve([intent_of("one")])
        kept = _sign(register)
    with closing(open_register(f"sqlite:{path}")) as register:
        register.reserve([intent_of("two")])
        _keep(register)
    assert {"fork", "rewritten"} == {one.what for one in _audit(path, kept)}


def test_a_checkpoint_that_is_not_signed_or_of_another_log_or_key_is_found(path: Path) -> None:
    with closing(open_register(f"sqlite:{path}")) as register:
        good = _sign(register)
        stranger = LogKey(ORIGIN, Ed25519PrivateKey.generate())
        bad = [
            good.partition(b"\n\n")[0] + b"\n",
            _sign(register, stranger),
            _sign(register, origin="other.example/log"),
        ]
    for note in bad:
        (found,) = _audit(path, note)
        assert (found.what, found.place) == ("bad-checkpoint", "file 1")
    behind(path, flip("checkpoint", "note", "seq = 2", -30))
    (found,) = _audit(path)
    assert (found.what, found.place) == ("bad-checkpoint", "checkpoint 2 of the register")


def test_who_drops_the_end_and_the_checkpoints_with_it_is_found_by_a_witness_only(path: Path) -> None:
    with closing(open_register(f"sqlite:{path}")) as register:
        kept = _sign(register)
    behind(
        path,
        sql(
            "DELETE FROM log WHERE first = 566",
            "DELETE FROM withdrawal WHERE successor IS NULL",
            "DELETE FROM checkpoint WHERE seq = 3",
        ),
    )
    assert not _audit(path)
    assert [(one.what, one.first) for one in _audit(path, kept)] == [("truncated", 566)]


PLACES = {
    "altered": ("UPDATE log SET leaves = set_byte(leaves, 3, 77) WHERE first = 0", 0),
    "wrong-document": ("UPDATE log SET salts = set_byte(salts, 17, 77) WHERE first = 0", 1),
    "wrong-edge": ("UPDATE log SET edge = set_byte(edge, 1, 77) WHERE first = 3", 3),
    "malformed": ("UPDATE log SET lines = '' WHERE first = 3", 3),
    "out-of-place": ("DELETE FROM log WHERE first = 3", 3),
    "truncated": ("DELETE FROM log WHERE first = 6", 6),
    "wrong-state": ("DELETE FROM withdrawal", 6),
    "bad-checkpoint": ("UPDATE checkpoint SET note = set_byte(note, 60, 77)", None),
}


@pytest.mark.parametrize("what", [None, *PLACES])
def test_on_postgresql_attacks_of_every_kind_are_found_too(
    postgres: Server, postgres_template: str, what: str | None
) -> None:
    with postgres.database(postgres_template) as name:
        with closing(open_register(postgres.url(name))) as register:
            intents = [intent_of(str(number)) for number in range(3)]
            register.reserve(intents)
            register.record([signed_of(intent) for intent in intents], AT)
            register.revoke("id-1", "wrong person", AT)
            _keep(register)
        if what:
            attack, _ = PLACES[what]
            (table,) = {"log", "withdrawal", "checkpoint"} & {*attack.split()}
            postgres.execute(
                name,
                f"ALTER TABLE {table} DISABLE TRIGGER USER",
                attack,
                *(
                    f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_{deed}"
                    for deed in ("update", "delete", "truncate")
                ),
            )
        with closing(open_register(postgres.url(name))) as register:
            found = read_history(register, origin=ORIGIN, keys=[KEY.public]).found
            assert not [
                *register.evidence.orphans(),
                *register.evidence.twice(),
                *register.evidence.texts_with("%PIN_"),
            ]
        if what is None:
            assert not found
        else:
            assert (what, PLACES[what][1]) in {(one.what, one.first) for one in found}, found


def test_a_clock_that_was_ahead_is_told_of_once_when_it_is_put_right(tmp_path: Path) -> None:
    with closing(open_register(f"sqlite:{tmp_path / 'register.sqlite'}")) as register:
        for number, hours in enumerate((0, 24 * 365, 0, 1, 2, 3)):
            register.reserve([intent_of(str(number), at=AT + timedelta(hours=hours))])
        found = read_history(register, origin=ORIGIN, keys=[KEY.public]).found
    assert [(one.what, one.first) for one in found] == [("backwards", 2)]
