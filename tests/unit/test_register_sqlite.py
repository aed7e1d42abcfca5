"""What only the SQLite register does: settings, guards, migrations, and every way a file can be unfit."""

from __future__ import annotations

import dataclasses
import hashlib
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from tte.errors import ConfigError, RegisterError
from tte.model import Level
from tte.register import open_register
from tte.register.parts import decoded, encoded
from tte.register.sqlite import open_sqlite
from tte.register.tables import GUARDED, REVISIONS, metadata
from tte.register.trailer import names_in
from tte.testing.registers import AT, OFFICE, TEMPLATE, intent_of, signed_of, trailer_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "register.sqlite"


def issued(path: Path) -> None:
    """One document issued and one reserved."""
    register = open_sqlite(str(path))
    register.reserve([intent_of("1"), intent_of("2")])
    register.record([signed_of(intent_of("1"))], AT)
    register.close()


def attack(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def test_a_new_register_and_its_folder_are_for_their_owner_only(path: Path) -> None:
    issued(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_settings_that_keep_what_was_acknowledged_are_on(path: Path) -> None:
    register = open_sqlite(str(path))
    with register._reading() as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in (
                "journal_mode",
                "synchronous",
                "foreign_keys",
                "recursive_triggers",
                "busy_timeout",
                "page_size",
            )
        }
    register.close()
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "busy_timeout": 30_000,
        "page_size": 8192,
    }


REST = "office, template, template_sha256, number, record_digest, digest, at, edition"


