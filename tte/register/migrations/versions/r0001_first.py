"""Reservations, entries and bodies; on SQLite with guards that keep rows from being changed, deleted or replaced.

The BEFORE INSERT guard is there because INSERT OR REPLACE deletes without asking a DELETE trigger (safety.md 0.4).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tte.register.tables import UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SAME = {
    "reservation": "id = NEW.id OR (office = NEW.office AND template = NEW.template AND number = NEW.number)",
    "entry": "id = NEW.id OR seq = NEW.seq",
    "body": "id = NEW.id",
}


def upgrade() -> None:
    """Make the tables, and on SQLite their guards."""
    op.create_table(
        "reservation",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("office", sa.String(64), nullable=False),
        sa.Column("template", sa.String(64), nullable=False),
        sa.Column("template_sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("number", sa.String(128), nullable=False),
        sa.Column("record_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("digest", sa.LargeBinary(64), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.UniqueConstraint("office", "template", "number", name="uq_reservation_number"),
    )
    op.create_index("ix_reservation_number", "reservation", ["number"])
    op.create_table(
        "entry",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(64), sa.ForeignKey("reservation.id", name="fk_entry_reservation"), nullable=False),
        sa.Column("pdf_sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("level", sa.String(8), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.UniqueConstraint("id", name="uq_entry_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_entry_pdf_sha256", "entry", ["pdf_sha256"])
    op.create_table(
        "body",
        sa.Column("id", sa.String(64), sa.ForeignKey("entry.id", name="fk_body_entry"), primary_key=True),
        sa.Column("pdf", sa.LargeBinary, nullable=False),
    )
    if op.get_context().dialect.name == "sqlite":
        for table, same in _SAME.items():
            _guard(table, same)


def _guard(table: str, same: str) -> None:
    refuse = "SELECT RAISE(ABORT, 'the register is append-only')"
    op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN {refuse}; END")
    op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {refuse}; END")
    op.execute(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608  our own names
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) BEGIN {refuse}; END"
    )


def downgrade() -> None:
    """There is no way back: the rows may not be deleted."""
    raise NotImplementedError("the register only goes forward")
