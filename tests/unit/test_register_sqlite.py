"""What only the SQLite register does: settings, guards, migrations, and every way a file can be unfit."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from tte.errors import ConfigError, RegisterError
from tte.register import open_register
from tte.register.sqlite import open_sqlite
from tte.register.tables import REVISIONS, metadata
from tte.testing.registers import AT, intent_of, signed_of


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


REST = "office, template, template_sha256, number, record_digest, digest"


@pytest.mark.parametrize(
    "replace",
    [
        f"OR REPLACE INTO reservation SELECT id, {REST}, '2001-01-01' FROM reservation WHERE id = 'id-2'",  # noqa: S608  our own words
        f"OR REPLACE INTO reservation SELECT 'new', {REST}, at FROM reservation WHERE id = 'id-2'",  # noqa: S608
        "OR REPLACE INTO entry SELECT seq, id, zeroblob(32), level, at FROM entry",
        "OR REPLACE INTO entry SELECT seq, 'id-2', pdf_sha256, level, at FROM entry",
        "OR REPLACE INTO body SELECT id, zeroblob(9) FROM body",
        "INTO body SELECT id, zeroblob(9) FROM body WHERE true ON CONFLICT (id) DO UPDATE SET pdf = excluded.pdf",
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
            "INSERT INTO entry (id, pdf_sha256, level, at) VALUES ('none', zeroblob(32), 'B-B', '2026-01-01')",
        )


@pytest.mark.parametrize("guard", ["entry_no_update", "body_no_delete", "reservation_no_replace"])
def test_a_register_that_lost_a_guard_is_not_opened(path: Path, guard: str) -> None:
    issued(path)
    attack(path, f"DROP TRIGGER {guard}")
    with pytest.raises(RegisterError, match="guards"):
        open_sqlite(str(path))


def test_a_file_damaged_in_the_register_is_not_handed_out(path: Path) -> None:
    issued(path)
    register = open_sqlite(str(path))
    attack(path, "DROP TRIGGER body_no_update", "UPDATE body SET pdf = x'25504446'")
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
        register.reserve([intent_of("1", office=None)])  # type: ignore[arg-type]
    cause = refused.value.__cause__
    assert "id-1" not in f"{refused.value} {refused.value.hint} {cause}"
    register.close()


@pytest.mark.parametrize("url", ["", "sqlite:", "postgresql://x", "var/register.sqlite", "mysql:x"])
def test_another_kind_of_register_is_a_configuration_error(url: str) -> None:
    with pytest.raises(ConfigError, match="sqlite:PATH"):
        open_register(url)


@pytest.mark.parametrize("name", ["register %41.sqlite", "daftar?mode=ro.sqlite", "naïve #1.sqlite", "a:b.sqlite"])
def test_any_file_name_is_only_a_file_name(tmp_path: Path, name: str) -> None:
    open_register(f"sqlite:{tmp_path / name}").close()
    assert [file.name for file in tmp_path.iterdir()] == [name]