@pytest.mark.parametrize(
    "replace",
    [
        f"OR REPLACE INTO reservation SELECT seq, zeroblob(16), 'new', {REST} FROM reservation WHERE id = 'id-2'",  # noqa: S608
        f"OR REPLACE INTO reservation SELECT 9, zeroblob(16), 'new', {REST} FROM reservation WHERE id = 'id-2'",  # noqa: S608
        (
            "OR REPLACE INTO reservation SELECT 9, name, id, office, template, template_sha256, 'new', "
            "record_digest, digest, at, edition FROM reservation WHERE id = 'id-2'"
        ),
        "OR REPLACE INTO entry SELECT seq, 2, zeroblob(32), level, at FROM entry",
        "OR REPLACE INTO entry SELECT 9, reservation, pdf_sha256, level, at FROM entry",
        "OR REPLACE INTO body SELECT entry, shared, zeroblob(9) FROM body",
        (
            "INTO body SELECT entry, shared, zeroblob(9) FROM body WHERE true "
            "ON CONFLICT (entry) DO UPDATE SET own = excluded.own"
        ),
        "OR REPLACE INTO shared SELECT sha256, zeroblob(4) FROM shared",
    ],
)
@pytest.mark.parametrize("recursive", [0, 1])
def test_a_line_cannot_be_replaced(path: Path, replace: str, recursive: int) -> None:
    issued(path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        attack(path, f"PRAGMA recursive_triggers = {recursive}", f"INSERT {replace}")


def test_an_entry_needs_its_reservation(path: Path) -> None:
    issued(path)
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        attack(
            path,
            "PRAGMA foreign_keys = 1",
            "INSERT INTO entry (reservation, pdf_sha256, level, at) VALUES (9, zeroblob(32), 'B-B', '2026-01-01')",
        )


@pytest.mark.parametrize("guard", ["entry_no_update", "body_no_delete", "reservation_no_replace", "shared_no_update"])
def test_a_register_that_lost_a_guard_is_not_opened(path: Path, guard: str) -> None:
    issued(path)
    attack(path, f"DROP TRIGGER {guard}")
    with pytest.raises(RegisterError, match="guards"):
        open_sqlite(str(path))


def test_a_file_damaged_in_the_register_is_not_handed_out(path: Path) -> None:
    issued(path)
    register = open_sqlite(str(path))
    attack(path, "DROP TRIGGER body_no_update", "UPDATE body SET own = x'25504446'")
    with pytest.raises(RegisterError, match="damaged"):
        register.read_pdf("id-1")
    register.close()


def test_a_file_missing_in_the_register_is_damage(path: Path) -> None:
    issued(path)
    register = open_sqlite(str(path))
    attack(path, "DROP TRIGGER body_no_delete", "DELETE FROM body")
    with pytest.raises(RegisterError, match="damaged"):
        register.read_pdf("id-1")
    register.close()


@pytest.mark.parametrize(
    "deed",
    [
        ("DROP TRIGGER shared_no_update", "UPDATE shared SET parts = x'00000005255044462D'"),
        ("DROP TRIGGER shared_no_update", "UPDATE shared SET parts = substr(parts, 1, length(parts) - 1)"),
        ("DROP TRIGGER shared_no_update", "UPDATE shared SET parts = CAST(parts || x'00' AS BLOB)"),
        ("DROP TRIGGER shared_no_update", "UPDATE shared SET parts = 'text'"),
        ("DROP TRIGGER shared_no_update", "UPDATE shared SET parts = CAST(replace(parts, 's', 'S') AS BLOB)"),
        ("DROP TRIGGER shared_no_delete", "DELETE FROM shared"),
    ],
)
def test_damage_to_what_files_share_is_found_when_one_is_read_or_recorded(path: Path, deed: tuple[str, str]) -> None:
    issued(path)
    register = open_sqlite(str(path))
    attack(path, *deed)
    with pytest.raises(RegisterError, match="damaged"):
        register.read_pdf("id-1")
    if "UPDATE" in deed[1]:
        with pytest.raises(RegisterError, match="damaged"):
            register.record([signed_of(intent_of("2"))], AT)
        assert register.count() == 1
    register.close()


def test_what_files_share_is_kept_once_and_a_file_costs_its_own_parts(path: Path) -> None:
    register = open_sqlite(str(path))
    shared = (b"%PDF-" + b"s" * 1_000_000, b"t" * 100_000)
    for chunk in range(4):
        intents = [intent_of(f"{chunk}-{number}") for number in range(25)]
        register.reserve(intents)
        register.record([signed_of(one, shared=(shared[0], bytes(shared[1])), own=(b"a", b"b")) for one in intents], AT)
    with register._reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM shared").scalar_one() == 1
        assert connection.exec_driver_sql("SELECT max(length(own)) FROM body").scalar_one() == 14
    register.close()
    assert path.stat().st_size < 2_500_000


def test_times_are_kept_in_one_form(path: Path) -> None:
    issued(path)
    with closing(sqlite3.connect(path)) as connection:
        times = connection.execute("SELECT at FROM reservation UNION SELECT at FROM entry").fetchall()
    assert times == [("2026-11-24 03:00:00.123456",)]


def test_a_time_without_a_zone_is_refused(path: Path) -> None:
    register = open_sqlite(str(path))
    with pytest.raises(ValueError, match="time zone"):
        register.reserve([intent_of("1", at=AT.replace(tzinfo=None))])
    register.close()


def old_register(path: Path, count: int = 0) -> None:
    """A register as migration 0001 left it, with so many documents issued, and one more reserved."""
    path.parent.mkdir()
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", "tte.register:migrations")
        command.upgrade(config, "0001")
    engine.dispose()
    with closing(sqlite3.connect(path)) as database, database:
        for number in range(count, -1, -1):  # ids do not come in the order of the entries
            one = intent_of(str(number))
            database.execute(
                "INSERT INTO reservation VALUES (?, ?, ?, ?, ?, ?, ?, '2026-11-24 03:00:00.123456')",
                (one.id, one.office, one.template, one.template_sha256, one.number, one.record_digest, one.digest),
            )
        for number in range(1, count + 1):
            pdf = old_pdf(number)
            database.execute(
                "INSERT INTO entry (id, pdf_sha256, level, at) VALUES (?, ?, 'B-B', '2026-11-24 03:00:00.123456')",
                (f"id-{number}", hashlib.sha256(pdf).digest()),
            )
            database.execute("INSERT INTO body VALUES (?, ?)", (f"id-{number}", pdf))


def old_pdf(number: int) -> bytes:
    return b"%PDF- " + b"a" * number + trailer_of(f"id-{number}")


def test_an_old_register_is_migrated_with_all_its_rows_when_it_is_opened(path: Path) -> None:
    old_register(path, count=250)
    register = open_sqlite(str(path))
    entries = list(register.entries())
    assert [(entry.seq, entry.id) for entry in entries] == [(number, f"id-{number}") for number in range(1, 251)]
    assert register.pending() == [intent_of("0")]
    for number, entry in enumerate(entries, 1):
        one = intent_of(str(number))
        assert (entry.office, entry.template, entry.number) == (one.office, one.template, one.number)
        assert (entry.record_digest, entry.at, entry.level) == (one.record_digest, AT, Level.B_B)
        assert register.read_pdf(entry.id) == old_pdf(number)
        assert register.find(entry.id) == register.find_pdf(old_pdf(number)) == entry
    assert register.known(OFFICE, TEMPLATE, ["250", "0"]) == {"250": entries[-1], "0": intent_of("0")}
    again = signed_of(intent_of("7"), pdf=old_pdf(7))
    assert register.record([again, signed_of(intent_of("0"))], AT)[0] == entries[6]
    assert list(register.entries(after_seq=250)) == [register.find("id-0")]
    register.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert names == {*metadata.tables, "alembic_version", "sqlite_sequence"}
    assert {*GUARDED[REVISIONS[-1]]} <= names
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_an_old_register_with_nothing_in_it_is_migrated(path: Path) -> None:
    old_register(path)
    register = open_sqlite(str(path))
    assert register.pending() == [intent_of("0")]
    register.record([signed_of(intent_of("0"))], AT)
    register.close()


def test_an_old_register_that_lost_a_guard_is_not_given_a_new_one(path: Path) -> None:
    old_register(path, count=2)
    attack(path, "DROP TRIGGER body_no_update")
    for _ in range(2):
        with pytest.raises(RegisterError, match="guards"):
            open_sqlite(str(path))


@pytest.mark.parametrize("table", ["reservation", "entry"])
def test_an_old_register_with_a_row_missing_is_left_as_it_is(path: Path, table: str) -> None:
    old_register(path, count=2)
    guard = f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, 'no'); END"
    attack(path, f"DROP TRIGGER {table}_no_delete", f"DELETE FROM {table} WHERE id = 'id-2'", guard)  # noqa: S608
    with pytest.raises(RegisterError, match="nothing was changed"):
        open_sqlite(str(path))
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
        assert connection.execute("SELECT pdf FROM body WHERE id = 'id-1'").fetchone() == (old_pdf(1),)


