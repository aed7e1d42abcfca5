"""The triggers that keep lines from being changed: for migrations to make, for opening to look for.

Guard rails against mistakes; the evidence is the log. On SQLite a BEFORE INSERT guard stands beside the others, for
INSERT OR REPLACE deletes without asking a DELETE trigger (safety.md 0.4). On PostgreSQL they fire for whole statements,
the UPDATE of ON CONFLICT and TRUNCATE among them, and ALWAYS: also in a session that plays the replica.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

from tte.errors import RegisterError

_REFUSAL = "the register is append-only"

_BODY = f"BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'restrict_violation'; END"

_DEEDS = {"update": 2 + 16, "delete": 2 + 8, "truncate": 2 + 32}
"""What is guarded on PostgreSQL, and what its catalogue calls a trigger BEFORE that, for each statement (tgtype)."""

_STANDING = """
    SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE c.relnamespace = current_schema()::regnamespace AND t.tgenabled = 'A' AND t.tgqual IS NULL
    AND t.tgattr = '' AND p.prosrc = %s AND t.tgname = c.relname || '_no_' || CASE t.tgtype
"""


def guard(table: str, same: str) -> None:
    """Guard a table, in a migration. `same` says which row a NEW one would replace: only SQLite has to be told."""
    from alembic import op  # heavy, and needed once in the life of a register

    if op.get_context().dialect.name == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608  our own names
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) {refuse}"
        )
        return
    op.execute(f"CREATE OR REPLACE FUNCTION tte_append_only() RETURNS trigger LANGUAGE plpgsql AS $${_BODY}$$")
    for deed in _DEEDS:
        op.execute(f"CREATE TRIGGER {table}_no_{deed} BEFORE {deed} ON {table} EXECUTE FUNCTION tte_append_only()")
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_{deed}")


def unguard(table: str) -> None:
    """Take the guards of a table away, in a migration that makes the table anew."""
    from alembic import op

    on_sqlite = op.get_context().dialect.name == "sqlite"
    for deed in ("update", "delete", "replace") if on_sqlite else _DEEDS:
        op.execute(f"DROP TRIGGER {table}_no_{deed}" + ("" if on_sqlite else f" ON {table}"))


def check_guards(connection: Connection, tables: Collection[str]) -> None:
    """RegisterError if one of these tables has lost a guard."""
    if connection.dialect.name == "sqlite":
        deeds: Collection[str] = ("update", "delete", "replace")
        standing = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        found = connection.exec_driver_sql(standing).scalars().all()
    else:
        deeds = _DEEDS
        named = " ".join(f"WHEN {kind} THEN '{deed}'" for deed, kind in _DEEDS.items())
        found = connection.exec_driver_sql(f"{_STANDING} {named} END", (_BODY,)).scalars().all()
    if not {f"{table}_no_{deed}" for table in tables for deed in deeds} <= {*found}:
        raise RegisterError(
            "the register has lost the guards that keep its lines from being changed",
            hint="stop issuing and find out who altered it; restore it from its backup",
        )
