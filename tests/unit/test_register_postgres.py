"""What only the PostgreSQL register does: settings, guards, roles, claims, and a server that goes away."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from tests.postgres import Server, running_server
from tte.errors import ConfigError, RegisterError
from tte.register import open_register
from tte.register.guarded import GUARDED, REVISIONS
from tte.register.postgres import open_postgres
from tte.register.tables import metadata
from tte.testing.registers import AT, OFFICE, TEMPLATE, intent_of, signed_of


@pytest.fixture
def database(postgres: Server, postgres_template: str) -> Iterator[str]:
    with postgres.database(postgres_template) as name:
        yield name


@pytest.fixture
def url(postgres: Server, database: str) -> str:
    return postgres.url(database)


@pytest.fixture(scope="module")
def own() -> Iterator[Server]:
    """A server that may be stopped."""
    with running_server() as server:
        yield server


def issued(url: str) -> None:
    """One document issued and one reserved."""
    register = open_register(url)
    register.reserve([intent_of("1"), intent_of("2")])
    register.record([signed_of(intent_of("1"))], AT)
    register.close()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO body SELECT entry, shared, ''::bytea FROM body ON CONFLICT (entry) DO UPDATE SET own = ''",
        "TRUNCATE body",
        "TRUNCATE reservation CASCADE",
        "SET session_replication_role = replica; DELETE FROM body",
        "MERGE INTO body USING shared ON true WHEN MATCHED THEN DELETE",
        "UPDATE body SET own = '' WHERE false",
    ],
)
def test_a_line_cannot_be_replaced(postgres: Server, database: str, url: str, statement: str) -> None:
    issued(url)
    with pytest.raises(psycopg.Error, match="append-only"):
        postgres.execute(database, *statement.split("; "))


@pytest.mark.parametrize(
    "deed",
    [
        "DROP TRIGGER entry_no_update ON entry",
        "ALTER TABLE body DISABLE TRIGGER body_no_delete",
        "ALTER TABLE body ENABLE TRIGGER body_no_truncate",
        "CREATE OR REPLACE FUNCTION tte_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    ],
)
def test_a_register_that_lost_a_guard_is_not_opened(postgres: Server, database: str, url: str, deed: str) -> None:
    postgres.execute(database, deed)
    with pytest.raises(RegisterError, match="guards"):
        open_register(url)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("synchronous_commit = off", "synchronous_commit is off"),
        ("synchronous_commit = local", "synchronous_commit is local"),
        ("synchronous_commit = remote_write", "synchronous_commit is remote_write"),
    ],
)
def test_a_database_that_does_not_wait_for_its_disk_is_refused(
    postgres: Server, database: str, url: str, setting: str, said: str
) -> None:
    register = open_register(url)
    assert register.count() == 0
    postgres.execute(database, f"ALTER DATABASE {database} SET {setting}")
    with pytest.raises(RegisterError, match=said):
        open_register(url)
    register.close()


@pytest.mark.parametrize("setting", ["fsync=off", "full_page_writes=off"])
def test_a_server_that_does_not_wait_for_its_disk_is_refused(own: Server, setting: str) -> None:
    own.stop()
    own.start(setting)
    try:
        with pytest.raises(RegisterError, match=setting.replace("=", " is ")) as refused:
            open_register(own.url("postgres"))
        assert "postgresql.conf" in refused.value.hint
    finally:
        own.stop()
        own.start()


@pytest.mark.parametrize(
    ("options", "said"),
    [("ENCODING 'SQL_ASCII'", "encoding"), ("LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'", "collation")],
)
def test_a_database_that_would_mix_up_texts_is_refused(postgres: Server, options: str, said: str) -> None:
    with (
        postgres.database(options=options) as name,
        pytest.raises(RegisterError, match=said),
    ):
        open_register(postgres.url(name))


def test_another_programs_database_is_refused_and_left_alone(postgres: Server) -> None:
    with postgres.database() as name:
        postgres.execute(name, "CREATE TABLE kas (jumlah integer)")
        with pytest.raises(RegisterError, match="not a register"):
            open_register(postgres.url(name))


def test_the_tables_are_what_the_migrations_make(url: str) -> None:
    engine = create_engine(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_a_role_that_may_only_add_and_read_can_issue(postgres: Server, database: str) -> None:
    role = f"app_{database}"
    postgres.execute(
        database,
        f"CREATE ROLE {role} LOGIN",
        f"GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO {role}",
    )
    issued(postgres.url(database, user=role))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        psycopg.connect(postgres.url(database, user=role)).execute("UPDATE entry SET level = 'x'")
    postgres.execute(database, f"DROP OWNED BY {role}", f"DROP ROLE {role}")


def test_the_grants_that_are_documented_are_for_the_tables_that_are_changed(postgres: Server, database: str) -> None:
    role = f"app_{database}"
    text = (Path(__file__).parents[2] / "docs" / "register.md").read_text(encoding="utf-8")
    grant = text[text.index("GRANT UPDATE, DELETE ON") :].split(";")[0].replace("tte_app", role)
    postgres.execute(database, f"CREATE ROLE {role} LOGIN", grant)
    with psycopg.connect(postgres.url(database)) as connection:
        asked = "SELECT has_table_privilege(%s, %s, 'UPDATE') AND has_table_privilege(%s, %s, 'DELETE')"
        changed = {
            name
            for name in metadata.tables
            if connection.execute(asked, (role, name, role, name)).fetchone() == (True,)
        }
    postgres.execute(database, f"DROP OWNED BY {role}", f"DROP ROLE {role}")
    assert changed == set(metadata.tables) - set(GUARDED[REVISIONS[-1]])


def test_a_role_that_may_not_make_tables_says_so(postgres: Server) -> None:
    with postgres.database() as name:
        postgres.execute(name, f"CREATE ROLE app_{name} LOGIN")
        with pytest.raises(RegisterError, match="role") as refused:
            open_register(postgres.url(name, user=f"app_{name}"))
        assert "docs/register.md" in refused.value.hint
        postgres.execute(name, f"DROP ROLE app_{name}")


SECRET = "rahasia-sekali"


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://tte:{SECRET}@127.0.0.1:1/tte",
        f"postgresql://tte:{SECRET}@ada@127.0.0.1:1/tte",
        f"postgresql://tte:{SECRET}:x@127.0.0.1:{SECRET}/tte",
        f"postgresql://tte@127.0.0.1:1/tte?{SECRET}",
        f"postgresql://tte@127.0.0.1:1/tte?password={SECRET}",
        f"postgresql://tte:{SECRET}@{SECRET}.invalid/tte",
    ],
)
def test_a_password_is_never_shown(url: str) -> None:
    with pytest.raises((ConfigError, RegisterError)) as refused:
        open_register(url)
    why = refused.value
    assert SECRET not in f"{why!r} {why.hint} {why.__cause__!r}"


def test_an_error_never_shows_what_was_to_be_written(url: str) -> None:
    register = open_register(url)
    with pytest.raises(RegisterError) as refused:
        register.reserve([intent_of("1", office="x" * 99)])
    assert "xxx" not in f"{refused.value} {refused.value.hint} {refused.value.__cause__}"
    assert refused.value.__suppress_context__
    register.close()


def test_a_writer_waits_for_another_only_so_long_and_readers_do_not(url: str) -> None:
    register = open_postgres(url, lock_patience_ms=1)
    with register._writing():
        with pytest.raises(RegisterError, match="held by another"), register._writing():
            pass
        assert register.count() == 0
    assert register.reserve([intent_of("3")]) == [None]
    register.close()


def test_a_claim_is_waited_for_only_so_long(url: str) -> None:
    register = open_postgres(url, claim_patience_ms=1)
    with register.turn() as one, register.turn() as other:
        assert one.claim(OFFICE, TEMPLATE, ["1", "2"], wait=True)
        assert not other.claim(OFFICE, TEMPLATE, ["2", "3"], wait=False)
        assert one.claim(OFFICE, TEMPLATE, ["3"], wait=False)
        with pytest.raises(RegisterError, match="held by another"):
            other.claim(OFFICE, TEMPLATE, ["2", "4"], wait=True)
        assert other.claim(OFFICE, "other", ["2"], wait=False)
    with register.turn() as turn:
        assert turn.claim(OFFICE, TEMPLATE, ["1", "2", "3", "4"], wait=False)
    register.close()


def test_the_claims_of_a_process_go_with_it(url: str) -> None:
    program = (
        "import sys, time; from tte.register import open_register\n"
        f"with open_register({url!r}).turn() as turn:\n"
        f"    turn.claim({OFFICE!r}, {TEMPLATE!r}, ['1'], wait=True); print('had', flush=True); time.sleep(60)"
    )
    register = open_register(url)
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with register.turn() as turn:
            assert not turn.claim(OFFICE, TEMPLATE, ["1"], wait=False)
            os.kill(other.pid, 9)
            assert turn.claim(OFFICE, TEMPLATE, ["1"], wait=True)
    register.close()


def test_a_server_that_was_away_is_used_again_when_it_is_back(own: Server) -> None:
    with own.database() as name:
        register = open_register(own.url(name))
        register.reserve([intent_of("1")])
        own.stop()
        begun = monotonic()
        with pytest.raises(RegisterError):
            register.record([signed_of(intent_of("1"))], AT)
        with pytest.raises(RegisterError, match="cannot be reached"):
            register.count()
        assert monotonic() - begun < 60
        own.start()
        assert register.pending() == [intent_of("1")]
        [entry] = register.record([signed_of(intent_of("1"))], AT)
        assert list(register.entries()) == [entry]
        register.close()


def test_a_connection_lost_while_writing_leaves_the_outcome_open(postgres: Server, database: str, url: str) -> None:
    register = open_postgres(url)
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tte' AND datname = "
    with pytest.raises(RegisterError, match="kept or not") as refused, register._writing():
        postgres.execute("postgres", f"{cut}'{database}'")
    assert "same command again" in refused.value.hint
    assert register.reserve([intent_of("1")]) == [None]
    register.close()


def test_many_threads_share_few_connections(url: str) -> None:
    register = open_register(url)
    with ThreadPoolExecutor(24) as pool:
        assert set(pool.map(lambda _: register.count(), range(200))) == {0}
    register.close()