def test_an_old_file_missing_is_missing_after_migration(path: Path) -> None:
    old_register(path, count=2)
    guard = "CREATE TRIGGER body_no_delete BEFORE DELETE ON body BEGIN SELECT RAISE(ABORT, 'no'); END"
    attack(path, "DROP TRIGGER body_no_delete", "DELETE FROM body WHERE id = 'id-2'", guard)
    register = open_sqlite(str(path))
    with pytest.raises(RegisterError, match="damaged"):
        register.read_pdf("id-2")
    assert register.read_pdf("id-1") == old_pdf(1)
    register.close()


@pytest.mark.parametrize("column", [b"\0", b"\0\0\0", b"\0\0\0\1", b"\0\0\0\0\0", b"\xff\xff\xff\xffa"])
def test_a_damaged_column_of_parts_is_refused(column: bytes) -> None:
    with pytest.raises(RegisterError, match="damaged"):
        decoded(column)


@pytest.mark.parametrize("parts", [(), (b"",), (b"", b""), (b"a", b"", b"\0\0\0\1"), (bytes(70_000),)])
def test_parts_come_back_from_their_column(parts: tuple[bytes, ...]) -> None:
    assert decoded(encoded(parts)) == parts


@pytest.mark.parametrize("start", [b"/ID", b"/ID ", b"/ID [", b"/ID [<", b"/ID [<aa", b"/ID [<" + b" " * 60])
def test_looking_for_names_takes_time_in_proportion_to_the_file(start: bytes) -> None:
    assert names_in(start * 100_000 + start + b" " * 5_000_000) == []


def test_a_hostile_file_is_looked_up_by_four_names_at_most() -> None:
    named = [b"%032x" % number for number in range(50_000)]
    found = names_in(b"".join(b"/ID [<%b><%b>]" % (name, name) for name in named))
    assert [name.hex().encode() for name in found] == [*named[:2], *named[-2:]]


def test_the_tables_are_what_the_migrations_make(path: Path) -> None:
    issued(path)
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_the_known_revisions_are_the_scripts_there_are() -> None:
    config = Config()
    config.set_main_option("script_location", "tte.register:migrations")
    scripts = ScriptDirectory.from_config(config)
    assert tuple(script.revision for script in reversed(list(scripts.walk_revisions()))) == REVISIONS


