"""The invariants I1 to I12: a register that nobody touched keeps them all, and each is found where it is broken."""

from __future__ import annotations

import dataclasses
import shutil
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from tests.behind import Attack, behind, flip, row, sql
from tests.command import Answer, run
from tests.rows import births
from tte.checking import INVARIANTS, Found, check
from tte.issuance import Issued, now
from tte.office import Home
from tte.office.checking import means_of
from tte.register import Request

TEMPLATE = "akta_kelahiran"


@pytest.fixture(scope="module")
def lived(made_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that issued five documents, replaced one, revoked one, and gave numbers of which one was void."""
    home = Home(Path(shutil.copytree(made_home, tmp_path_factory.mktemp("lived") / "home")))
    with home.issuer("demo", (TEMPLATE,)) as issuer:
        issuer = dataclasses.replace(issuer, per_day=100, replacing="corrected")
        first, *_ = [one.entry for one in issuer.issue(TEMPLATE, births(5)) if isinstance(one, Issued)]
        [one] = births(1)
        other = dataclasses.replace(one, values={**one.values, "nama": "BUDI SANTOSO"})
        assert all(isinstance(one, Issued) for one in issuer.issue(TEMPLATE, [other]))
        register, at = issuer.register, now()
        register.revoke(next(entry for entry in register.entries() if entry.seq == 3).id, "wrong person", at)
        requests = [Request.of(key, b"content") for key in "abc"]
        register.allocate(first.office, TEMPLATE, at.date(), requests, lambda serial: f"given-{serial}", at)
        register.void_unused(first.office, at + timedelta(seconds=1), "given up", at)
    return home.path


@pytest.fixture
def home(lived: Path, tmp_path: Path) -> Home:
    return Home(Path(shutil.copytree(lived, tmp_path / "home")))


def _found(home: Home, *, validated: int | None = None) -> Mapping[str, Sequence[Found]]:
    with home.open_register() as register:
        means = means_of(home, register, validated=validated, progress=lambda _, __: None)
        return {invariant.name: found for invariant, found in check(means)}


def _file(home: Home) -> Path:
    return home.path / "var" / "register.sqlite"


def test_a_register_that_nobody_touched_keeps_every_invariant(home: Home) -> None:
    found = _found(home)
    assert list(found) == [f"I{number}" for number in range(1, 13)]
    assert not any(found.values()), found


def test_every_invariant_says_what_it_means() -> None:
    assert all(invariant.means and len(invariant.means) > 20 for invariant in INVARIANTS)
    assert "no outbox" in INVARIANTS[-1].means


def _other_words(connection: sqlite3.Connection) -> None:
    """The page of the first document says another number than its row: the file is whole, and signed anew."""
    connection.execute("UPDATE reservation SET number = 'zzz-' || number WHERE seq = 2")


def _two_in_force(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM withdrawal WHERE successor IS NOT NULL")
    connection.execute("DELETE FROM replacement")


def _other_signer(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE prepared SET certificate = zeroblob(32) WHERE reservation = 2")


def _double_request(connection: sqlite3.Connection) -> None:
    """The same idempotency key twice needs the unique index gone, as in a table that was made anew."""
    (statement,) = row(connection, "SELECT sql FROM sqlite_master WHERE name = 'allocation'")
    rows = connection.execute("SELECT * FROM allocation").fetchall()
    connection.execute("DROP TABLE allocation")
    for name in ("uq_allocation_request", "uq_allocation_serial"):
        statement = statement.replace(f"CONSTRAINT {name} UNIQUE", "CHECK (1) -- ")
    lines = [line for line in statement.splitlines() if "CHECK (1) --" not in line]
    text = "\n".join(lines).rstrip().rstrip(")").rstrip().rstrip(",")
    connection.execute(f"{text})")
    for one in rows:
        connection.execute(f"INSERT INTO allocation VALUES ({', '.join('?' * len(one))})", one)  # noqa: S608
    connection.execute("UPDATE allocation SET request = (SELECT request FROM allocation WHERE seq = 1)")


def _used_too_little(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO key_use SELECT 90, key, date(day, '-1 day'), 1 FROM key_use LIMIT 1")
    connection.execute("UPDATE key_use SET count = 2 WHERE seq < 90")


@pytest.mark.parametrize(
    ("attack", "invariant", "what"),
    [
        pytest.param(flip("body", "own", "entry = 1", 9), "I1", "file-damaged", id="I1 a byte of a file"),
        pytest.param(sql("DELETE FROM body WHERE entry = 2"), "I2", "no-file", id="I2 a file is gone"),
        pytest.param(sql("DELETE FROM entry WHERE seq = 4"), "I2", "orphan", id="I2 a file of nothing"),
        pytest.param(sql("DELETE FROM log WHERE first < 10"), "I2", "not-in-log", id="I2 no line of the log"),
        pytest.param(sql("UPDATE allocation SET serial = 9 WHERE seq = 3"), "I3", "gap", id="I3 a gap"),
        pytest.param(_other_words, "I4", "other-number", id="I4 another number on the page"),
        pytest.param(_two_in_force, "I5", "two-in-force", id="I5 two documents of one number"),
        pytest.param(sql("DELETE FROM replacement"), "I5", "two-documents", id="I5 not noted to replace"),
        pytest.param(_used_too_little, "I6", "uses", id="I6 more signed than allowed"),
        pytest.param(flip("reservation", "digest", "seq = 5"), "I6", "other-digest", id="I6 another digest"),
        pytest.param(flip("log", "lines", "first = 0", 30), "I7", "altered", id="I7 a line of the log"),
        pytest.param(sql("DELETE FROM log WHERE first = (SELECT max(first) FROM log)"), "I7", "rolled-back", id="I7"),
        pytest.param(sql("DELETE FROM withdrawal"), "I8", "wrong-state", id="I8 in force again"),
        pytest.param(
            sql("UPDATE reservation SET at = '2126-11-24 03:00:00.000000' WHERE seq = 1"), "I8", "early", id="I8 early"
        ),
        pytest.param(_other_signer, "I10", "other-signer", id="I10 another certificate"),
        pytest.param(
            sql("UPDATE reservation SET office = '9972 SPECIMEN' WHERE seq = 2"), "I10", "other-office", id="I10 office"
        ),
        pytest.param(_double_request, "I11", "twice", id="I11 a key used twice"),
    ],
)
def test_what_is_broken_is_found(home: Home, attack: Attack, invariant: str, what: str) -> None:
    behind(_file(home), attack)
    found = _found(home)[invariant]
    assert what in {one.what for one in found}, found


def test_a_file_that_does_not_pass_our_validation_is_found(home: Home) -> None:
    """I1: the bytes are those of the register, and no anchor of the home knows who signed them."""
    for anchor in (home.path / "keys" / "trust").glob("*.pem"):
        anchor.unlink()
    behind(_file(home), sql("UPDATE reservation SET office = '9971'"))
    assert {one.what for one in _found(home)["I1"]} == {"not-valid"}
    assert not _found(home, validated=0)["I1"]
    assert len(_found(home, validated=2)["I1"]) == 2


@pytest.mark.parametrize("where", ["note.txt", "cache/old.log"])
def test_a_secret_that_lies_elsewhere_is_found(home: Home, where: str) -> None:
    """I9: with the file that it lies in; the PIN's own file may hold it."""
    file = home.path / "var" / where
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"x" * 5000 + (home.path / "var" / "demo.pin").read_bytes().strip())
    assert [(one.what, one.place) for one in _found(home, validated=0)["I9"]] == [("secret", where)]
    file.write_text("-----BEGIN " + "EC PRIVATE KEY-----\n")
    assert [(one.what, one.place) for one in _found(home, validated=0)["I9"]] == [("secret", where)]


def test_a_secret_in_a_text_of_the_register_is_found(home: Home) -> None:
    pin = (home.path / "var" / "demo.pin").read_text().strip()
    behind(_file(home), lambda connection: connection.execute("UPDATE void SET reason = ?", (f"PIN {pin}",)))
    assert ("secret", "void.reason") in {(one.what, one.place) for one in _found(home, validated=0)["I9"]}


def test_the_command_answers_for_each_invariant_and_by_its_exit_code(home: Home) -> None:
    tte: Callable[..., Answer] = lambda *words: run("--home", str(home.path), *words)  # noqa: E731
    clean = tte("register", "check", "--sample", "2")
    assert clean.code == 0, clean.out
    assert len(clean.out.splitlines()) == 12
    behind(_file(home), flip("body", "own", "entry = 1", 9))
    answer = tte("register", "check", "--fast", "--json")
    assert answer.code == 1
    findings = [one for one in answer.objects() if one["kind"] == "finding"]
    assert [(one["invariant"], one["what"], one["place"]) for one in findings] == [
        ("I1", "file-damaged", "row 1 of entry")
    ]


def test_many_files_are_validated_in_processes(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tte.checking.looking._IN_PROCESSES", 1)
    assert not any(_found(home).values())