def test_an_up_to_date_register_opens_without_alembic(path: Path) -> None:
    issued(path)
    program = (
        "import sys; from tte.register import open_register; "
        f"print(open_register('sqlite:{path}').count(), 'alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "False"]


def test_a_register_of_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    issued(path)
    attack(path, "UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()
    with pytest.raises(RegisterError, match="newer version") as refused:
        open_sqlite(str(path))
    assert refused.value.hint == "update tte"
    assert path.read_bytes() == before


def test_another_programs_database_is_refused_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    attack(path, "CREATE TABLE kas (jumlah INTEGER)")
    with pytest.raises(RegisterError, match="not a register"):
        open_sqlite(str(path))
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("kas",)]


def test_a_database_of_another_program_that_uses_alembic_is_refused(path: Path) -> None:
    path.parent.mkdir()
    attack(
        path,
        "CREATE TABLE alembic_version (version_num TEXT)",
        "INSERT INTO alembic_version VALUES ('0001')",
    )
    with pytest.raises(RegisterError, match="not a register"):
        open_sqlite(str(path))


def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"nomor;nama\n" * 1000)
    with pytest.raises(RegisterError, match="not a database") as refused:
        open_sqlite(str(path))
    assert "backup" in refused.value.hint
    assert path.read_bytes() == b"nomor;nama\n" * 1000


def test_a_folder_in_place_of_the_file_is_refused(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(RegisterError):
        open_sqlite(str(path))


def test_a_place_where_nothing_can_be_made_is_refused(path: Path) -> None:
    path.parent.write_bytes(b"a file where the folder should be")
    with pytest.raises(RegisterError, match="cannot be made"):
        open_sqlite(str(path))


def test_a_register_that_cannot_be_written_says_so(path: Path) -> None:
    issued(path)
    register = open_sqlite(str(path))
    with register._reading() as connection:
        connection.exec_driver_sql("PRAGMA query_only = 1")
    with pytest.raises(RegisterError, match="cannot be written") as refused:
        register.reserve([intent_of("3")])
    assert "permissions" in refused.value.hint
    register.close()


def test_a_register_locked_by_another_process_says_so_after_its_patience(path: Path) -> None:
    issued(path)
    register = open_sqlite(str(path), busy_timeout_ms=1)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(RegisterError, match="locked") as refused:
            register.reserve([intent_of("3")])
        assert "try again" in refused.value.hint
        assert register.count() == 1
        other.execute("ROLLBACK")
    assert register.reserve([intent_of("3")]) == [None]
    register.close()


def test_a_full_disk_keeps_nothing_of_the_step(path: Path) -> None:
    issued(path)
    register = open_sqlite(str(path))
    with register._reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    document = signed_of(intent_of("2"), pdf=b"%PDF-" + bytes(100_000))
    with pytest.raises(RegisterError, match="disk is full"):
        register.record([document], AT)
    assert register.count() == 1
    assert [intent.number for intent in register.pending()] == ["2"]
    register.close()


def test_a_damaged_file_is_named_as_such(path: Path) -> None:
    issued(path)
    with path.open("r+b") as stream:
        stream.seek(8192)
        stream.write(b"\xff" * (path.stat().st_size - 8192))
    with pytest.raises(RegisterError, match="damaged"):
        open_sqlite(str(path)).find("id-1")


def test_an_error_never_shows_what_was_to_be_written(path: Path) -> None:
    register = open_sqlite(str(path))
    with pytest.raises(RegisterError) as refused:
        register.reserve([dataclasses.replace(intent_of("1"), digest=None)])  # type: ignore[arg-type]
    cause = refused.value.__cause__
    assert "id-1" not in f"{refused.value} {refused.value.hint} {cause}"
    register.close()


@pytest.mark.parametrize("url", ["", "sqlite:", "postgresql:x", "var/register.sqlite", "mysql:x"])
def test_another_kind_of_register_is_a_configuration_error(url: str) -> None:
    with pytest.raises(ConfigError, match="sqlite:PATH"):
        open_register(url)


@pytest.mark.parametrize("name", ["register %41.sqlite", "daftar?mode=ro.sqlite", "naïve #1.sqlite", "a:b.sqlite"])
def test_any_file_name_is_only_a_file_name(tmp_path: Path, name: str) -> None:
    open_register(f"sqlite:{tmp_path / name}").close()
    assert [file.name for file in tmp_path.iterdir()] == [name]
